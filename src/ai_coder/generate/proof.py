"""`Tests`: the project's own tests, as far as the work with the model may use them."""

from collections.abc import Callable
from dataclasses import dataclass

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.source import WriteSet
from ai_coder.domain.verification import Verification
from ai_coder.generate.policy import cautions


@dataclass(frozen=True, slots=True)
class Tests:
    """The project's tests. A box that fails is an answer, never an exception."""

    __test__ = False  # pytest: no test class

    run: Callable[[ChangeSet], str]
    """Runs them on a change that is not finished yet; what came of it, in words for the model."""
    verify: Callable[[ChangeSet], Verification]
    """Base against head, in a fresh box."""
    told: Callable[[Verification], str]
    """A verification in words for the model."""


def guarded(tests: Tests | None, write_set: WriteSet) -> Tests | None:
    """The same tests; they are not run on a change that would be run by them without any test asking for it."""
    if tests is None:
        return None

    def objection(change_set: ChangeSet) -> str:
        forbidden = (one.text for one in cautions(change_set, write_set) if one.forbids_tests)
        return next((f"The tests were not run: {text}" for text in forbidden), "")

    def run(change_set: ChangeSet) -> str:
        return objection(change_set) or tests.run(change_set)

    def verify(change_set: ChangeSet) -> Verification:
        reason = objection(change_set)
        return Verification(reason=reason) if reason else tests.verify(change_set)

    return Tests(run, verify, tests.told)
