"""`FileDiff`: one file of a diff as a forge tells it, and the lines it shows. Counts lines from 1."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = re.compile(r"@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@")


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line that a hunk shows."""

    text: str
    """Without the sign before it and the line feed after it."""
    hunk: int
    """Which hunk of the file, counted from 0."""
    old: int = 0
    """Its number before the change; 0 for a line that was added."""
    new: int = 0
    """Its number after the change; 0 for a line that was removed."""

    @property
    def is_changed(self) -> bool:
        """Whether the line was added or removed."""
        return not (self.old and self.new)


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One changed file."""

    path: str
    status: str = "modified"
    """added, removed, modified, renamed, changed or copied."""
    patch: str | None = None
    """The hunks; None where the forge shows none: a binary or a very long file."""
    previous: str = ""
    """The path before a rename."""

    @property
    def lines(self) -> tuple[ShownLine, ...]:
        """Every line that the hunks show, in their order."""
        return tuple(shown_lines(self.patch or ""))


def shown_lines(patch: str) -> Iterator[ShownLine]:
    """The lines of hunks, each with its numbers; what stands before the first header belongs to none."""
    hunk, old, new = -1, 0, 0
    for line in patch.split("\n"):
        header = _HEADER.match(line)
        if header:
            hunk, old, new = hunk + 1, int(header[1]), int(header[2])
        elif hunk < 0 or line.startswith("\\"):
            continue
        elif line.startswith("+"):
            yield ShownLine(line[1:], hunk, new=new)
            new += 1
        elif line.startswith("-"):
            yield ShownLine(line[1:], hunk, old=old)
            old += 1
        else:
            yield ShownLine(line[1:], hunk, old, new)
            old, new = old + 1, new + 1


def lines_with_ends(text: str | None) -> list[str]:
    """Lines as git counts them: only a line feed ends one, and one without it at the end is another line."""
    *lines, rest = (text or "").split("\n")
    return [*(f"{line}\n" for line in lines), *([rest] if rest else [])]
