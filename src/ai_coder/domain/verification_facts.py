"""`Verification` <-> plain JSON: verdict, names and counts; the tests' own output is left out."""

from typing import Any

from ai_coder.domain.verification import CaseResult, Ran, TestRun, Verdict, Verification

Facts = dict[str, Any]
"""A JSON object."""
_NAMES = ("fixed", "broken", "still_failing", "flaky", "weakened")
_MAX_NAMES = 100


def facts_of(verification: Verification) -> Facts:
    """What a report shows of it."""
    names = {name: list(getattr(verification, name)[:_MAX_NAMES]) for name in _NAMES}
    return names | {
        "verdict": verification.verdict.value,
        "reason": verification.reason,
        "command": verification.command,
        "still_passing": verification.still_passing,
        "base": _counts(verification.base),
        "head": _counts(verification.head),
    }


def verification_of(facts: Facts) -> Verification:
    """The verification without its runs' output. Raises: ValueError, KeyError, TypeError, AttributeError."""
    names = {name: tuple(map(str, facts[name])) for name in _NAMES}
    return Verification(
        verdict=Verdict(facts["verdict"]),
        reason=str(facts["reason"]),
        command=str(facts["command"]),
        base=_run(facts["base"]),
        head=_run(facts["head"]),
        still_passing=int(facts["still_passing"]),
        fixed=names["fixed"],
        broken=names["broken"],
        still_failing=names["still_failing"],
        flaky=names["flaky"],
        weakened=names["weakened"],
    )


def _counts(run: TestRun | None) -> dict[str, int] | None:
    return {result.value: run.count(result) for result in CaseResult} if run else None


def _run(counts: dict[str, int] | None) -> TestRun | None:
    if counts is None:
        return None
    return TestRun(Ran(None, ""), counts={CaseResult(name): int(count) for name, count in counts.items()})
