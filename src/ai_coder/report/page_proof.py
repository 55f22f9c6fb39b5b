"""A verification as a page shows it: the verdict, what it rests on, and the tests by how they ended."""

from dataclasses import dataclass

from ai_coder.domain.report import Published, Report
from ai_coder.domain.verification import TestRun, Verdict, Verification
from ai_coder.report.ending import Tone
from ai_coder.report.page_text import cut

_MAX_TESTS = 200
_MAX_OUTPUT_CHARS = 40_000
_TONES: dict[Verdict, Tone] = {Verdict.PASSED: "good", Verdict.FAILED: "bad", Verdict.NOT_RUN: "wait"}
_NOT_RUN = "No test command was run on this change: review it before you merge it."


@dataclass(frozen=True, slots=True)
class ProofRow:
    """Tests that ended alike."""

    name: str
    count: int
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """What a run of the tests printed."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The part about tests."""

    label: str
    tone: Tone
    reason: str = ""
    command: str = ""
    rows: tuple[ProofRow, ...] = ()
    outputs: tuple[Output, ...] = ()


def proof_of(report: Report) -> Proof:
    """What the project's own tests say."""
    published = report.outcome if isinstance(report.outcome, Published) else None
    found = published.proposal.verification if published and published.proposal else None
    if found is None or found.verdict is Verdict.NOT_RUN:
        reason = found.reason if found else ""
        return Proof("not run", "wait", reason or (_NOT_RUN if published else ""), found.command if found else "")
    return Proof(
        found.verdict.value,
        _TONES[found.verdict],
        found.reason,
        found.command,
        _rows(found),
        tuple(
            Output(f"{name} ({run.ran.seconds:.1f} s, {_exit(run)})", cut(run.ran.output, _MAX_OUTPUT_CHARS))
            for name, run in (("Output on the base", found.base), ("Output on the result", found.head))
            if run is not None
        ),
    )


def _rows(found: Verification) -> tuple[ProofRow, ...]:
    lists = (
        ("broken", found.broken),
        ("fixed", found.fixed),
        ("still failing", found.still_failing),
        ("flaky", found.flaky),
        ("weakened", found.weakened),
    )
    rows = [ProofRow(name, len(tests), tests[:_MAX_TESTS]) for name, tests in lists if tests]
    return (*rows, ProofRow("still passing", found.still_passing)) if rows or found.still_passing else ()


def _exit(run: TestRun) -> str:
    return "killed at its time limit" if run.ran.exit_status is None else f"exit status {run.ran.exit_status}"
