"""Port `Sandbox` inside our own container, as root: another user, without privileges, sockets or our environment.

A runner's container may make no name spaces, so a filter of system calls takes the network away, its loopback interface
with it. What needs one, or a limit on all memory together, needs `test_image`.
"""

import os
import subprocess
from collections.abc import Mapping
from functools import cached_property

from ai_coder.adapters.sandbox.child_box import ChildBox, Launcher, open_box
from ai_coder.adapters.sandbox.filter import CAN_FILTER
from ai_coder.adapters.sandbox.folder import BoxFolder
from ai_coder.adapters.sandbox.launch import Launch, as_user, environment, find, free_uid, in_shell, with_environment
from ai_coder.adapters.sandbox.probe import Probe, parse_sight
from ai_coder.adapters.sandbox.runner_folders import RunnerFolders
from ai_coder.adapters.sandbox.self_check import TELL_STATUS, sight_objection, status_objection
from ai_coder.adapters.sandbox.supervision import supervise
from ai_coder.adapters.sandbox.warden import Plan
from ai_coder.domain.source import RepoPath
from ai_coder.errors import SandboxError
from ai_coder.ports import BoxFile

_ENGINES = (
    *("/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock"),
    *("/run/containerd/containerd.sock", "/run/crio/crio.sock"),
)
_SHARED = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - everybody's folders: searched, and swept afterwards
_SEARCHED = (*_SHARED, "/github", "/home", "/root", "/run", "/srv")
_CHECK_TIMEOUT_S = 15.0


class ProcessSandbox:
    """Boxes of another user each."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        secrets: tuple[str, ...] = (),
        working_directory: str = "",
        has_network: bool = False,
        folders: RunnerFolders | None = None,
        parent: str = "/tmp",  # noqa: S108 - a folder of its own is made there
    ) -> None:
        """`has_network` says that the test command, too, may use the network, so that no filter is needed."""
        self._environ, self._secrets, self._working_directory = environ, secrets, working_directory
        self._is_filtered = not has_network
        self.name = f"another user of this container{'' if has_network else ', without sockets'}"
        self._parent = parent
        self._folders = folders or RunnerFolders(environ)

    def objection(self) -> str:
        """What the self-check found as another user; looked at once."""
        return self._objection

    @cached_property
    def _objection(self) -> str:
        try:
            return self._look()
        except (SandboxError, OSError, ValueError) as error:
            return f"Commands cannot be run as another user here: {error}."

    def open(self, files: Mapping[RepoPath, BoxFile]) -> ChildBox:
        """A box of a user of its own; the runner's folders are closed as long as it is open. Raises: SandboxError."""
        if self._objection:
            raise SandboxError(self._objection)
        return self._open(files, self._working_directory)

    def _open(self, files: Mapping[RepoPath, BoxFile], working_directory: str) -> ChildBox:
        uid = free_uid()

        def launcher(folder: BoxFolder) -> Launcher:
            variables = environment(self._environ, home=str(folder.home), temporary=str(folder.temporary))
            before = (*as_user(uid), *with_environment(variables))
            directory = str(folder.tree / working_directory)
            return lambda command, network: Launch(
                (*before, *in_shell(directory, command)), uid, is_filtered=not network
            )

        def close() -> None:
            _sweep(uid)
            self._folders.open()

        try:
            self._folders.close()
        except OSError as error:
            self._folders.open()
            msg = f"the runner's folders cannot be closed: {error}"
            raise SandboxError(msg) from error
        return open_box(self._parent, uid, launcher, files, close)

    def _look(self) -> str:
        """An objection, or none. Raises: SandboxError, OSError, ValueError."""
        if os.geteuid() != 0:
            return "Commands cannot be run as another user here: only root can start them."
        if self._is_filtered and not CAN_FILTER:
            return (
                f"The network cannot be taken from commands on a machine of the kind {os.uname().machine!r}: "
                "set `test_image`, or `test_network: true`."
            )
        box = self._open({}, "")
        try:
            ran = box.run(TELL_STATUS, network=not self._is_filtered, timeout_s=_CHECK_TIMEOUT_S)
            uid = box.uid
            found = status_objection(ran.output, uid, is_filtered=self._is_filtered)
            found = found or sight_objection(parse_sight(self._seen(uid)), self._secrets)
        finally:
            box.close()
        return f"{found[:1].upper()}{found[1:]}. Set `test_image`." if found else ""

    def _seen(self, uid: int) -> bytes:
        """What a look around as that user sees. Raises: SandboxError."""
        own = [f"/proc/{pid}/{part}" for pid in (1, os.getpid()) for part in ("environ", "mem", "cwd")]
        closed = (*map(str, self._folders.paths), *own)
        engine = self._environ.get("DOCKER_HOST", "").removeprefix("unix://")
        sockets = (*_ENGINES, *([engine] if engine.startswith("/") else []))
        probe = Probe(sockets, closed, _SEARCHED, self._is_filtered)
        seen: list[bytes] = []
        supervise(Plan(uid=uid, is_filtered=self._is_filtered, probe=probe), seen.append, lambda: False)
        return b"".join(seen)


def _sweep(uid: int) -> None:
    """Remove what the user left in everybody's folders."""
    left = []
    for folder in filter(os.path.isdir, _SHARED):
        with os.scandir(folder) as entries:
            left += [entry.path for entry in entries if entry.stat(follow_symlinks=False).st_uid == uid]
    if left:
        subprocess.run([find("rm"), "-rf", "--", *left], capture_output=True, check=False)
