"""`Attempt`, `Runs`: what was tried, before anybody judges it."""

from dataclasses import dataclass

from ai_coder.domain.verification import Ran, TestRun, Verdict, Verification


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of set-up and tests on one tree: one of the two fields is filled."""

    run: TestRun | None = None
    failed_setup: Ran | None = None


@dataclass(frozen=True, slots=True)
class Runs:
    """Base and head, and a second look at each where it was taken."""

    base: Attempt
    head: Attempt
    base_again: TestRun | None = None
    head_again: TestRun | None = None

    def is_worth_another_look(self, found: Verification) -> bool:
        """Whether chance may have failed the change: both sides ran to their end, and something looks broken."""
        base, head = self.base.run, self.head.run
        return found.verdict is Verdict.FAILED and bool(base and head) and not (head and head.was_killed)
