"""Refusals -> the words that let the model's next answer succeed."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from ai_coder.domain.source import LineRange
from ai_coder.edits.applied import AppliedAnswer, Code, Refusal
from ai_coder.edits.text import FileText

_MAX_ENTRIES = 12
_MAX_ENTRY_CHARS = 4_000
_MAX_LINE_CHARS = 300
_MAX_PLACES = 6
_MAX_REGION_LINES = 60
_AROUND = 5
_DISTINGUISHING = 2
_LOOKED_AT = 30
"""How many lines above a place are searched for ones that tell it from the others."""
_MIN_BACKTICKS = 4
_STALE = frozenset({Code.NOT_FOUND, Code.NOT_PINNED, Code.INDENTATION, Code.OVERLAP, Code.SYNTAX})
"""Codes after which the current text is shown to be quoted from."""


def render_feedback(applied: AppliedAnswer, files: Mapping[str, str]) -> str:
    """What failed, why, and the current text around it; at most about 4 kB a block. Empty when nothing was refused."""
    if not applied.refusals:
        return ""

    @cache
    def lines_of(path: str) -> Sequence[str]:
        return FileText(files.get(path, "")).lines

    shown = applied.refusals[:_MAX_ENTRIES]
    parts = [_opening(applied), *(_entry(refusal, lines_of(refusal.path)) for refusal in shown)]
    if len(applied.refusals) > len(shown):
        parts.append(f"{len(applied.refusals) - len(shown)} more of your edits fail. Send fewer of them at a time.")
    parts.append(_closing(applied))
    return "\n\n".join(parts) + "\n"


def _opening(applied: AppliedAnswer) -> str:
    failed = {refusal.block for refusal in applied.refusals}
    if failed == {0} or not applied.blocks:
        return "Nothing was written."
    count = max(applied.blocks, len(failed))
    return (
        f"Nothing was written: {len(failed)} of {count} edits cannot be applied, and an answer is applied as a whole."
    )


def _closing(applied: AppliedAnswer) -> str:
    failed = {refusal.block for refusal in applied.refusals}
    good = [number for number in range(1, applied.blocks + 1) if number not in failed]
    if not good or 0 in failed:
        return "Send your edits again, corrected."
    numbers = ", ".join(map(str, good[:_MAX_ENTRIES])) + (", ..." if len(good) > _MAX_ENTRIES else "")
    return (
        f"Send all your edits again, the failed ones corrected. Nothing is wrong with edit {numbers}: repeat as it was."
    )


def _entry(refusal: Refusal, lines: Sequence[str]) -> str:
    where = f" ({refusal.path})" if refusal.path else ""
    head = f"Edit {refusal.block}{where}" if refusal.block else "The answer"
    rows = [f"{head}: {refusal.code}. {refusal.message}", *_evidence(refusal, lines)]
    entry = "\n".join(rows)
    return entry if len(entry) <= _MAX_ENTRY_CHARS else f"{entry[:_MAX_ENTRY_CHARS]}\n[cut]"


def _evidence(refusal: Refusal, lines: Sequence[str]) -> Iterator[str]:
    places = [place for place in refusal.places if place.first <= len(lines)]
    if refusal.code in {Code.AMBIGUOUS, Code.ANCHOR_NOT_FOUND}:
        for place in places[:_MAX_PLACES]:
            above = _distinguishing(lines, place, places)
            yield f"Line {place.first} stands below:" if above else f"Line {place.first}:"
            yield from _quoted([*above, lines[place.first - 1]])
    elif places and refusal.code in _STALE:
        [place, *_] = places
        last = min(place.last + _AROUND, len(lines), place.first + _MAX_REGION_LINES)
        first = max(place.first - _AROUND, 1)
        yield f"`{refusal.path}` now has at lines {first} to {last}, to be quoted as it is:"
        yield from _quoted(lines[first - 1 : last])


def _distinguishing(lines: Sequence[str], place: LineRange, places: Sequence[LineRange]) -> list[str]:
    """Up to two of the nearest lines above a place that stand above none of the others."""
    others = {line for other in places if other != place for line in _above(lines, other)}
    return [line for line in _above(lines, place) if line.strip() and line not in others][-_DISTINGUISHING:]


def _above(lines: Sequence[str], place: LineRange) -> Sequence[str]:
    return lines[max(place.first - 1 - _LOOKED_AT, 0) : place.first - 1]


def _quoted(lines: Sequence[str]) -> list[str]:
    """The lines in a fence that none of them closes."""
    longest = max((len(line) - len(line.lstrip("`")) for line in map(str.lstrip, lines)), default=0)
    fence = "`" * max(_MIN_BACKTICKS, longest + 1)
    return [fence, *(line[:_MAX_LINE_CHARS] for line in lines), fence]
