"""What an answer asks for, whatever format it came in. An operation knows nothing of the files."""

from dataclasses import dataclass

from ai_coder.edits.applied import Refusal

Lines = tuple[str, ...]
"""Lines without their line endings."""


@dataclass(frozen=True, slots=True)
class Step:
    """Old lines `start` to `end` (from 0, end excluded) give way to the new lines `new_start` to `new_end`."""

    start: int
    end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a block: the lines to be found, and those that take their place."""

    old: Lines
    new: Lines
    steps: tuple[Step, ...] | None = None
    """The edit script where the format states it; None where it is the difference of the two sides."""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to be found."""
        return not any(line.strip() for line in self.old)


@dataclass(frozen=True, slots=True)
class Replace:
    """Put other lines where some stand; nothing to be found means a new file."""

    block: int
    path: str
    """As written; empty where the answer names none."""
    readings: tuple[Reading, ...]
    """More than one where the layout can be read in several ways; the shortest `old` first."""
    anchors: Lines = ()
    """Lines that stand above the place, from the outside in."""
    at_end: bool = False
    """Whether the place is the end of the file."""
    is_inline: bool = False
    """Whether the old text may begin and end within lines."""
    ends_line: bool = False
    """Whether it may not end within one, since a line break ends it."""


@dataclass(frozen=True, slots=True)
class Write:
    """The whole text of a file, new or not."""

    block: int
    path: str
    lines: Lines
    must_be_new: bool = False
    is_ended: bool = True
    """Whether a new file's last line is ended."""


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a file."""

    block: int
    path: str


@dataclass(frozen=True, slots=True)
class Move:
    """Give a file another path; other operations may change its text."""

    block: int
    path: str
    target: str


Operation = Replace | Write | Delete | Move


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a format's parser recognised."""

    operations: tuple[Operation, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    """Edits that were begun but cannot be read."""
    notes: tuple[str, ...] = ()

    @property
    def blocks(self) -> int:
        """How many edits there are, readable or not."""
        return max((found.block for found in (*self.operations, *self.refusals)), default=0)
