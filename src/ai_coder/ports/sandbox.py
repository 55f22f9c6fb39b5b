"""Where commands run that nobody trusts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ai_coder.domain.source import RepoPath
from ai_coder.domain.verification import Ran


@dataclass(frozen=True, slots=True)
class BoxFile:
    """A file of the tree that is laid into a box."""

    content: bytes
    is_executable: bool = False


class Box(Protocol):
    """A closed place with a copy of the tree (no `.git`), in which commands run that nobody trusts.

    What they write stays in the box, and is there for the next command of the same box.
    """

    def put(self, files: Mapping[RepoPath, BoxFile | None]) -> None:
        """Lay these files over the tree; None removes one. Raises: SandboxError."""
        ...

    def run(self, command: str, *, network: bool, timeout_s: float) -> Ran:
        """Run a shell command in the working directory, and kill all it left behind. Raises: SandboxError."""
        ...

    def close(self) -> None:
        """Remove the box and everything in it; twice is once."""
        ...


class Sandbox(Protocol):
    """Where boxes come from."""

    @property
    def name(self) -> str:
        """What holds, in a few words for people: `container python:3.13`, `bubblewrap`."""
        ...

    def objection(self) -> str:
        """Why nothing may be run here, as a sentence; empty when the self-check holds. Looked at once."""
        ...

    def open(self, files: Mapping[RepoPath, BoxFile]) -> Box:
        """A new box with these files. Raises: SandboxError."""
        ...
