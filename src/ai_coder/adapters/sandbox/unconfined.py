"""Port `Sandbox` in name only: plain child processes on the machine of a person who said that this is wanted."""

from collections.abc import Mapping

from ai_coder.adapters.sandbox.child_box import ChildBox, Launcher, open_box
from ai_coder.adapters.sandbox.folder import BoxFolder
from ai_coder.adapters.sandbox.launch import SYSTEM_PATH, Launch, environment, in_shell, with_environment
from ai_coder.domain.source import RepoPath
from ai_coder.ports import BoxFile

WARNING = (
    "Tests run unconfined on this machine (`--unsafe-local-tests`): they can read, change and send all that you can. "
    "Install bubblewrap to have them confined."
)


class UnconfinedSandbox:
    """A copy of the tree, an environment without keys, an end for certain; nothing else is kept from a command."""

    name = "no sandbox (--unsafe-local-tests)"

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        working_directory: str = "",
        parent: str = "/tmp",  # noqa: S108 - a folder of its own is made there
    ) -> None:
        self._environ, self._working_directory, self._parent = environ, working_directory, parent

    def objection(self) -> str:
        """None: the person's word stands for the self-check."""
        return ""

    def open(self, files: Mapping[RepoPath, BoxFile]) -> ChildBox:
        """A box that keeps nothing in. Raises: SandboxError."""

        def launcher(folder: BoxFolder) -> Launcher:
            variables = environment(
                self._environ,
                home=str(folder.home),
                temporary=str(folder.temporary),
                path=self._environ.get("PATH", SYSTEM_PATH),
            )
            directory = str(folder.tree / self._working_directory)
            return lambda command, _: Launch((*with_environment(variables), *in_shell(directory, command)))

        return open_box(self._parent, 0, launcher, files)
