"""Base against head -> `Verification`. Every rule about blame is here.

A failure that was there before is not blamed on the change. What passed before and does not pass now is: it failed,
is skipped or is gone. Chance is not blamed either: what ends differently on the same tree is flaky, and named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ai_coder.domain.verification import CaseResult, TestRun, Verdict, Verification
from ai_coder.verify.names import moved_tests, places
from ai_coder.verify.runs import Runs
from ai_coder.verify.verdict import decide, ended

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED


def compare(runs: Runs) -> Verification:
    """The verdict, what it rests on, and the tests by what became of them."""
    base, head = runs.base.run, runs.head.run
    if head is None:
        return _without_head(runs)
    if base is None:
        return _without_base(runs, head)
    found = _sorted_out(runs, _Pair(base, head))
    verdict, reason = decide(found, base, head, runs)
    return replace(found, verdict=verdict, reason=reason)


def _without_head(runs: Runs) -> Verification:
    """The set-up failed on the head."""
    found = Verification(base=runs.base.run, failed_setup=runs.head.failed_setup)
    how = ended(runs.head.failed_setup)
    if runs.base.run is None:
        return replace(found, reason=f"The set-up command {how}, without the change too: no test could be run.")
    reason = f"The set-up command {how} with the change; without it, it succeeds."
    return replace(found, verdict=Verdict.FAILED, reason=reason)


def _without_base(runs: Runs, head: TestRun) -> Verification:
    """The set-up failed on the base: there is nothing to measure the head against."""
    before = f"The set-up command {ended(runs.base.failed_setup)} without the change, and succeeds with it"
    failed = tuple(name for name, result in head.cases.items() if result is _FAILED)
    found = Verification(head=head, broken=failed)
    if head.passed:
        return replace(found, verdict=Verdict.PASSED, reason=f"{before}; so does the test command.")
    return replace(found, verdict=Verdict.FAILED, reason=f"{before}; the test command {ended(head.ran)}.")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two runs of which one is measured against the other."""

    before: TestRun
    after: TestRun

    @property
    def names(self) -> Iterable[str]:
        """Every name once: what the second run names first."""
        return dict.fromkeys((*self.after.cases, *self.before.cases))

    def ends(self, name: str) -> tuple[CaseResult | None, CaseResult | None]:
        """How the test ended in both; None where it did not run."""
        return self._end(self.before, name), self._end(self.after, name)

    @property
    def names_all(self) -> bool:
        """Whether both name all their tests, in the same way."""
        return self.before.names_all and self.after.names_all and self.before.format == self.after.format

    def surely_passes(self, name: str) -> bool:
        """Whether a test that does not fail in the second run passes there, and did not only fall out of it."""
        after = self.after
        if name in after.cases:
            return True
        is_in_failed_place = any(after.cases.get(place) is _FAILED for place in places(name))
        return after.is_whole and after.ran_tests >= self.before.ran_tests and not is_in_failed_place

    def _end(self, run: TestRun, name: str) -> CaseResult | None:
        """A runner that names only failures means that all others pass; so do names that cannot be compared."""
        is_named = run.names_all and self.before.format == self.after.format
        return run.cases.get(name, None if is_named else _PASSED)


def _sorted_out(runs: Runs, pair: _Pair) -> Verification:
    """The tests by what became of them."""
    base, head = pair.before, pair.after
    flaky = _flaky(runs, pair)
    moved = moved_tests(base, head) if pair.names_all else frozenset()
    groups: dict[str, list[str]] = {name: [] for name in ("fixed", "broken", "still_failing", "weakened", "still")}
    for name in pair.names:
        group = "" if name in flaky or name in moved else _group(name, pair)
        if group == "weakened":
            groups[group].append(f"{name} failed before, and {_lost(pair.ends(name)[1])} now")
        elif group:
            groups[group].append(name)
    if pair.names_all:
        still_passing = len(groups["still"]) + len(moved) // 2
    else:
        still_passing = max(min(base.count(_PASSED), head.count(_PASSED) - len(groups["fixed"])), 0)
    return Verification(
        base=base,
        head=head,
        fixed=tuple(groups["fixed"]),
        broken=tuple(groups["broken"]),
        still_failing=tuple(groups["still_failing"]),
        still_passing=still_passing,
        flaky=tuple(name for name in pair.names if name in flaky),
        weakened=tuple(groups["weakened"]),
    )


def _group(name: str, pair: _Pair) -> str:
    """What became of one test; empty for nothing to say."""
    match pair.ends(name):
        case (CaseResult.PASSED, CaseResult.PASSED):
            return "still"
        case (CaseResult.FAILED, CaseResult.PASSED):
            return "fixed" if pair.surely_passes(name) else ""
        case (CaseResult.FAILED, CaseResult.FAILED):
            return "still_failing"
        case (CaseResult.FAILED, _):
            return "weakened"
        case (CaseResult.PASSED, _) | (_, CaseResult.FAILED):
            return "broken"
    return ""


def _lost(result: CaseResult | None) -> str:
    return "is gone" if result is None else "is skipped"


def _flaky(runs: Runs, pair: _Pair) -> frozenset[str]:
    """Tests that end differently on the same tree."""
    return frozenset(_differing(pair.before, runs.base_again)) | frozenset(_differing(pair.after, runs.head_again))


def _differing(once: TestRun, again: TestRun | None) -> Iterator[str]:
    if again is None:
        return
    pair = _Pair(once, again)
    for name in pair.names:
        first, second = pair.ends(name)
        is_known = name in again.cases or again.is_whole
        if first is not second and is_known:
            yield name
