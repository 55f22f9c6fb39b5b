"""Which sandbox a place has: the configured container, another user of our container, or bubblewrap. Never less."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ai_coder.adapters.sandbox.bubblewrap import BubblewrapSandbox
from ai_coder.adapters.sandbox.launch import SYSTEM_PATH
from ai_coder.adapters.sandbox.process import ProcessSandbox
from ai_coder.adapters.sandbox.unconfined import WARNING, UnconfinedSandbox
from ai_coder.domain.source import RepoPath
from ai_coder.errors import SandboxError
from ai_coder.ports import Box, BoxFile, Sandbox
from ai_coder.settings import VerifyPolicy

_IN_A_RUNNER = "Set the input `test_image`."
_ON_A_MACHINE = (
    "Install bubblewrap (the program `bwrap`), set `test_image`, or give `--unsafe-local-tests`: "
    "the tests can then do whatever you can."
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a run is, as far as a sandbox depends on it."""

    environ: Mapping[str, str]
    is_runner: bool
    """A step of GitHub Actions; else a person's own machine."""
    secrets: tuple[str, ...] = ()
    """What must not be readable for a command."""
    is_unsafe_accepted: bool = False
    """`--unsafe-local-tests`."""
    search_path: str = SYSTEM_PATH
    """Where the system's programs are."""


@dataclass(frozen=True, slots=True)
class ClosedSandbox:
    """Port `Sandbox` where there is none: nothing is run."""

    reason: str
    """As a sentence."""
    name: str = "no sandbox"

    def objection(self) -> str:
        """Why not."""
        return self.reason

    def open(self, files: Mapping[RepoPath, BoxFile]) -> Box:  # noqa: ARG002 - the port's
        """Raises: SandboxError, always."""
        raise SandboxError(self.reason)


def open_sandbox(policy: VerifyPolicy, place: Surroundings, warn: Callable[[str], None]) -> Sandbox:
    """The one sandbox of the place; its objection is final. `warn` is told what a person should know.

    Where no test command is set nothing is looked at: looking starts programs.
    """
    if not policy.test_command:
        return ClosedSandbox("No `test_command` is set.")
    if policy.test_image:
        from ai_coder.adapters.sandbox.container import ContainerSandbox  # noqa: PLC0415 - the SDK takes time to import

        return ContainerSandbox(policy.test_image, place.environ, working_directory=policy.working_directory)
    if place.is_runner and os.geteuid() == 0:
        return ProcessSandbox(
            place.environ,
            secrets=place.secrets,
            working_directory=policy.working_directory,
            has_network=policy.network,
        )
    bubblewrap = BubblewrapSandbox(
        place.environ, working_directory=policy.working_directory, search_path=place.search_path
    )
    objection = bubblewrap.objection()
    if not objection:
        return bubblewrap
    if place.is_unsafe_accepted and not place.is_runner:
        warn(WARNING)
        return UnconfinedSandbox(place.environ, working_directory=policy.working_directory)
    return ClosedSandbox(f"{objection} {_IN_A_RUNNER if place.is_runner else _ON_A_MACHINE}")
