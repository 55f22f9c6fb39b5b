"""The one function that turns the indentation a model writes into that of the file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise

Pair = tuple[str, str]
"""The indentation of a line as the model quotes it, and as it is in the file."""
Table = dict[str, str]
"""What each wanted indentation is in the file."""

_WIDTHS = (4, 2, 8)
_MIN_MIXED = 2


def explain(pairs: Sequence[Pair], wanted: Iterable[str]) -> Table | None:
    """What each wanted indentation is in the file, by one function that explains all pairs; None if there is none.

    Tried in turn: none needed, the same prefix added or cut, tabs for blanks or blanks for tabs, the pairs themselves.
    """
    distinct = sorted(set(pairs))
    needed = sorted({*wanted, *(ours for ours, _ in distinct)})
    if all(ours == theirs for ours, theirs in distinct):
        return {text: text for text in needed}
    for tables in (_shifted(distinct, needed), _converted(distinct, needed), _looked_up(distinct, needed)):
        good = [table for table in tables if not _mixes(table, distinct)]
        if good:
            return good[0] if all(table == good[0] for table in good) else None
    return None


def _shifted(pairs: Sequence[Pair], needed: Sequence[str]) -> Iterator[Table]:
    """Add the same prefix to all, or cut the same from all."""
    ours, theirs = pairs[0]
    if theirs.endswith(ours):
        prefix = theirs[: len(theirs) - len(ours)]
        if all(prefix + mine == other for mine, other in pairs):
            yield {text: prefix + text for text in needed}
    elif ours.endswith(theirs):
        cut = ours[: len(ours) - len(theirs)]
        if all(mine == cut + other for mine, other in pairs) and all(text.startswith(cut) for text in needed):
            yield {text: text[len(cut) :] for text in needed}


def _converted(pairs: Sequence[Pair], needed: Sequence[str]) -> list[Table]:
    """Other tab stops: by the widths that explain the pairs alone, else those that explain two or more with a shift."""
    alone: list[Table] = []
    with_shift: list[Table] = []
    for convert in _conversions(pairs):
        changed = [(convert(ours), theirs) for ours, theirs in pairs]
        inputs = [convert(text) for text in needed]
        if all(ours == theirs for ours, theirs in changed):
            alone.append(dict(zip(needed, inputs, strict=True)))
        elif len(pairs) > 1:
            with_shift += [{text: table[convert(text)] for text in needed} for table in _shifted(changed, inputs)]
    return alone or with_shift


def _conversions(pairs: Iterable[Pair]) -> list[Callable[[str], str]]:
    if any("\t" in theirs for _, theirs in pairs):
        return [partial(_with_tabs, width) for width in _WIDTHS]
    if any("\t" in ours for ours, _ in pairs):
        return [partial(_without_tabs, width) for width in _WIDTHS]
    return []


def _with_tabs(width: int, text: str) -> str:
    size = len(text.expandtabs(width))
    return "\t" * (size // width) + " " * (size % width)


def _without_tabs(width: int, text: str) -> str:
    return text.replace("\t", " " * width)


def _looked_up(pairs: Sequence[Pair], needed: Iterable[str]) -> Iterator[Table]:
    """Each as in the pairs, where these are one stretching function that knows all that is needed."""
    table = dict(pairs)
    sizes = [(len(ours), len(theirs)) for ours, theirs in pairs]
    is_growing = all(a < c and b < d for (a, b), (c, d) in pairwise(sorted(sizes)))
    is_stretched = all((ours == theirs) == (not ours) for ours, theirs in pairs)
    if is_growing and is_stretched and all(text in table for text in needed):
        yield {text: table[text] for text in needed}


def _mixes(table: Table, pairs: Iterable[Pair]) -> bool:
    """Whether it makes indentation of tabs and blanks such as the file does not have."""
    return any(map(_is_mixed, table.values())) and not any(_is_mixed(theirs) for _, theirs in pairs)


def _is_mixed(text: str) -> bool:
    return "\t" in text and text.count(" ") >= _MIN_MIXED
