"""A review as it is posted: one text, and comments on lines, each with the mark that lets the next review find it."""

from collections.abc import Iterable

from ai_coder.domain.report import OWN_MARKER
from ai_coder.domain.review import DraftComment, Finding, ReviewDraft
from ai_coder.egress import Egress

REVIEW_MARKER = f"{OWN_MARKER}review"


def review_lead(commit: str) -> str:
    """The first lines of every review of that commit."""
    return f"{REVIEW_MARKER} -->\nai_coder looked at `{commit[:12]}`. It approves nothing; people decide."


def render_review(summary: str, commit: str, findings: Iterable[tuple[Finding, str]], egress: Egress) -> ReviewDraft:
    """The draft. The model's words are foreign; each remark comes with its fingerprint."""
    comments = tuple(_comment(finding, mark, egress) for finding, mark in findings)
    lines = [review_lead(commit)]
    lines += ["", egress.quote(summary)] if summary else []
    return ReviewDraft(commit, egress.finish("\n".join(lines)), comments)


def _comment(finding: Finding, mark: str, egress: Egress) -> DraftComment:
    lines = [f"{REVIEW_MARKER} {mark} -->", egress.prose(finding.text)]
    if finding.suggestion is not None:
        lines += ["", egress.suggestion(finding.suggestion)]
    return DraftComment(finding.path, finding.first_line, finding.last_line, egress.finish("\n".join(lines)))
