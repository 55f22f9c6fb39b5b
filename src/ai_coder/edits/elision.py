"""The rung for lines that a model left out: `...`, `# ... existing code ...`. Pieces in order, each pinned."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod

from ai_coder.edits.folding import FOLDED, LEVELS, TRIMMED, keys
from ai_coder.edits.haystack import Haystack
from ai_coder.edits.line_diff import diff_lines
from ai_coder.edits.operations import Reading, Step
from ai_coder.edits.places import NOWHERE, Place, rows_between
from ai_coder.edits.suspicion import is_placeholder

_DOTS = re.compile(r"(?:#|//|--|;|%|/\*|<!--|\{/\*)?[ \t]*[\[(]?(?:\.\.\.|…)[\])]?[ \t]*(?:\*/\}?|-->)?")
_MAX_GAPS = 8
_MAX_STARTS = 2_000
_MAX_CHOICES = 8
_MAX_COMBINATIONS = 200


@dataclass(frozen=True, slots=True)
class _Piece:
    """Old lines between two elisions, and where they might stand."""

    start: int
    end: int
    starts: tuple[int, ...]
    is_changed: bool


def is_elision(line: str) -> bool:
    """Whether the line stands for others."""
    return bool(_DOTS.fullmatch(line.strip())) or is_placeholder(line, "")


def spread(haystack: Haystack, reading: Reading, how: str) -> list[Place]:
    """The places of the pieces of `reading`, where it has elisions; several where these are no proof of one."""
    gaps = [index for index, line in enumerate(reading.old) if is_elision(line)]
    if not 0 < len(gaps) <= _MAX_GAPS:
        return []
    steps = reading.steps or diff_lines(keys(reading.old, TRIMMED), keys(reading.new, TRIMMED))
    lost = [gap for gap in gaps if any(step.start <= gap < step.end for step in steps)]
    pieces = list(_pieces(haystack, reading.old, gaps, () if lost else steps))
    if not pieces or not all(piece.starts for piece in pieces):
        return []
    found = []
    for choice in islice(_choices(pieces), _MAX_CHOICES):
        rows = {piece.start + at: start + at for piece, start in choice for at in range(piece.end - piece.start)}
        if lost:
            place = _filled(haystack, reading, gaps, rows, how)
        else:
            place = Place(reading, rows_between(reading.old, haystack.lines, rows), FOLDED, how, is_aligned=True)
        if place:
            found.append(place)
    return found


def _pieces(haystack: Haystack, old: Sequence[str], gaps: Sequence[int], steps: Sequence[Step]) -> Iterator[_Piece]:
    """The pieces without blank lines at their ends; without steps every piece counts as changed."""
    for before, after in zip([-1, *gaps], [*gaps, len(old)], strict=True):
        start, end = before + 1, after
        while start < end and not old[start].strip():
            start += 1
        while start < end and not old[end - 1].strip():
            end -= 1
        if start == end:
            continue
        is_changed = not steps or any(step.start <= end and step.end >= start for step in steps)
        for level in range(len(LEVELS)):
            starts = haystack.shelf(level).starts(keys(old[start:end], level), _MAX_STARTS)
            if starts:
                break
        yield _Piece(start, end, tuple(starts), is_changed)


def _choices(pieces: Sequence[_Piece]) -> Iterator[list[tuple[_Piece, int]]]:
    """Every way to put the changed pieces in order; the others stand as near to them as they can."""
    if not any(piece.is_changed for piece in pieces):
        return
    changed = [piece for piece in pieces if piece.is_changed]
    if prod(len(piece.starts) for piece in changed) > _MAX_COMBINATIONS:
        return
    for starts in product(*(piece.starts for piece in changed)):
        put = dict(zip((piece.start for piece in changed), starts, strict=True))
        chosen, at = [], 0
        for index, piece in enumerate(pieces):
            start = put.get(piece.start)
            if start is None:
                start = _nearest(piece, pieces[index + 1 :], put, at)
            if start is None or start < at:
                break
            chosen.append((piece, start))
            at = start + piece.end - piece.start
        else:
            yield chosen


def _nearest(piece: _Piece, following: Sequence[_Piece], put: dict[int, int], at: int) -> int | None:
    """The last place before the next changed piece where there is one above; the first place where there is none."""
    size = piece.end - piece.start
    ceiling = next((put[other.start] for other in following if other.start in put), None)
    fitting = [start for start in piece.starts if start >= at and (ceiling is None or start + size <= ceiling)]
    if not fitting:
        return None
    return fitting[0] if at else fitting[-1]


def _filled(haystack: Haystack, reading: Reading, gaps: Sequence[int], rows: dict[int, int], how: str) -> Place | None:
    """The reading with the file's own lines for what was left out of SEARCH only; these must all be in REPLACE."""
    if len(rows) < 2 or reading.steps is not None:  # noqa: PLR2004 - a line on either side
        return None
    old: list[str] = []
    there: list[int] = []
    filled: set[int] = set()
    beside = {at for gap in gaps for at in _blank_neighbours(reading.old, gap)}
    for index, line in enumerate(reading.old):
        if index in beside:
            continue
        if index not in gaps:
            old.append(line)
            there.append(rows.get(index, NOWHERE))
            continue
        above = [row for at, row in rows.items() if at < index]
        below = [row for at, row in rows.items() if at > index]
        if not above or not below:
            return None
        between = range(max(above) + 1, min(below))
        filled.update(range(len(old), len(old) + len(between)))
        old += haystack.lines[between.start : between.stop]
        there += between
    steps = diff_lines(keys(old, TRIMMED), keys(reading.new, TRIMMED))
    if any(old[at].strip() and at in filled for step in steps for at in range(step.start, step.end)):
        return None
    full = Reading(tuple(old), reading.new, steps)
    known = {index: row for index, row in enumerate(there) if row != NOWHERE}
    return Place(full, rows_between(old, haystack.lines, known), FOLDED, how, is_aligned=True)


def _blank_neighbours(old: Sequence[str], gap: int) -> Iterator[int]:
    """The blank lines around an elision: the file's own stand for them."""
    for indexes in (range(gap - 1, -1, -1), range(gap + 1, len(old))):
        for index in indexes:
            if old[index].strip():
                break
            yield index
