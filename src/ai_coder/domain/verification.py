"""`Verification`: what the project's own tests say of a change, base against head. Facts of test runs, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """Values of the output `verified`. Source: contract section 5."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


class CaseResult(StrEnum):
    """How one test ended."""

    PASSED = "passed"
    FAILED = "failed"
    """Also: error, timeout, crash."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a command in a sandbox."""

    exit_status: int | None
    """None where the command was killed at its time limit."""
    output: str
    """Standard output and standard error as they came, undecodable bytes replaced, at most 1 MB: head and tail."""
    cut_bytes: int = 0
    """Bytes of the output that were left out of its middle."""
    seconds: float = 0.0
    reports: tuple[str, ...] = ()
    """Texts of JUnit XML files that the command wrote into the tree."""


@dataclass(frozen=True, slots=True)
class TestRun:
    """One run of the test command, read."""

    __test__ = False  # pytest: no test class

    ran: Ran
    cases: Mapping[str, CaseResult] = field(default_factory=dict)
    """By the test's name as its runner prints it; empty where no format was recognised."""
    counts: Mapping[CaseResult, int] = field(default_factory=dict)
    """As the runner counts them: more than `cases` where it names only those that fail."""
    names_passes: bool = True
    """Whether the runner names tests that pass; many name only those that fail."""
    format: str = ""
    """junit, pytest, unittest, go, jest, vitest, node, mocha, cargo, tap or prove; empty where none is recognised."""

    @property
    def passed(self) -> bool:
        """Whether the command succeeded as a whole."""
        return self.ran.exit_status == 0

    @property
    def was_killed(self) -> bool:
        """Whether the time limit ended it."""
        return self.ran.exit_status is None

    @property
    def total(self) -> int:
        """How many tests it knows of, skipped ones too."""
        return max(sum(self.counts.values()), len(self.cases))

    @property
    def ran_tests(self) -> int:
        """How many tests ran."""
        return self.total - self.count(CaseResult.SKIPPED)

    @property
    def is_whole(self) -> bool:
        """Whether its whole output is known."""
        return not self.ran.cut_bytes and not self.was_killed

    @property
    def names_all(self) -> bool:
        """Whether a test that is not named did not run."""
        return self.is_whole and self.names_passes and len(self.cases) >= self.total > 0

    def count(self, result: CaseResult) -> int:
        """How many tests ended so."""
        return max(self.counts.get(result, 0), sum(1 for case in self.cases.values() if case is result))


@dataclass(frozen=True, slots=True)
class Verification:
    """Base against head."""

    verdict: Verdict = Verdict.NOT_RUN
    reason: str = ""
    """Why nothing was run, or what the verdict rests on, as a sentence."""
    command: str = ""
    base: TestRun | None = None
    head: TestRun | None = None
    failed_setup: Ran | None = None
    """The run of the set-up command, where it failed and no tests ran for it."""
    fixed: tuple[str, ...] = ()
    """Failed on the base, pass on the head."""
    broken: tuple[str, ...] = ()
    """Passed on the base, fail or are gone on the head."""
    still_failing: tuple[str, ...] = ()
    still_passing: int = 0
    flaky: tuple[str, ...] = ()
    """End differently on the same base; they are named and not blamed on the change."""
    weakened: tuple[str, ...] = ()
    """Tests that the change deletes, skips or makes weaker, one sentence each."""
