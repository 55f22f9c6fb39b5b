"""Port `Sandbox` in sibling containers of the image `test_image`: nothing of this container is in reach of theirs."""

from collections.abc import Mapping
from contextlib import closing
from functools import cached_property

import docker

from ai_coder.adapters.sandbox.container_box import HOME, SHELL, TEMPORARY, TREE, ContainerBox, Walls
from ai_coder.adapters.sandbox.engine import connect, have_image, sweep, told
from ai_coder.adapters.sandbox.launch import SYSTEM_PATH, environment
from ai_coder.adapters.sandbox.self_check import TELL_NAMESPACE, namespace_objection
from ai_coder.domain.source import RepoPath
from ai_coder.errors import SandboxError
from ai_coder.ports import BoxFile

_CHECK_TIMEOUT_S = 60.0
_LIMITS = {"MemoryLimit": "memory", "PidsLimit": "processes"}
"""What an engine says of the host's control groups, by what it can limit then."""


class ContainerSandbox:
    """Boxes in containers."""

    def __init__(
        self, image: str, environ: Mapping[str, str], *, working_directory: str = "", online: str = "bridge"
    ) -> None:
        """`online` is the engine's network for commands that may use one."""
        self.name = f"container {image}"
        self._image, self._environ, self._online = image, environ, online
        self._directory = f"{TREE}/{working_directory}".rstrip("/")
        self._variables: Mapping[str, str] = {}

    def objection(self) -> str:
        """Why no container of the image can be used; looked at once, by running one."""
        return self._objection

    @cached_property
    def _objection(self) -> str:
        try:
            return self._look()
        except SandboxError as error:
            reason = f"the image {self._image!r} has no {SHELL}" if SHELL in str(error) else error
            return f"`test_image` cannot be used: {reason}."

    def open(self, files: Mapping[RepoPath, BoxFile]) -> ContainerBox:
        """A box. Raises: SandboxError."""
        if self._objection:
            raise SandboxError(self._objection)
        box = self._open(connect(self._environ), self._directory)
        box.put(files)
        return box

    def _open(self, client: docker.DockerClient, directory: str) -> ContainerBox:
        try:
            return ContainerBox(client, Walls(self._image, self._variables, directory, self._online))
        except SandboxError:
            client.close()
            raise

    def _look(self) -> str:
        """An objection, or none. Raises: SandboxError."""
        with closing(connect(self._environ)) as client:
            with told("the container engine does not answer"):
                info = client.info()
            unlimited = [what for key, what in _LIMITS.items() if not info.get(key, True)]
            if unlimited:
                msg = f"the container engine cannot limit {' and '.join(unlimited)} here"
                raise SandboxError(msg)
            sweep(client)
            path = have_image(client, self._image).get("PATH") or SYSTEM_PATH
        self._variables = environment(self._environ, home=HOME, temporary=TEMPORARY, path=path)
        box = self._open(connect(self._environ), TREE)
        try:
            ran = box.run(TELL_NAMESPACE, network=False, timeout_s=_CHECK_TIMEOUT_S)
        finally:
            box.close()
        found = namespace_objection(ran.output)
        return f"`test_image` cannot be used: a container of {self._image!r} does not hold: {found}." if found else ""
