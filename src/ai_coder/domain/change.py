"""`FileChange`, `ChangeSet`: what is to be different, exactly. Every mode of working ends here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from ai_coder.domain.source import EXECUTABLE, REGULAR, RepoPath


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file before and after; None is an absent file. Never a no-op, never a link or a submodule."""

    path: RepoPath
    before: str | None
    after: str | None
    mode: str = REGULAR
    """Of the file after the change."""

    def __post_init__(self) -> None:
        if self.before == self.after:
            msg = f"{self.path}: before and after are the same"
            raise ValueError(msg)
        if self.mode not in {REGULAR, EXECUTABLE}:
            msg = f"{self.path}: mode {self.mode} is not that of a regular file"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A path as one side of a merge has it, by its object name: nothing of it is read or sent."""

    path: RepoPath
    mode: str = REGULAR
    blob: str = ""
    """Empty where the side has nothing there."""


@dataclass(frozen=True, slots=True)
class Caution:
    """Something about a change that a person should look at first."""

    text: str
    """A sentence."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Changes to the tree of `base_commit`: sorted, one per path."""

    base_commit: str
    changes: tuple[FileChange, ...] = ()

    @classmethod
    def of(cls, base_commit: str, changes: Iterable[FileChange]) -> Self:
        """The changes in order of their paths. Raises: ValueError when two are for one path."""
        ordered = tuple(sorted(changes, key=lambda change: change.path))
        paths = [change.path for change in ordered]
        if len(set(paths)) != len(paths):
            msg = "two changes for one path"
            raise ValueError(msg)
        return cls(base_commit, ordered)

    def __bool__(self) -> bool:
        return bool(self.changes)
