"""The last rung: the one stretch of a file whose lines are, in order, most of those that are quoted."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from operator import sub

from ai_coder.edits.folding import TRIMMED, indent, keys
from ai_coder.edits.haystack import Haystack, Shelf
from ai_coder.edits.places import rows_between

MIN_LINES = 3
_MAX_LINES = 2_000
_MIN_EQUAL = 0.6
_MIN_LEAD = 0.2
_ENOUGH_LEAD = 4
"""How much better than any other stretch it has to be: of the quoted lines, or in lines."""
_MIN_ALIKE = 0.8
_MAX_COMPARED_CHARS = 400
_MAX_RIVALS = 12
_MAX_GAP = 12
_MAX_TIMES = 20
"""A line that stands more often does not show where to look."""
_NOISE = 1e-9
_COST = 100
"""What a line of the file costs, in characters compared."""

Pairs = dict[int, int]
"""Index among the quoted lines that are not blank -> index among those of the file."""


def aligned(haystack: Haystack, old: Sequence[str], level: int) -> list[tuple[int, ...]]:
    """The rows of the best alignment: the first and the last of equally good ones, more where there is a rival."""
    indexes = [index for index, line in enumerate(old) if line.strip()]
    if not MIN_LINES <= len(indexes) <= _MAX_LINES:
        return []
    shelf = haystack.shelf(level, without_blanks=True)
    needle = keys([old[index] for index in indexes], level)
    if sum(key in shelf.places for key in needle) < _MIN_EQUAL * len(needle):
        return []
    haystack.effort.spend(_COST * len(shelf.keys))
    best = _best_stretch(shelf, needle)
    both = [pairs for pairs in _alignments(needle, shelf.keys, best) if len(pairs) >= _MIN_EQUAL * len(needle)]
    if not both:
        return []
    for pairs in both:
        if not _completed(needle, shelf.keys, pairs) or (level == TRIMMED and _is_shifted(needle, shelf.keys, pairs)):
            return []
    rows = []
    for pairs in [*both, *_rivals(shelf, needle, both[0])]:
        there = {indexes[ours]: shelf.numbers[theirs] for ours, theirs in pairs.items()}
        rows.append(rows_between(old, haystack.lines, there))
    return list(dict.fromkeys(rows))


def _best_stretch(shelf: Shelf, needle: Sequence[str]) -> range:
    """Where the quoted lines weigh most, rare ones more than common ones; empty where all are common."""
    weighed = sorted(
        (place, 1 / len(places))
        for key in set(needle)
        if len(places := shelf.places.get(key, ())) <= _MAX_TIMES
        for place in places
    )
    width, weight, first = _width(needle), 0.0, 0
    best, start = 0.0, -1
    for place, own in weighed:
        weight += own
        while weighed[first][0] <= place - width:
            weight -= weighed[first][1]
            first += 1
        if weight > best + _NOISE:
            best, start = weight, weighed[first][0]
    if start < 0:
        return range(0)
    margin = len(needle)
    return range(max(start - margin, 0), min(start + width + margin, len(shelf.keys)))


def _slack(needle: Sequence[str]) -> int:
    return max(3, len(needle) // 4)


def _width(needle: Sequence[str]) -> int:
    return len(needle) + _slack(needle)


def _rivals(shelf: Shelf, needle: Sequence[str], best: Pairs) -> list[Pairs]:
    """Alignments elsewhere that are nearly as good."""
    taken = range(min(best.values()), max(best.values()) + 1)
    flags = list(map(set(needle).__contains__, shelf.keys))
    flags[taken.start : taken.stop] = [False] * len(taken)
    sums = list(accumulate(flags, initial=0))
    width, size = _width(needle), len(shelf.keys)
    enough = len(best) - min(_MIN_LEAD * len(needle), _ENOUGH_LEAD)
    if max(map(sub, sums[width:], sums), default=sums[-1]) <= enough:
        return []
    found: list[Pairs] = []
    at, tried = 0, 0
    while at < size:
        if sums[min(at + width, size)] - sums[at] <= enough:
            at += 1
            continue
        tried += 1
        stretch = [index for index in range(at, min(at + 2 * width, size)) if index not in taken]
        file = [shelf.keys[index] for index in stretch]
        pairs = _alignments(needle, file, range(len(file)))[0]
        if len(pairs) > enough or tried > _MAX_RIVALS:
            found.append({ours: stretch[theirs] for ours, theirs in pairs.items()} or dict(best))
            return found
        at += width
    return found


def _alignments(needle: Sequence[str], file: Sequence[str], stretch: range) -> list[Pairs]:
    """The longest common rows of lines: leaning to the start and to the end between those that all of them have.

    Before the first and after the last line that all have, both lean to the middle.
    """
    part = file[stretch.start : stretch.stop]
    early = {ours: stretch.start + theirs for ours, theirs in _common_row(needle, part)}
    last, end = len(needle) - 1, stretch.stop - 1
    late = {last - ours: end - theirs for ours, theirs in _common_row(needle[::-1], part[::-1])}
    sure = [ours for ours, theirs in early.items() if late.get(ours) == theirs]
    if not sure:
        return [early, late]
    head = {ours: theirs for ours, theirs in late.items() if ours < min(sure)}
    tail = {ours: theirs for ours, theirs in early.items() if ours > max(sure)}
    inside = range(min(sure), max(sure) + 1)
    return [head | {ours: theirs for ours, theirs in lean.items() if ours in inside} | tail for lean in (early, late)]


def _common_row(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of the longest common subsequence, last ones first. Bits of a number are its table's rows (Hyyrö 2004)."""
    masks: dict[str, int] = {}
    for index, key in enumerate(ours):
        masks[key] = masks.get(key, 0) | 1 << index
    full = (1 << len(ours)) - 1
    states = [full]
    for key in theirs:
        state = states[-1]
        common = state & masks.get(key, 0)
        states.append(((state + common) | (state - common)) & full)
    row, column = len(ours), len(theirs)
    while row and column:
        bit = 1 << (row - 1)
        if states[column] & bit:
            row -= 1
        elif states[column - 1] & bit:
            row, column = row - 1, column - 1
            yield row, column
        else:
            column -= 1


