"""`Place`: which line of the file stands for which line of a block; and what became of the block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ai_coder.edits.operations import Reading, Replace
from ai_coder.edits.text import Hunk

NOWHERE = -1
"""The row of an old line that has no counterpart in the file."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reading of a block stands."""

    reading: Reading
    rows: tuple[int, ...]
    """For every old line the index of its line in the file, or `NOWHERE`; at least one is somewhere."""
    level: int
    """On which level of equality the lines are found."""
    how: str
    """The rung, in words; empty for exact lines as they were sent."""
    is_aligned: bool = False
    """Whether it is one of several ways to align the same lines, which may come to the same edit."""

    @property
    def start(self) -> int:
        """Index of the first line, from 0."""
        return min(row for row in self.rows if row != NOWHERE)

    @property
    def end(self) -> int:
        """Index after the last line."""
        return max(self.rows) + 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with the place where it stands and what it changes there."""

    block: Replace
    start: int
    end: int
    hunks: tuple[Hunk, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A block that fits several places equally well."""

    block: Replace
    places: tuple[Place, ...]
    """As many as were looked for."""


def rows_between(old: Sequence[str], lines: Sequence[str], rows: Mapping[int, int]) -> tuple[int, ...]:
    """The rows of all old lines: those given, and the blank lines beside them that both sides have."""
    full = [rows.get(index, NOWHERE) for index in range(len(old))]
    after = -1
    for index in range(len(old)):
        if full[index] != NOWHERE:
            after = full[index]
        elif after >= 0 and not old[index].strip() and after + 1 < len(lines) and not lines[after + 1].strip():
            after = full[index] = after + 1
        elif old[index].strip():
            after = -1
    before = -1
    for index in reversed(range(len(old))):
        if full[index] != NOWHERE:
            before = full[index]
        elif before > 0 and not old[index].strip() and not lines[before - 1].strip() and before - 1 not in full:
            before = full[index] = before - 1
        elif old[index].strip():
            before = -1
    return tuple(full)
