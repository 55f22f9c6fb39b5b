"""The edit engine: a model's answer + files -> files, or refusals. Pure, importable by anyone."""

from collections.abc import Mapping

from ai_coder.edits.applied import AppliedAnswer, Change, Code, Refusal
from ai_coder.edits.feedback import render_feedback
from ai_coder.edits.instructions import describe_format

__all__ = [
    "FORMATS",
    "AppliedAnswer",
    "Change",
    "Code",
    "Refusal",
    "apply_answer",
    "describe_format",
    "render_feedback",
]

FORMATS = ("auto", "search_replace", "whole_file")
"""The names of the formats; `auto` recognises all the others and lets them mix."""


def apply_answer(files: Mapping[str, str], answer: str, *, edit_format: str = "auto") -> AppliedAnswer:
    """The tree with all edits of `answer`, or the same tree and the reasons. Raises: ValueError, unknown format."""
    if edit_format not in FORMATS:
        msg = f"edit format {edit_format!r} is none of {', '.join(FORMATS)}"
        raise ValueError(msg)
    return AppliedAnswer(dict(files), refusals=(Refusal(0, "", Code.NO_EDIT, f"not read yet: {len(answer)}"),))