def _completed(needle: Sequence[str], file: Sequence[str], pairs: Pairs) -> bool:
    """Adds the lines that are alike; whether every quoted line is then accounted for, and few others are between."""
    ends = [(-1, min(pairs.values()) - 1), *sorted(pairs.items()), (len(needle), max(pairs.values()) + 1)]
    for (ours, theirs), (next_ours, next_theirs) in pairwise(ends):
        gap, other = range(ours + 1, next_ours), range(theirs + 1, next_theirs)
        if ours < 0:
            other = range(max(next_theirs - len(gap), 0), next_theirs)
        elif next_ours == len(needle):
            other = range(theirs + 1, min(theirs + 1 + len(gap), len(file)))
        _pair_alike(needle, file, pairs, (gap, other))
    _pair_moved(needle, file, pairs)
    first, last = min(pairs.values()), max(pairs.values())
    foreign = last + 1 - first - len(pairs)
    return len(pairs) == len(needle) and foreign <= max(2, len(needle) // 5)


def _is_shifted(needle: Sequence[str], file: Sequence[str], pairs: Pairs) -> bool:
    return any(indent(needle[ours]) != indent(file[theirs]) for ours, theirs in pairs.items())


def _pair_moved(needle: Sequence[str], file: Sequence[str], pairs: Pairs) -> None:
    """Lines that stand close by, but in another order."""
    missing = [ours for ours in range(len(needle)) if ours not in pairs]
    if not missing:
        return
    mates = set(pairs.values())
    near = range(max(min(mates) - 2, 0), min(max(mates) + 3, len(file)))
    for ours in missing:
        found = [theirs for theirs in near if theirs not in mates and file[theirs] == needle[ours]]
        if len(found) == 1:
            pairs[ours] = found[0]
            mates.add(found[0])


def _pair_alike(needle: Sequence[str], file: Sequence[str], pairs: Pairs, gap: tuple[range, range]) -> None:
    ours, theirs = gap
    if not ours or not theirs or max(len(ours), len(theirs)) > _MAX_GAP:
        return
    if len(ours) == len(theirs):
        pairs.update(
            (mine, other) for mine, other in zip(ours, theirs, strict=True) if is_alike(needle[mine], file[other])
        )
        return
    after = theirs.start - 1
    for mine in ours:
        mates = [other for other in theirs if other > after and is_alike(needle[mine], file[other])]
        if len(mates) == 1:
            after = pairs[mine] = mates[0]


def is_alike(ours: str, theirs: str) -> bool:
    """Whether two lines differ by no more than a slip of the pen."""
    if max(len(ours), len(theirs)) > _MAX_COMPARED_CHARS:
        return False
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _MIN_ALIKE
        and matcher.quick_ratio() >= _MIN_ALIKE
        and matcher.ratio() >= _MIN_ALIKE
    )
