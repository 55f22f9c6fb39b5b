"""The pull request of a task: which one it is, what stands on it, and whether it can be worked on."""

from dataclasses import replace
from functools import partial

from ai_coder.commit import branch_name
from ai_coder.domain.plan import Place
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Cannot
from ai_coder.domain.review import PullSide
from ai_coder.domain.task import Candidate, Issue, Skip, Task
from ai_coder.errors import NotFound
from ai_coder.pipeline.run import Run
from ai_coder.ports import Forge
from ai_coder.resolve.orders import answer_order
from ai_coder.resolve.pull_requests import issue_behind
from ai_coder.resolve.trigger import authorize, task_of
from ai_coder.settings import Settings


def admit_on_pull_request(candidate: Candidate, run: Run) -> Task | Skip:
    """The task, on the issue behind one of our own pull requests or on somebody else's. Raises: ForgeError."""
    policy, tracker, event = run.settings.trigger, run.ports.tracker, candidate.event
    number = event.issue.number
    by_label = partial(tracker.labelled_by, number, policy.label)
    requester = authorize(candidate, policy, tracker.role, by_label)
    if isinstance(requester, Skip):
        return requester
    if run.ports.reviews is None:
        return Skip(f"#{number} is a pull request")
    pull_request = run.ports.reviews.pull_request(number)
    if not pull_request.is_open:
        return Skip(f"pull request #{number} is closed")
    behind = issue_behind(pull_request, run.settings.commit)
    is_without_words = not (event.comment.id or event.instructions)
    if (candidate.needs_own_pull_request or is_without_words) and not behind:
        return Skip(
            f"pull request #{number} is not ai_coder's own: there it works on commands (`{policy.phrase}`) only"
        )
    issue = _issue(behind, run) if behind else None
    task = task_of(candidate, requester, run.ports.clock.now())
    return replace(task, issue=issue or event.issue, pull_request=number)


def _issue(number: int, run: Run) -> Issue | None:
    """The issue that the pull request solves; None when it is gone: then the pull request stands for itself."""
    try:
        issue = run.ports.tracker.issue(number)
    except NotFound:
        return None
    return None if issue.is_pull_request else issue


def read_side(task: Task, run: Run) -> PullSide:
    """Everything on the open pull request of the task; empty where it has none. Raises: ForgeError."""
    reviews = run.ports.reviews
    number = task.pull_request or (reviews and _number_of(task, run.settings, run.ports.forge))
    if reviews is None or not number or answer_order(task.command):
        return PullSide()
    return PullSide(
        reviews.pull_request(number),
        run.ports.tracker.comments(number) if number != task.issue.number else (),
        reviews.texts(number),
        reviews.threads(number),
        reviews.diff(number),
    )


def _number_of(task: Task, settings: Settings, forge: Forge) -> int:
    """Number of the open pull request of the issue; 0 where there is none."""
    found = forge.pull_request(branch_name(task.issue, settings.commit))
    return found.number if found and found.is_open else 0


def place_on(pull_request: PullRequest, forge: Forge) -> Place | Cannot:
    """Where a change of somebody else's pull request goes: its own branch. Raises: ForgeError."""
    branch = pull_request.branch
    if pull_request.is_from_fork:
        return Cannot(
            f"pull request #{pull_request.number} comes from a fork, and nothing is ever pushed to a fork",
            "`/ai_coder review` works there; for changes, push the branch to this repository.",
        )
    if branch == forge.default_branch():
        return Cannot(f"the branch of this pull request is `{branch}`, the default branch, which is not written to")
    head = forge.head(branch)
    if head is None:
        return Cannot(f"the branch `{branch}` is gone", "Restore it, then comment `/ai_coder retry`.")
    return Place(branch, pull_request.base_branch, head, is_new_branch=False, base_commit=pull_request.base_commit)
