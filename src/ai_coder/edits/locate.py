"""The ladder: where the old lines of a block stand. A rung is a way to look; exactly one place, or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ai_coder.edits.operations import Reading
from ai_coder.edits.text import FileText

MAX_PLACES = 10
"""How many places are looked for before a block is called ambiguous."""
RUNGS = ("exact lines", "ignoring trailing white space")


@dataclass(frozen=True)
class Place:
    """Where a reading of a block stands."""

    reading: Reading
    start: int
    """Index of the first line, from 0."""
    rung: int

    @property
    def end(self) -> int:
        """Index after the last line."""
        return self.start + len(self.reading.old)


@dataclass(frozen=True)
class Haystack:
    """A file prepared for being searched on each rung."""

    file: FileText

    @cached_property
    def _exact(self) -> str:
        return _joined(self.file.lines)

    @cached_property
    def _trimmed(self) -> str:
        return _joined(_stripped(self.file.lines))

    def starts(self, lines: Sequence[str], rung: int) -> list[int]:
        """Indexes of the lines where `lines` begin, at most `MAX_PLACES`; none for no lines."""
        if not lines:
            return []
        if rung == 0:
            return list(_occurrences(self._exact, _joined(lines)))
        return list(_occurrences(self._trimmed, _joined(_stripped(lines))))

    def places(self, readings: Sequence[Reading]) -> list[Place]:
        """The places on the first rung that has any: of the reading that quotes most of the file."""
        for rung in range(len(RUNGS)):
            for reading in reversed(readings):
                if starts := [] if reading.is_blank else self.starts(reading.old, rung):
                    return [Place(reading, start, rung) for start in starts]
        return []


def _joined(lines: Sequence[str]) -> str:
    return "\n" + "\n".join(lines) + "\n"


def _stripped(lines: Sequence[str]) -> list[str]:
    return [line.rstrip() for line in lines]


def _occurrences(text: str, sought: str) -> Iterator[int]:
    """Line numbers, from 0, of the first occurrences; they may overlap."""
    at, line, counted = text.find(sought), 0, 0
    for _ in range(MAX_PLACES):
        if at < 0:
            return
        line += text.count("\n", counted, at)
        counted = at
        yield line
        at = text.find(sought, at + 1)
