"""The edit script of a block, laid onto the file's own lines: what it keeps keeps its bytes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ai_coder.edits.folding import EXACT, STRIPPED, TRIMMED, fold, indent, keys, plain_characters
from ai_coder.edits.indentation import Pair, explain
from ai_coder.edits.line_diff import diff_lines
from ai_coder.edits.operations import Step
from ai_coder.edits.places import NOWHERE, Place
from ai_coder.edits.text import Hunk


class NotExplained(Exception):
    """The edit cannot be laid onto the file without guessing; says why, as the rest of a sentence."""


class IndentationNotExplained(NotExplained):
    """There is no one function from the quoted indentation to that of the file."""


@dataclass(frozen=True, slots=True)
class _Script:
    """What changes, and how its lines are to be written."""

    steps: tuple[Step, ...]
    new: tuple[str, ...]


def transplant(place: Place, lines: Sequence[str]) -> tuple[Hunk, ...]:
    """The hunks of the block in the file, in order. Raises: NotExplained."""
    script = _script(place, lines)
    _refuse_strangers(place, lines, script.steps)
    found = [_hunk(place, lines, step, script.new[step.new_start : step.new_end]) for step in script.steps]
    hunks = sorted((hunk for hunk in found if hunk), key=lambda hunk: (hunk.start, hunk.end))
    for first, second in pairwise(hunks):
        if second.start < first.end:
            raise NotExplained("its parts overlap in the file")
    return tuple(hunks)


def _refuse_strangers(place: Place, lines: Sequence[str], steps: Sequence[Step]) -> None:
    """A line of the file that is not quoted may not stand between two that go. Raises: NotExplained."""
    gone = {at for step in steps for at in range(step.start, step.end)}
    rows = sorted((row, at) for at, row in enumerate(place.rows) if row != NOWHERE and lines[row].strip())
    for (first, above), (second, below) in pairwise(rows):
        if second - first > 1 and above in gone and below in gone:
            is_quoted = any(place.rows[at] == NOWHERE and place.reading.old[at].strip() for at in range(above, below))
            if not is_quoted and any(lines[at].strip() for at in range(first + 1, second)):
                raise NotExplained("the file has lines between those to be replaced that the block does not quote")


def _script(place: Place, lines: Sequence[str]) -> _Script:
    reading = place.reading
    level = EXACT if place.level == EXACT else TRIMMED
    steps = reading.steps
    if steps is None:
        steps = diff_lines(keys(reading.old, level), keys(reading.new, level))
    rows = zip(reading.old, place.rows, strict=True)
    pairs = [(old, lines[row]) for old, row in rows if row != NOWHERE and old.strip()]
    new = reading.new
    if any(old != old.rstrip() and line == line.rstrip() for old, line in pairs):
        new = tuple(map(str.rstrip, new))
    if place.level < STRIPPED:
        return _Script(steps, new)
    equal = [(old, line) for old, line in pairs if fold(old) == fold(line)]
    new = _in_plain_characters(new, equal)
    if reading.steps is None and (flush := _as_in_file(place, lines)):
        return _Script(flush, new)
    return _Script(steps, _reindented(place, new, steps, [(indent(old), indent(line)) for old, line in pairs]))


def _in_plain_characters(new: tuple[str, ...], equal: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    twins: Mapping[str, str] = plain_characters([old for old, _ in equal], [line for _, line in equal])
    table = {ord(char): plain for char, plain in twins.items()}
    return tuple(line.translate(table) for line in new)


def _as_in_file(place: Place, lines: Sequence[str]) -> tuple[Step, ...] | None:
    """The script where REPLACE alone is indented as the file is: it shares no line with SEARCH, but some with the file.

    Its outermost lines are then indented as those of the file, and not as those that are quoted.
    """
    old, new = place.reading.old, place.reading.new
    if any(old[at].strip() for at, _ in _kept(diff_lines(keys(old, TRIMMED), keys(new, TRIMMED)), len(old))):
        return None
    there = [line if row == NOWHERE else lines[row] for line, row in zip(old, place.rows, strict=True)]
    steps = diff_lines(keys(there, TRIMMED), keys(new, TRIMMED))
    if not any(there[at].strip() for at, _ in _kept(steps, len(old))):
        return None
    quoted, written, actual = (_outermost(side) for side in (old, new, there))
    return steps if written == actual != quoted else None


def _outermost(lines: Iterable[str]) -> int:
    return min((len(indent(line)) for line in lines if line.strip()), default=0)


def _kept(steps: Sequence[Step], size: int) -> Iterator[tuple[int, int]]:
    """Pairs (index in old, in new) of the lines that a script keeps."""
    at_old = at_new = 0
    for step in (*steps, Step(size, size, -1, -1)):
        for index in range(at_old, step.start):
            yield index, at_new + index - at_old
        at_old, at_new = step.end, step.new_end


def _has_common_ground(place: Place, steps: Sequence[Step], changed: Sequence[int]) -> bool:
    """Whether REPLACE is indented as SEARCH is: they share a line, or their outermost lines are indented alike."""
    old, new = place.reading.old, place.reading.new
    if any(old[at].strip() for at, _ in _kept(steps, len(old))):
        return True
    gone = [indent(old[at]) for step in steps for at in range(step.start, step.end) if old[at].strip()]
    return min(map(len, gone), default=0) == min((len(indent(new[at])) for at in changed), default=0)


def _reindented(place: Place, new: tuple[str, ...], steps: Sequence[Step], pairs: Sequence[Pair]) -> tuple[str, ...]:
    """The new lines as the file indents. Raises: NotExplained."""
    changed = [at for step in steps for at in range(step.new_start, step.new_end) if new[at].strip()]
    table, first = explain(pairs, [indent(new[at]) for at in changed]), {}
    if table is None and len(pairs) > 1 and not pairs[0][0]:
        rest = [at for at in changed if at or indent(new[at])]
        table = explain(pairs[1:], [indent(new[at]) for at in rest])
        first = {0: pairs[0][1]} if len(rest) < len(changed) else {}
    if (
        table
        and any(ours != theirs for ours, theirs in table.items())
        and not _has_common_ground(place, steps, changed)
    ):
        table = None
    if table is None:
        raise IndentationNotExplained("its indentation differs from the file's in a way that has no one explanation")
    out = list(new)
    for at in changed:
        out[at] = (first[at] if at in first else table[indent(new[at])]) + new[at].lstrip()
    return tuple(out)


def _hunk(place: Place, lines: Sequence[str], step: Step, new: tuple[str, ...]) -> Hunk | None:
    """The step as lines of the file. Raises: NotExplained."""
    old = place.reading.old
    gone = [at for at in range(step.start, step.end) if old[at].strip() or place.rows[at] != NOWHERE]
    if not gone:
        if not new or (step.start < step.end and not any(line.strip() for line in new)):
            return None
        at = _insertion(place, lines, step, new)
        return Hunk(at, at, new)
    rows = [place.rows[at] for at in gone]
    if NOWHERE in rows:
        line = next(old[at] for at in gone if place.rows[at] == NOWHERE)
        raise NotExplained(f"the line to be replaced `{line.strip()[:80]}` is not in the file")
    if any(second <= first for first, second in pairwise(rows)):
        raise NotExplained("its lines stand in another order in the file")
    span = range(rows[0], rows[-1] + 1)
    if any(lines[at].strip() for at in span if at not in rows):
        raise NotExplained("the file has more lines between those to be replaced")
    return Hunk(span.start, span.stop, new)


def _insertion(place: Place, lines: Sequence[str], step: Step, new: Sequence[str]) -> int:
    """The index before which new lines go: beside a line that is found. Raises: NotExplained."""
    rows, indexes = place.rows, range(len(place.rows))
    above = _beside(place, indexes[: step.start][::-1])
    below = _beside(place, indexes[step.end :])
    if above == NOWHERE and below == NOWHERE:
        raise NotExplained("no line beside the new ones is found in the file")
    all_above = [rows[at] for at in indexes[: step.start] if rows[at] != NOWHERE]
    all_below = [rows[at] for at in indexes[step.end :] if rows[at] != NOWHERE]
    if above == NOWHERE:
        return _only_if(min(all_below) == below and not (step.start and below and lines[below - 1].strip()), below)
    if below == NOWHERE:
        is_last = above + 1 == len(lines) or not lines[above + 1].strip()
        return _only_if(max(all_above) == above and (step.end == len(rows) or is_last), above + 1)
    above, below = max(all_above), min(all_below)
    between = range(above + 1, below)
    if below <= above or any(lines[at].strip() for at in between):
        raise NotExplained("the file has more lines where new ones are to be inserted")
    return below if between and not new[-1].strip() else above + 1


def _only_if(is_sure: bool, at: int) -> int:  # noqa: FBT001 - reads as a sentence
    if not is_sure:
        raise NotExplained("its lines stand in another order in the file, beside the new ones")
    return at


def _beside(place: Place, indexes: range) -> int:
    """The row of the nearest old line that counts: the first that is found, or not blank."""
    for index in indexes:
        if place.rows[index] != NOWHERE or place.reading.old[index].strip():
            return place.rows[index]
    return NOWHERE
