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
    """The same tests; they are not run for a stranger's words that no person with write permission vouched for."""
    if task.is_text_vouched or not tests.can_run:
        return tests
    login = task.issue.author.login
    reason = f"`{login}` wrote the issue and has no write permission, and a manual start vouches for no text"
    return Tests(
        lambda _: f"The tests were not run: {reason}.", lambda _: Verification(reason=reason), tests.told, can_run=False
    )
