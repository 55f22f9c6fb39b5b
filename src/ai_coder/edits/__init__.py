"""The edit engine: a model's answer + files -> files, or refusals. Pure, importable by anyone."""

from collections.abc import Mapping

from ai_coder.edits.applied import AppliedAnswer, Change, Code, Refusal
from ai_coder.edits.engine import apply_parsed, objection_to_syntax
from ai_coder.edits.feedback import render_feedback
from ai_coder.edits.formats import FORMATS, parse_answer
from ai_coder.edits.instructions import describe_format
from ai_coder.edits.paths import PathBook

__all__ = [
    "FORMATS",
    "AppliedAnswer",
    "Change",
    "Code",
    "Refusal",
    "apply_answer",
    "describe_format",
    "objection_to_syntax",
    "render_feedback",
]


def apply_answer(
    files: Mapping[str, str], answer: str, *, edit_format: str = "auto", must_parse: bool = True
) -> AppliedAnswer:
    """The tree with all edits of `answer`, or the same tree and the reasons. Raises: ValueError, unknown format.

    `must_parse` refuses an edit after which a file no longer parses that did before.
    """
    book = PathBook(frozenset(files))
    return apply_parsed(files, parse_answer(answer, book, edit_format), book, must_parse=must_parse)
