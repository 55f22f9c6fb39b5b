"""`Verification` -> Markdown for the status comment and for the pull request. Facts by code; names as code."""

from collections.abc import Iterator

from ai_coder.domain.verification import CaseResult, TestRun, Verdict, Verification
from ai_coder.egress import Egress

MAX_NAMES = 20
"""Of each kind; the others are counted."""
_HEADLINES = {
    Verdict.PASSED: "**Tests:** passed.",
    Verdict.FAILED: "**Tests:** failed.",
    Verdict.NOT_RUN: "**Tests:** not run.",
}


def render_verification(verification: Verification, egress: Egress) -> Iterator[str]:
    """Lines: the verdict, the table of base and result, the names, and what the change does to tests."""
    yield _headline(verification, egress)
    base, head = verification.base, verification.head
    if base and head and base.total + head.total:
        yield from _table(verification, base, head)
    yield from _names("Broken", verification.broken, egress)
    yield from _names("Fixed", verification.fixed, egress)
    yield from _names("Still failing", verification.still_failing, egress)
    yield from _names("Flaky (they end differently on the same tree, and are not blamed)", verification.flaky, egress)
    if verification.weakened:
        yield from ("", "**This change weakens tests:**", "")
        yield from (f"- {egress.line(sentence)}" for sentence in verification.weakened[:MAX_NAMES])
        yield from _more(len(verification.weakened))


def _headline(verification: Verification, egress: Egress) -> str:
    headline = _HEADLINES[verification.verdict]
    if verification.verdict is Verdict.NOT_RUN and verification.head:
        headline = "**Tests:** run, without a verdict."
    command = f" ({egress.code(verification.command)})" if verification.command and verification.head else ""
    return f"{headline[:-1]}{command}. {egress.line(verification.reason)}".rstrip()


def _table(verification: Verification, base: TestRun, head: TestRun) -> Iterator[str]:
    yield from ("", "| tests | | before | with the change |", "|---|--:|---|---|")
    yield f"| fixed | {len(verification.fixed):,} | failed | passed |"
    yield f"| broken | {len(verification.broken):,} | passed, or new | failed, skipped or gone |"
    yield f"| still failing | {len(verification.still_failing):,} | failed | failed |"
    yield f"| still passing | {verification.still_passing:,} | passed | passed |"
    yield f"| all | | {_counts(base)} | {_counts(head)} |"


def _counts(run: TestRun) -> str:
    """`8 passed, 1 failed`, or that it did not come to its end."""
    counts = [f"{run.count(result):,} {result}" for result in CaseResult if run.count(result)]
    return ", ".join([*counts, *(["killed at its time limit"] if run.was_killed else [])]) or "none"


def _names(what: str, names: tuple[str, ...], egress: Egress) -> Iterator[str]:
    if names:
        yield from ("", f"{what}:", "")
        yield from (f"- {egress.code(name)}" for name in names[:MAX_NAMES])
        yield from _more(len(names))


def _more(count: int) -> Iterator[str]:
    if count > MAX_NAMES:
        yield f"- and {count - MAX_NAMES:,} more"
