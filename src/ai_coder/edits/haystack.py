"""A file prepared for being searched: its lines on every level, and where each of them stands."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from ai_coder.edits.folding import keys

MAX_PLACES = 10
"""How many places are looked for before a block is called ambiguous."""
_MAX_TRIED = 64
"""A line that stands more often is no quick way to a place."""


class Shelf(NamedTuple):
    """The lines of a file as they are compared on one level."""

    keys: Sequence[str]
    numbers: Sequence[int]
    """The index in the file of each key."""
    places: dict[str, list[int]]
    """Where each key stands, as indexes into `keys`."""
    joined: str

    def starts(self, needle: Sequence[str], limit: int = MAX_PLACES) -> list[int]:
        """Indexes into `keys` where `needle` begins, at most `limit`."""
        if not needle or len(needle) > len(self.keys):
            return []
        counts = [(len(self.places.get(key, ())), index) for index, key in enumerate(needle)]
        rarest, offset = min(counts)
        if not rarest:
            return []
        if rarest > _MAX_TRIED:
            return list(islice(_occurrences(self.joined, _joined(needle)), limit))
        size, wanted = len(needle), list(needle)
        starts = (place - offset for place in self.places[needle[offset]])
        found = (start for start in starts if start >= 0 and self.keys[start : start + size] == wanted)
        return list(islice(found, limit))


class Haystack:
    """The lines of one text, without endings."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._shelves: dict[tuple[int, bool], Shelf] = {}

    def shelf(self, level: int, *, without_blanks: bool = False) -> Shelf:
        """The lines on a level, all of them or those that are not blank."""
        found = self._shelves.get((level, without_blanks))
        if found is None:
            found = self._shelves[level, without_blanks] = self._shelf(level, without_blanks=without_blanks)
        return found

    def _shelf(self, level: int, *, without_blanks: bool) -> Shelf:
        every = keys(self.lines, level)
        numbers = [index for index, line in enumerate(every) if line.strip()] if without_blanks else range(len(every))
        kept = [every[index] for index in numbers] if without_blanks else every
        places: dict[str, list[int]] = {}
        for index, key in enumerate(kept):
            places.setdefault(key, []).append(index)
        return Shelf(kept, numbers, places, _joined(kept))

    @cached_property
    def known(self) -> frozenset[str]:
        """Every line without the blanks around it."""
        return frozenset(line.strip() for line in self.lines)


def _joined(lines: Sequence[str]) -> str:
    return "\n" + "\n".join(lines) + "\n"


def _occurrences(text: str, sought: str) -> Iterator[int]:
    """Line numbers, from 0, of the first occurrences; they may overlap."""
    at, line, counted = text.find(sought), 0, 0
    while at >= 0:
        line += text.count("\n", counted, at)
        counted = at
        yield line
        at = text.find(sought, at + 1)
