"""What a commit's tree holds: entries whose paths are safe to name, and what else stands there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from ai_coder.domain.source import RepoPath, TreeEntry

Unnamed = tuple[str, str, str]
"""Mode, object name and path of what stands at a path that is not safe to name: unseen and untouched."""


def listed(path: str, mode: str, blob: str, size_bytes: int) -> TreeEntry | Unnamed:
    """The entry at this path; its bare facts where the path is not safe to name."""
    try:
        return TreeEntry(RepoPath.parse(path), mode, blob, size_bytes)
    except ValueError:
        return mode, blob, path


@dataclass(frozen=True, slots=True)
class Listing:
    """What a commit's tree holds."""

    entries: Mapping[RepoPath, TreeEntry]
    """In order of path."""
    unnamed: frozenset[Unnamed]

    @classmethod
    def of(cls, found: Iterable[TreeEntry | Unnamed]) -> Self:
        """All of it, in any order."""
        entries, unnamed = list[TreeEntry](), set[Unnamed]()
        for one in found:
            if isinstance(one, TreeEntry):
                entries.append(one)
            else:
                unnamed.add(one)
        entries.sort(key=lambda entry: entry.path)
        return cls({entry.path: entry for entry in entries}, frozenset(unnamed))
