"""Which lines differ between two sides of a block; near-linear on any input."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ai_coder.edits.operations import Step
from ai_coder.edits.text import common_ends

_MAX_PRODUCT = 10_000
"""Lines times lines of a gap that are compared one by one; a larger gap is replaced as a whole."""


def diff_lines(old: Sequence[str], new: Sequence[str]) -> tuple[Step, ...]:
    """The steps that turn `old` into `new`: lines unique on both sides anchor it (patience), gaps are compared."""
    steps: list[Step] = []
    at_old = at_new = 0
    for mate_old, mate_new in [*_anchors(old, new), (len(old), len(new))]:
        if at_old != mate_old or at_new != mate_new:
            steps += _gap(old[at_old:mate_old], new[at_new:mate_new], at_old, at_new)
        at_old, at_new = mate_old + 1, mate_new + 1
    return tuple(steps)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest rising row of pairs (index in `old`, in `new`) of lines that stand once on each side."""
    counts_old, counts_new = Counter(old), Counter(new)
    where = {line: index for index, line in enumerate(new) if counts_new[line] == 1}
    pairs = [(i, where[line]) for i, line in enumerate(old) if counts_old[line] == 1 and line in where]
    tops: list[int] = []
    rows: list[int] = []
    before: list[int] = []
    for number, (_, mate) in enumerate(pairs):
        length = bisect_left(tops, mate)
        tops[length : length + 1] = [mate]
        rows[length : length + 1] = [number]
        before.append(rows[length - 1] if length else -1)
    chain: list[tuple[int, int]] = []
    number = rows[-1] if rows else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _gap(old: Sequence[str], new: Sequence[str], at_old: int, at_new: int) -> Iterator[Step]:
    head, tail = common_ends(old, new)
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    at_old, at_new = at_old + head, at_new + head
    if not old and not new:
        return
    if len(old) * len(new) > _MAX_PRODUCT:
        yield Step(at_old, at_old + len(old), at_new, at_new + len(new))
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Step(at_old + i1, at_old + i2, at_new + j1, at_new + j2)
