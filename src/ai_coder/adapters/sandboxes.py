"""Which sandbox a place has. A setting that cannot be fulfilled is an objection, never a weaker sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass

from ai_coder.domain.source import RepoPath
from ai_coder.errors import SandboxError
from ai_coder.ports import Box, BoxFile, Sandbox
from ai_coder.settings import VerifyPolicy


@dataclass(frozen=True, slots=True)
class NoSandbox:
    """Port `Sandbox` where there is none: it says why."""

    reason: str
    name: str = "no sandbox"

    def objection(self) -> str:
        """Why nothing is run."""
        return self.reason

    def open(self, files: Mapping[RepoPath, BoxFile]) -> Box:  # noqa: ARG002  the port's question, one answer
        """Never. Raises: SandboxError."""
        raise SandboxError(self.reason)


def open_sandbox(policy: VerifyPolicy, environ: Mapping[str, str], secrets: tuple[str, ...]) -> Sandbox:
    """The sandbox of this place: a container of `test_image`, another user on a runner, bubblewrap elsewhere."""
    if policy.test_image:
        return NoSandbox("Containers are not used in this version: leave `test_image` empty.")
    if environ.get("GITHUB_ACTIONS") == "true":
        from ai_coder.adapters.process_sandbox import ProcessSandbox  # noqa: PLC0415  only where tests are run

        return ProcessSandbox(
            environ, secrets=secrets, working_directory=policy.working_directory, has_network=policy.network
        )
    from ai_coder.adapters.bubblewrap_sandbox import BubblewrapSandbox  # noqa: PLC0415  same

    return BubblewrapSandbox(environ, working_directory=policy.working_directory)
