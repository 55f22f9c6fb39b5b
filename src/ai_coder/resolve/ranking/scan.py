"""Every file, read once and cheaply: how often each term stands in it. Bounded in memory."""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ai_coder.resolve.ranking import words

_MAX_REMEMBERED = 300_000


@dataclass(frozen=True, slots=True)
class Counted:
    """How often the query's terms stand in a text."""

    numbers: "array[int]"
    """The terms found, by number."""
    counts: "array[int]"
    """As often as this, in the same order."""
    length: int
    """Identifiers in the whole text."""

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(zip(self.numbers, self.counts, strict=True))


class TermCounter:
    """Counts the terms of one query. Remembers which identifiers hold none, up to a limit."""

    def __init__(self, forms: Mapping[bytes, int]) -> None:
        self._forms = forms
        self._asked: dict[bytes, tuple[int, ...]] = {}
        self._unasked: set[bytes] = set()

    def narrowed(self, forms: Mapping[bytes, int]) -> "TermCounter":
        """A counter of some of these forms, which remembers the identifiers that hold none of all."""
        counter = TermCounter(forms)
        counter._unasked = set(self._unasked)
        return counter

    def count(self, data: bytes) -> Counted:
        """The terms in `data`."""
        found = words.identifiers(data)
        for identifier in set(found) - self._unasked:
            if identifier not in self._asked:
                self._learn(identifier)
        totals: dict[int, int] = {}
        for identifier, times in Counter(filter(self._asked.__contains__, found)).items():
            for number in self._asked[identifier]:
                totals[number] = totals.get(number, 0) + times
        return Counted(array("H", totals.keys()), array("L", totals.values()), len(found))

    def _learn(self, identifier: bytes) -> None:
        """Remember the terms that it holds, or that it holds none."""
        pieces = {identifier.lower(), identifier.lower().strip(b"_"), *words.parts(identifier)}
        numbers = tuple({self._forms[piece] for piece in pieces if piece in self._forms})
        if numbers:
            self._asked[identifier] = numbers
            return
        if len(self._unasked) > _MAX_REMEMBERED:
            self._unasked.clear()
        self._unasked.add(identifier)
