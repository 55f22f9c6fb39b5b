"""`Tests`: the project's own tests, as far as the work with the model may use them."""

from collections.abc import Callable
from dataclasses import dataclass

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.task import Task
from ai_coder.domain.verification import Verification


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


def guarded(tests: Tests, task: Task) -> Tests:
    """The same tests; they are not run for an issue in a stranger's words: nobody looked at the change yet."""
    if task.is_author_trusted or not tests.can_run:
        return tests
    login = task.issue.author.login
    reason = f"the issue is in the words of `{login}`, who has no write permission, so nothing was run for it"
    return Tests(
        lambda _: f"The tests were not run: {reason}.", lambda _: Verification(reason=reason), tests.told, can_run=False
    )
