"""`ChangeSet` -> old and new lines side by side, in colours, as many as a page can hold. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.edits.line_diff import diff_lines
from ai_coder.edits.operations import Step
from ai_coder.edits.text import common_ends
from ai_coder.report.colours import PLAIN, Piece, colour, marked

_AROUND = 3
"""Equal lines shown around a change."""
_MAX_ROWS = 2_500
"""Of one page."""
_MAX_COLOURED_CHARS = 150_000
"""Of all files together: a second's work. Files beyond it stay without colours."""
_MAX_LINE_CHARS = 400
_MIN_ALIKE = 0.4
"""Part of the longer line that two lines must share for their difference to be marked inside them."""

Shown = Callable[[str], str]
"""What may be shown of a text: no secret, and nothing invisible."""


@dataclass(frozen=True, slots=True)
class Side:
    """One line of one side; number 0 is no line."""

    number: int = 0
    pieces: tuple[Piece, ...] = ()
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The old line and the new one, or lines that are left out."""

    old: Side = Side()
    new: Side = Side()
    hidden: int = 0
    """Equal lines that are not shown here."""


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file."""

    path: str
    verb: str
    rows: tuple[Row, ...]
    added: int
    removed: int
    unshown: int = 0
    """Rows for which the page has no room."""
    note: str = ""
    """What no line tells."""


def side_by_side(change_set: ChangeSet, shown: Shown) -> tuple[FileDiff, ...]:
    """The files in their order; the rows of all together are bounded."""
    left, chars, found = _MAX_ROWS, _MAX_COLOURED_CHARS, []
    for change in change_set.changes:
        size = len(change.before or "") + len(change.after or "")
        is_coloured = bool(left) and size <= chars
        chars -= size if is_coloured else 0
        diff = _file(change, shown, change.path.name if is_coloured else PLAIN)
        found.append(replace(diff, rows=diff.rows[:left], unshown=max(0, len(diff.rows) - left)))
        left = max(0, left - len(diff.rows))
    return tuple(found)


def _file(change: FileChange, shown: Shown, language: str) -> FileDiff:
    before, after = shown(change.before or ""), shown(change.after or "")
    old, new = _lines(before), _lines(after)
    steps = diff_lines(old, new)
    sides = (colour(language, before)[: len(old)], colour(language, after)[: len(new)])
    rows = tuple(_rows(steps, *sides))
    is_silent = not steps and change.before is not None and change.after is not None
    return FileDiff(
        shown(change.path.text),
        "added" if change.before is None else "deleted" if change.after is None else "modified",
        rows,
        sum(step.new_end - step.new_start for step in steps),
        sum(step.end - step.start for step in steps),
        note="only line ends, or what is not shown, differ" if is_silent else "" if rows else "the file is empty",
    )


def _lines(text: str) -> list[str]:
    """The lines; the end of the last one makes no line."""
    return text.removesuffix("\n").split("\n") if text else []


def _rows(steps: Sequence[Step], old: Sequence[tuple[Piece, ...]], new: Sequence[tuple[Piece, ...]]) -> Iterator[Row]:
    """Changed lines, and some equal ones around them."""
    at_old = at_new = 0
    for number, step in enumerate(steps):
        yield from _equal(old, (at_old, step.start), at_new, (0 if number == 0 else _AROUND, _AROUND))
        yield from _changed(old, new, step)
        at_old, at_new = step.end, step.new_end
    if steps:
        yield from _equal(old, (at_old, len(old)), at_new, (_AROUND, 0))


def _equal(
    lines: Sequence[tuple[Piece, ...]], span: tuple[int, int], at_new: int, shown: tuple[int, int]
) -> Iterator[Row]:
    """Equal lines: some after the change before, some before the change after, and how many between are hidden."""
    first, last = span
    after, before = shown
    hidden = max(0, last - first - after - before)
    for index in range(first, last):
        if hidden and first + after <= index < last - before:
            if index == first + after:
                yield Row(hidden=hidden)
            continue
        pieces = _cut(lines[index])
        yield Row(Side(index + 1, pieces), Side(at_new + index - first + 1, pieces))


def _changed(old: Sequence[tuple[Piece, ...]], new: Sequence[tuple[Piece, ...]], step: Step) -> Iterator[Row]:
    lefts, rights = range(step.start, step.end), range(step.new_start, step.new_end)
    for left, right in zip_longest(lefts, rights):
        before = old[left] if left is not None else ()
        after = new[right] if right is not None else ()
        if left is not None and right is not None:
            before, after = _difference(before, after)
        yield Row(
            Side(left + 1, _cut(before), is_changed=True) if left is not None else Side(),
            Side(right + 1, _cut(after), is_changed=True) if right is not None else Side(),
        )


def _difference(before: tuple[Piece, ...], after: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both lines with what differs marked, where they are alike."""
    old, new = ("".join(text for _, text in pieces) for pieces in (before, after))
    head, tail = common_ends(old, new)
    if head + tail < _MIN_ALIKE * max(len(old), len(new)):
        return before, after
    return marked(before, head, len(old) - tail), marked(after, head, len(new) - tail)


def _cut(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    left, found = _MAX_LINE_CHARS, list[Piece]()
    for kind, text in pieces:
        if len(text) > left:
            return (*found, (kind, f"{text[:left]}…"))
        found.append((kind, text))
        left -= len(text)
    return tuple(found)
