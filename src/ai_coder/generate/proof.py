"""`Tests`: the project's own tests, as far as the work with the model may use them."""

from collections.abc import Callable
from dataclasses import dataclass

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.source import WriteSet
from ai_coder.domain.task import Task
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
    can_run: bool = True
    """Whether there are tests, and a box that holds: what cannot run is not offered to the model."""


def guarded(tests: Tests, write_set: WriteSet, task: Task) -> Tests:
    """The same tests; they are not run where they would run what no person with write permission asked for.

    That is a change of what tools run by themselves, or any change for a stranger's issue: nobody looked at it yet.
    """

    def objection(change_set: ChangeSet) -> str:
        if not task.is_author_trusted:
            who = task.issue.author.login
            return f"The tests were not run: the issue is in the words of {who}, who has no write permission."
        forbidden = (one.text for one in cautions(change_set, write_set) if one.forbids_tests)
        return next((f"The tests were not run: {text}" for text in forbidden), "")

    def run(change_set: ChangeSet) -> str:
        return objection(change_set) or tests.run(change_set)

    def verify(change_set: ChangeSet) -> Verification:
        reason = objection(change_set) if tests.can_run else ""
        return Verification(reason=reason) if reason else tests.verify(change_set)

    return Tests(run, verify, tests.told, tests.can_run and task.is_author_trusted)
