"""Refusals -> the words that let the model's next answer succeed."""

from collections.abc import Iterator, Mapping

from ai_coder.domain.source import LineRange
from ai_coder.edits.applied import AppliedAnswer, Refusal
from ai_coder.edits.text import FileText

_MAX_CHARS = 4_000
"""Of one block."""
_AROUND = 5
"""Lines of the file shown above and below a place."""


def render_feedback(applied: AppliedAnswer, files: Mapping[str, str]) -> str:
    """What failed, why, and the current text around it; at most about 4 kB a block. Empty when nothing was refused."""
    if not applied.refusals:
        return ""
    parts = ["Nothing was written, because these edits cannot be applied without guessing:"]
    parts += ["\n".join(_block(refusal, files))[:_MAX_CHARS] for refusal in applied.refusals]
    parts.append("Answer again with all edits, those that were right among them.")
    return "\n\n".join(parts)


def _block(refusal: Refusal, files: Mapping[str, str]) -> Iterator[str]:
    number = f"Block {refusal.block}" if refusal.block else "The answer"
    path = f", `{refusal.path}`" if refusal.path else ""
    yield f"{number}{path} ({refusal.code}): {refusal.message}"
    if refusal.path not in files:
        return
    lines = FileText(files[refusal.path]).lines
    for place in refusal.places[:3]:
        shown = LineRange(max(place.first - _AROUND, 1), min(place.last + _AROUND, len(lines)))
        yield f"The file has, at lines {shown.first} to {shown.last}:"
        yield from ("```", *lines[shown.first - 1 : shown.last], "```")
