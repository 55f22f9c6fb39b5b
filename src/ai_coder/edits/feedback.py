"""Refusals -> the words that let the model's next answer succeed."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from ai_coder.domain.source import LineRange
from ai_coder.edits.applied import AppliedAnswer, Code, Refusal
from ai_coder.edits.text import FileText

_MAX_BLOCK_CHARS = 4_000
_MAX_LINE_CHARS = 400
_MAX_PLACES = 6
_AROUND = 5
_ABOVE = 2
_MAX_REGION_LINES = 60


def render_feedback(applied: AppliedAnswer, files: Mapping[str, str]) -> str:
    """What failed, why, and the current text around it; at most about 4 kB a block. Empty when nothing was refused."""
    if not applied.refusals:
        return ""
    parts = [_opening(applied)]
    parts += [_entry(refusal, files) for refusal in applied.refusals]
    parts.append("Send all edits again, the good ones too: an answer is applied as a whole or not at all.")
    return "\n\n".join(parts) + "\n"


def _opening(applied: AppliedAnswer) -> str:
    failed = len({refusal.block for refusal in applied.refusals})
    return f"Nothing was written. Of {max(applied.blocks, failed)} edits, {failed} cannot be applied."


def _entry(refusal: Refusal, files: Mapping[str, str]) -> str:
    where = f" ({refusal.path})" if refusal.path else ""
    head = f"Block {refusal.block}{where}" if refusal.block else "The answer"
    lines = [f"{head}: {refusal.code}. {refusal.message}"]
    text = files.get(refusal.path)
    if text is not None:
        lines += _evidence(refusal, FileText(text).lines)
    entry = "\n".join(lines)
    return entry if len(entry) <= _MAX_BLOCK_CHARS else entry[:_MAX_BLOCK_CHARS] + "\n[cut]"


def _evidence(refusal: Refusal, lines: Sequence[str]) -> Iterable[str]:
    if refusal.code is Code.AMBIGUOUS:
        for place in islice(refusal.places, _MAX_PLACES):
            yield f"Line {place.first}, and what stands above it:"
            yield from _quoted(lines, LineRange(max(place.first - _ABOVE, 1), place.first))
    elif refusal.places:
        [place, *_] = refusal.places
        last = min(place.last + _AROUND, len(lines), place.first + _MAX_REGION_LINES)
        region = LineRange(max(place.first - _AROUND, 1), last)
        yield f"The file has, at lines {region.first} to {region.last}:"
        yield from _quoted(lines, region)


def _quoted(lines: Sequence[str], place: LineRange) -> list[str]:
    fence = "````"
    return [fence, *(line[:_MAX_LINE_CHARS] for line in lines[place.first - 1 : place.last]), fence]
