"""A file prepared for being searched: its lines on every level, and where each of them stands."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

from ai_coder.edits.effort import Effort
from ai_coder.edits.folding import EXACT, FOLDED, STRIPPED, TRIMMED, keys

MAX_PLACES = 10
"""How many places are looked for before a block is called ambiguous."""
_MAX_TRIED = 64
"""A line that stands more often is no quick way to a place."""
_BUILDING, _PER_LINE, _SEARCHING = 2, 6, 4
"""What it costs to prepare a character and a line, and to search through a character, at worst."""


class Shelf:
    """The lines of a file as they are compared on one level."""

    def __init__(self, found: Sequence[str], numbers: Sequence[int], effort: Effort) -> None:
        self.keys = found
        self.numbers = numbers
        """The index in the file of each key."""
        self.places: dict[str, list[int]] = defaultdict(list)
        """Where each key stands, as indexes into `keys`."""
        for index, key in enumerate(found):
            self.places[key].append(index)
        self.places.default_factory = None
        self._effort = effort

    @cached_property
    def _joined(self) -> str:
        return _joined(self.keys)

    def starts(self, needle: Sequence[str], limit: int = MAX_PLACES) -> list[int]:
        """Indexes into `keys` where `needle` begins, at most `limit`. Raises: TooMuch."""
        if not needle or len(needle) > len(self.keys):
            return []
        rarest, offset = min((len(self.places.get(key, ())), index) for index, key in enumerate(needle))
        if not rarest:
            return []
        if rarest > _MAX_TRIED:
            return list(islice(self._occurrences(needle), limit))
        size, wanted = len(needle), list(needle)
        starts = (place - offset for place in self.places[needle[offset]])
        found = (start for start in starts if start >= 0 and self.keys[start : start + size] == wanted)
        return list(islice(found, limit))

    def _occurrences(self, needle: Sequence[str]) -> Iterator[int]:
        """Indexes into `keys` of the occurrences; they may overlap."""
        text, sought = self._joined, _joined(needle)
        at, line, counted = -1, 0, 0
        while True:
            before, at = at, text.find(sought, at + 1)
            self._effort.spend(_SEARCHING * ((at if at >= 0 else len(text)) - max(before, 0) + len(sought)))
            if at < 0:
                return
            line += text.count("\n", counted, at)
            counted = at
            yield line


class Haystack:
    """The lines of one text, without endings."""

    def __init__(self, lines: Sequence[str], effort: Effort) -> None:
        self.lines = lines
        self.effort = effort
        self._shelves: dict[tuple[int, bool], Shelf] = {}

    def shelf(self, level: int, *, without_blanks: bool = False) -> Shelf:
        """The lines on a level, all of them or those that are not blank. Raises: TooMuch."""
        found = self._shelves.get((level, without_blanks))
        if found is None:
            found = self._shelf(level, without_blanks=without_blanks)
            self._shelves[level, without_blanks] = found
        return found

    def _shelf(self, level: int, *, without_blanks: bool) -> Shelf:
        if (level == TRIMMED and self._is_trimmed) or (level == FOLDED and self._is_ascii):
            return self.shelf(EXACT if level == TRIMMED else STRIPPED, without_blanks=without_blanks)
        self.effort.spend(_BUILDING * (self._size + _PER_LINE * len(self.lines)))
        every = keys(self.lines, level)
        if not without_blanks:
            return Shelf(every, range(len(every)), self.effort)
        numbers = [index for index, line in enumerate(self.lines) if line.strip()]
        return Shelf([every[index] for index in numbers], numbers, self.effort)

    @cached_property
    def _size(self) -> int:
        return sum(map(len, self.lines))

    @cached_property
    def _is_trimmed(self) -> bool:
        return all(line == line.rstrip() for line in self.lines)

    @cached_property
    def _is_ascii(self) -> bool:
        return all(map(str.isascii, self.lines))

    @cached_property
    def known(self) -> frozenset[str]:
        """Every line without the blanks around it."""
        return frozenset(map(str.strip, self.lines))


def _joined(lines: Sequence[str]) -> str:
    return "\n" + "\n".join(lines) + "\n"
