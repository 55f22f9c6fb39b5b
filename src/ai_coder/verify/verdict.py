"""What the comparison means: the verdict, and the sentence it rests on. A table, read from top to bottom."""

from ai_coder.domain.verification import CaseResult, Ran, TestRun, Verdict, Verification
from ai_coder.verify.runs import Runs

_FAILED = CaseResult.FAILED


def decide(found: Verification, base: TestRun, head: TestRun, runs: Runs) -> tuple[Verdict, str]:
    """The verdict on a change whose tests are sorted out, and why."""
    if head.was_killed:
        return _on_killed_head(found, base)
    if not head.total:
        if base.total:
            return Verdict.FAILED, f"No test ran with the change; without it, {_tests(base.total)} did."
        return _by_status(base, head, runs)
    if found.broken:
        return Verdict.FAILED, _broken(found)
    if fewer := _fewer(base, head, runs):
        return Verdict.FAILED, f"{_tests(fewer)} fewer ran with the change than without it."
    if more := _more_failures(found, base, head, runs):
        return Verdict.FAILED, f"{_tests(more)} more fail{'s' * (more == 1)} with the change than without it."
    if _is_unexplained(head) and not _is_unexplained(base):
        return Verdict.FAILED, f"No test failed with the change, and yet the test command {ended(head.ran)}."
    return Verdict.PASSED, _good(found, base, head)


def ended(ran: Ran | None) -> str:
    """How a command that did not succeed came to its end, as the rest of a sentence."""
    if ran is None or ran.exit_status is None:
        return "did not end within its time"
    return f"fails with exit status {ran.exit_status}"


def _on_killed_head(found: Verification, base: TestRun) -> tuple[Verdict, str]:
    if found.broken:
        return Verdict.FAILED, f"{_broken(found)} The test command did not end within its time."
    if base.was_killed:
        return Verdict.NOT_RUN, "The test command does not end within its time, without the change either."
    seconds = f" in {base.ran.seconds:.0f} s" if base.ran.seconds else ""
    return (
        Verdict.FAILED,
        f"The test command did not end within its time with the change; without it, it does{seconds}.",
    )


def _by_status(base: TestRun, head: TestRun, runs: Runs) -> tuple[Verdict, str]:
    """No test is known by name: the exit status is all there is."""
    looks = [run for run in (runs.base_again, runs.head_again) if run]
    if any(look.passed is not run.passed for look, run in zip(looks, (base, head), strict=False)):
        return Verdict.NOT_RUN, "The test command ends differently on the same tree: it proves nothing."
    if head.passed:
        before = "succeeds" if base.passed else ended(base.ran)
        return Verdict.PASSED, f"The test command succeeds with the change, and {before} without it. {_NO_NAMES}"
    if base.passed:
        return (
            Verdict.FAILED,
            f"The test command {ended(head.ran)} with the change, and succeeds without it. {_NO_NAMES}",
        )
    return Verdict.NOT_RUN, f"The test command fails with and without the change, which proves nothing. {_NO_NAMES}"


_NO_NAMES = "Its output names no tests."


def _broken(found: Verification) -> str:
    count = len(found.broken)
    return f"{_tests(count)} {'does' if count == 1 else 'do'} not pass with the change, and did not fail without it."


def _fewer(base: TestRun, head: TestRun, runs: Runs) -> int:
    """How many tests fewer ran, where their names do not tell; 0 where that may be chance."""
    if base.names_all and head.names_all and base.format == head.format:
        return 0
    others = [run for run in (base, head, runs.base_again, runs.head_again) if run]
    if not all(run.is_whole for run in others):
        return 0
    least = min(run.ran_tests for run in (base, runs.base_again) if run)
    return max(least - max(run.ran_tests for run in (head, runs.head_again) if run), 0)


def _more_failures(found: Verification, base: TestRun, head: TestRun, runs: Runs) -> int:
    """How many tests more fail, where the runner names none of them; 0 where that may be chance."""
    by_chance = sum(1 for name in found.flaky if head.cases.get(name) is _FAILED)
    most = max(run.count(_FAILED) for run in (base, runs.base_again) if run)
    return max(min(run.count(_FAILED) for run in (head, runs.head_again) if run) - most - by_chance, 0)


def _is_unexplained(run: TestRun) -> bool:
    """Whether the command fails though no test does."""
    return not run.passed and not run.count(_FAILED)


def _good(found: Verification, base: TestRun, head: TestRun) -> str:
    said = ["Nothing that passed without the change fails with it."]
    if found.still_failing:
        said.append(f"{_tests(len(found.still_failing))} failed before, and still {_verb(found)}.")
    if not base.is_whole or not head.is_whole:
        said.append("Parts of the output were cut off: tests that only they name are not compared.")
    return " ".join(said)


def _verb(found: Verification) -> str:
    return "does" if len(found.still_failing) == 1 else "do"


def _tests(count: int) -> str:
    return "1 test" if count == 1 else f"{count:,} tests"
