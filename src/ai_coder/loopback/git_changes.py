"""What differs between two commits: `git diff-tree` read into values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

STATUS = {"A": "added", "D": "removed", "M": "modified", "T": "changed", "R": "renamed", "C": "copied"}


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file of a diff, as GitHub tells it."""

    path: str
    status: str
    """added, removed, modified, changed (of type), renamed or copied."""
    sha: str
    """The new blob; of a removed file, the old one."""
    previous: str = ""
    additions: int = 0
    deletions: int = 0
    patch: str | None = None
    """The hunks. None for a binary file, and where no line differs."""


def parse_raw(output: bytes) -> list[FileDiff]:
    """The files named by `git diff-tree --raw -z`, counts and patches missing."""
    words = iter(output.decode("utf-8", "surrogateescape").split("\0"))
    found: list[FileDiff] = []
    for head in words:
        if not head.startswith(":"):
            continue
        _, _, old, new, letter = head.split(" ")
        first = next(words)
        renamed = letter[0] in "RC"
        found.append(
            FileDiff(
                path=next(words) if renamed else first,
                status=STATUS.get(letter[0], "changed"),
                sha=old if letter[0] == "D" else new,
                previous=first if renamed else "",
            )
        )
    return found


def parse_patches(files: list[FileDiff], output: bytes) -> list[FileDiff]:
    """The same files with the hunks of `git diff-tree --patch`, which names them in the same order."""
    text = output.decode("utf-8", "replace")
    sections = re.split(r"(?m)^(?=diff --git )", text)[1:]
    return [_with_hunks(file, section) for file, section in zip(files, _pair_up(files, sections), strict=True)]


def _pair_up(files: list[FileDiff], sections: list[str]) -> Iterator[str]:
    """One text a file. A change of type has two sections, a removal and an addition."""
    rest = iter(sections)
    for file in files:
        section = next(rest, "")
        yield section + next(rest, "") if file.status == "changed" else section


def _with_hunks(file: FileDiff, section: str) -> FileDiff:
    start = re.search(r"(?m)^@@ ", section)
    if start is None:
        return file
    patch = section[start.start() :].removesuffix("\n")
    lines = patch.split("\n")
    return replace(
        file,
        patch=patch,
        additions=sum(line.startswith("+") for line in lines),
        deletions=sum(line.startswith("-") for line in lines),
    )
