"""Where a block that is not found was probably meant: the evidence told back, never a place to edit."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ai_coder.domain.source import LineRange

_MAX_POSITIONS = 20
"""A line or word that stands more often says nothing about the place."""
_MAX_OLD_LINES = 400
_MAX_LINE_CHARS = 160
_WORD = re.compile(r"\w{3,40}")


@dataclass(frozen=True, slots=True)
class Divergence:
    """The lines of the file that come closest, and where they begin to differ."""

    lines: LineRange
    line: int
    """Number of the first line that differs, from 1."""
    expected: str
    actual: str | None
    """None where the file ends before it."""

    def __str__(self) -> str:
        has = "ends before it" if self.actual is None else f"has `{_cut(self.actual)}`"
        hint = ""
        if self.actual is not None and self.actual.strip() == self.expected.strip():
            hint = " (only white space differs: copy the indentation exactly)"
        place = f"The closest place is lines {self.lines.first} to {self.lines.last}"
        return f"{place}; at line {self.line} SEARCH has `{_cut(self.expected)}` and the file {has}{hint}."


def find_closest(lines: Sequence[str], old: Sequence[str]) -> Divergence | None:
    """The window of the file that shares the most, and rarest, lines with `old`, or else words."""
    old = old[:_MAX_OLD_LINES]
    offset = _vote(lines, old, lambda line: [line.strip()] if len(line.strip()) > 2 else [])  # noqa: PLR2004 - `}`
    if offset is None:
        offset = _vote(lines, old, lambda line: set(_WORD.findall(line)))
    if offset is None:
        return None
    first, last = max(offset, 0), min(offset + len(old), len(lines))
    for index, expected in enumerate(old):
        at = offset + index
        actual = lines[at] if 0 <= at < len(lines) else None
        if at >= 0 and (actual is None or actual.rstrip() != expected.rstrip()):
            return Divergence(LineRange(first + 1, last), at + 1, expected, actual)
    return Divergence(LineRange(first + 1, last), first + 1, old[0], lines[first])


def _vote(lines: Sequence[str], old: Sequence[str], keys: Callable[[str], Iterable[str]]) -> int | None:
    """The offset of `old` in `lines` on which most shared keys agree; rare keys weigh more."""
    wanted = {key for line in old for key in keys(line)}
    places: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        for key in keys(line):
            if key in wanted and len(places[key]) <= _MAX_POSITIONS:
                places[key].append(index)
    votes: Counter[int] = Counter()
    for index, line in enumerate(old):
        for key in keys(line):
            found = places.get(key, [])
            if len(found) <= _MAX_POSITIONS:
                for place in found:
                    votes[place - index] += 100 // len(found)
    best = max(votes, key=lambda offset: (votes[offset], -offset), default=None)
    return best if best is None or best + len(old) > 0 else 0


def _cut(line: str) -> str:
    return line if len(line) <= _MAX_LINE_CHARS else f"{line[:_MAX_LINE_CHARS]}..."
