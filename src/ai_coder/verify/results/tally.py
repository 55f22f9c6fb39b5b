"""`Tally`: the tests that one parser finds in one output."""

from dataclasses import dataclass, field
from types import MappingProxyType

from ai_coder.domain.verification import CaseResult, Ran, TestRun

_MAX_CASES = 50_000
_MAX_NAME_CHARS = 300
_WORST = {CaseResult.SKIPPED: 0, CaseResult.PASSED: 1, CaseResult.FAILED: 2}


@dataclass(slots=True)
class Tally:
    """Grows while the lines are read. A name that comes twice counts once, with its worse end."""

    cases: dict[str, CaseResult] = field(default_factory=dict)
    counts: dict[CaseResult, int] = field(default_factory=dict)
    names_passes: bool = True

    def add(self, name: str, result: CaseResult) -> None:
        """One test."""
        name = " ".join(name.split())[:_MAX_NAME_CHARS]
        known = self.cases.get(name)
        if not name or (known is None and len(self.cases) >= _MAX_CASES):
            return
        if known is None or _WORST[result] > _WORST[known]:
            self.cases[name] = result

    def count(self, result: CaseResult, number: int) -> None:
        """So many tests ended so, by a line of the runner; several lines add up."""
        self.counts[result] = self.counts.get(result, 0) + number

    @property
    def weight(self) -> int:
        """How much the output speaks for the format of this parser."""
        return max(len(self.cases), sum(self.counts.values()))

    def run(self, ran: Ran, name: str) -> TestRun:
        """The finished reading of a run in the format of that name."""
        named = {result: sum(1 for case in self.cases.values() if case is result) for result in CaseResult}
        counts = {result: max(named[result], self.counts.get(result, 0)) for result in CaseResult}
        return TestRun(ran, MappingProxyType(self.cases), MappingProxyType(counts), self.names_passes, name)
