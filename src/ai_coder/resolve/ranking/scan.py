"""Every file, read once and cheaply: how often each term stands in it. Bounded in memory."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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
        self._known: dict[bytes, tuple[int, ...]] = {}
        self._unasked: set[bytes] = set()

    def count(self, data: bytes) -> Counted:
        """The terms in `data`."""
        found = words.identifiers(data)
        asked = {identifier for identifier in set(found) - self._unasked if self._terms(identifier)}
        totals: dict[int, int] = {}
        for identifier, times in Counter(filter(asked.__contains__, found)).items():
            for number in self._terms(identifier):
                totals[number] = totals.get(number, 0) + times
        return Counted(array("H", totals.keys()), array("L", totals.values()), len(found))

    def _terms(self, identifier: bytes) -> Iterable[int]:
        known = self._known.get(identifier)
        if known is None:
            pieces = {identifier.lower(), identifier.lower().strip(b"_"), *words.parts(identifier)}
            known = tuple({self._forms[piece] for piece in pieces if piece in self._forms})
            if known:
                self._known[identifier] = known
            else:
                if len(self._unasked) > _MAX_REMEMBERED:
                    self._unasked.clear()
                self._unasked.add(identifier)
        return known
