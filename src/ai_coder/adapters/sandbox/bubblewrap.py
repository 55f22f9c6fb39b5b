"""Port `Sandbox` on a person's own machine: bubblewrap, which shows a command the system, read-only, and its box.

No home, no process but its own, no network unless it is asked for, no way back. Root's commands run as another user.
Source: https://github.com/containers/bubblewrap
"""

import os
import shlex
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from ai_coder.adapters.sandbox.child_box import ChildBox, Launcher, open_box
from ai_coder.adapters.sandbox.folder import BoxFolder
from ai_coder.adapters.sandbox.launch import (
    SYSTEM_PATH,
    Launch,
    as_user,
    environment,
    find,
    free_uid,
    in_shell,
    with_environment,
)
from ai_coder.adapters.sandbox.self_check import TELL_NAMESPACE, namespace_objection
from ai_coder.domain.source import RepoPath
from ai_coder.errors import SandboxError
from ai_coder.ports import BoxFile

_PROGRAMS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
"""Links into /usr on most systems, folders on some."""
_ETC = (
    *("alternatives", "ca-certificates", "ca-certificates.conf", "crypto-policies", "fonts", "group", "hosts"),
    *("java-11-openjdk", "java-17-openjdk", "java-21-openjdk", "ld.so.cache", "ld.so.conf", "ld.so.conf.d"),
    *("localtime", "mime.types", "nsswitch.conf", "os-release", "passwd", "pki", "protocols", "services", "ssl"),
)
"""What programs look up, and no key among it."""
_SHOWN = ("/usr", "/opt", "/nix/store")
_HOME, _TREE, _TEMPORARY = "/box/home", "/box/tree", "/tmp"  # noqa: S108 - the box's own
_CHECK_TIMEOUT_S = 15.0


class BubblewrapSandbox:
    """Boxes in name spaces of their own."""

    name = "bubblewrap"

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        working_directory: str = "",
        parent: str = "/tmp",  # noqa: S108 - a folder of its own is made there
        search_path: str = SYSTEM_PATH,
    ) -> None:
        """`search_path` is where bubblewrap may be: never a folder that a repository can write to."""
        self._environ, self._parent, self._search_path = environ, parent, search_path
        self._directory = f"{_TREE}/{working_directory}".rstrip("/")

    def objection(self) -> str:
        """What the self-check found; looked at once."""
        return self._objection

    @cached_property
    def _objection(self) -> str:
        try:
            return self._look()
        except SandboxError as error:
            return f"Bubblewrap cannot be used here: {error}."

    def open(self, files: Mapping[RepoPath, BoxFile]) -> ChildBox:
        """A box. Raises: SandboxError."""
        if self._objection:
            raise SandboxError(self._objection)
        return self._open(files, self._directory)

    def _open(self, files: Mapping[RepoPath, BoxFile], directory: str) -> ChildBox:
        program = find("bwrap", self._search_path)
        uid = free_uid() if os.geteuid() == 0 else 0
        user = as_user(uid) if uid else ()
        variables = environment(self._environ, home=_HOME, temporary=_TEMPORARY, path=self._path())

        def launcher(folder: BoxFolder) -> Launcher:
            def launch(command: str, network: bool) -> Launch:  # noqa: FBT001 - the one shape of a launcher
                walls = (program, *_walls(folder, has_network=network))
                inside = (*with_environment(variables), *in_shell(directory, command, is_limited=not uid))
                return Launch((*user, *walls, *inside), uid)

            return launch

        return open_box(self._parent, uid, launcher, files)

    def _path(self) -> str:
        """The person's own search path, as far as it can be seen from inside, before the system's."""
        own = [one for one in self._environ.get("PATH", "").split(":") if one.startswith(_SHOWN)]
        return ":".join(dict.fromkeys([*own, *SYSTEM_PATH.split(":")]))

    def _look(self) -> str:
        """An objection, or none. Raises: SandboxError."""
        box = self._open({}, _TREE)
        try:
            ran = box.run(self._check(), network=False, timeout_s=_CHECK_TIMEOUT_S)
        finally:
            box.close()
        found = namespace_objection(ran.output)
        return f"Bubblewrap does not hold on this machine: {found}." if found else ""

    def _check(self) -> str:
        """A command that tells what it can reach."""
        home = self._environ.get("HOME", "")
        sees_home = f"test -e {shlex.quote(home)} && echo 'it can see the home folder'; " if home.count("/") > 1 else ""
        return f"{sees_home}{TELL_NAMESPACE}"


def _walls(folder: BoxFolder, *, has_network: bool) -> tuple[str, ...]:
    """What bubblewrap is told: the command sees the system, read-only, and its box."""
    shown = [word for path in _SHOWN for word in ("--ro-bind-try", path, path)]
    for path in _PROGRAMS:
        if Path(path).is_symlink():
            shown += ["--symlink", str(Path(path).readlink()), path]
        else:
            shown += ["--ro-bind-try", path, path]
    shown += [word for name in _ETC for word in ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")]
    if has_network:
        shown += ["--share-net", "--ro-bind-try", os.path.realpath("/etc/resolv.conf"), "/etc/resolv.conf"]
    own = ((folder.tree, _TREE), (folder.home, _HOME), (folder.temporary, _TEMPORARY))
    shown += [word for outside, inside in own for word in ("--bind", str(outside), inside)]
    shown += ["--proc", "/proc", "--dev", "/dev", "--symlink", "../tmp", "/var/tmp", "--dir", "/run"]  # noqa: S108 - same
    return ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", *shown, "--")
