"""The edit engine: a model's answer + files -> files, or refusals. Pure, importable by anyone."""

from ai_coder.edits.applied import AppliedAnswer, Change, Code, Refusal
from ai_coder.edits.engine import apply_answer
from ai_coder.edits.feedback import render_feedback
from ai_coder.edits.formats import FORMATS
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
