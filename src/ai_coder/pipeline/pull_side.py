"""The pull request of a task: which one it is, what stands on it, and whether it can be worked on."""

from dataclasses import replace
from functools import partial

from ai_coder.commit import branch_name
from ai_coder.domain.plan import Place
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Cannot
from ai_coder.domain.review import PullSide
from ai_coder.domain.task import Candidate, Issue, Skip, Task, Verb
from ai_coder.errors import NotFound
from ai_coder.pipeline.place import unmerged
from ai_coder.pipeline.run import Run
from ai_coder.ports import Forge
from ai_coder.resolve.acceptance import LOOK_AGAIN, unseen_edit
from ai_coder.resolve.orders import answer_order
from ai_coder.resolve.pull_requests import issue_behind
from ai_coder.resolve.trigger import authorize, objection, task_of
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
    behind = issue_behind(pull_request, run.settings.commit)
    is_without_words = not (event.comment.id or event.instructions)
    if (candidate.needs_own_pull_request or is_without_words) and not behind:
        return Skip(
            f"pull request #{number} is not ai_coder's own: there it works on commands (`{policy.phrase}`) only"
        )
    issue = (_issue(behind, run) if behind else None) or event.issue
    doubt = objection(issue.author, policy, tracker.role)
    if doubt and issue.number == behind:
        seen_at = tracker.labelled_by(behind, policy.label).at
        if unseen := unseen_edit(issue, policy, tracker.role, seen_at):
            return Skip(unseen, explanation=f"Nothing was done: {unseen}. {LOOK_AGAIN}")
    task = task_of(candidate, requester, run.ports.clock.now())
    return replace(task, issue=issue, pull_request=number, is_author_trusted=not doubt)


def _issue(number: int, run: Run) -> Issue | None:
    """The issue that the pull request solves; None when it is gone: then the pull request stands for itself."""
    try:
        issue = run.ports.tracker.issue(number)
    except NotFound:
        return None
    return None if issue.is_pull_request else issue


def read_side(task: Task, run: Run) -> PullSide:
    """What stands on the pull request of the task, of a closed one only its conversation. Raises: ForgeError."""
    reviews = run.ports.reviews
    is_order = answer_order(task.command) and task.command.verb is not Verb.STOP
    if reviews is None or is_order:
        return PullSide()
    number = task.pull_request or open_number(task.issue, run.settings, run.ports.forge)
    if not number:
        return PullSide()
    pull_request = reviews.pull_request(number)
    comments = run.ports.tracker.comments(number) if number != task.issue.number else ()
    if not pull_request.is_open:
        return PullSide(pull_request, comments)
    return PullSide(pull_request, comments, reviews.texts(number), reviews.threads(number), reviews.diff(number))


def open_number(issue: Issue, settings: Settings, forge: Forge) -> int:
    """Number of the open pull request of the issue; 0 where there is none. Raises: ForgeError."""
    _, found = unmerged(branch_name(issue, settings.commit), forge)
    return found.number if found and found.is_open else 0


def is_of_issue(pull_request: PullRequest, task: Task, settings: Settings) -> bool:
    """Whether the pull request's branch is one that the task's issue has by its number."""
    own = branch_name(task.issue, settings.commit)
    return not task.issue.is_pull_request and (pull_request.branch == own or pull_request.branch.startswith(f"{own}-"))


def place_on(pull_request: PullRequest, forge: Forge) -> Place | Cannot:
    """Where a change of somebody else's pull request goes: its own branch. Raises: ForgeError."""
    branch = pull_request.branch
    if not pull_request.is_open:
        return Cannot(f"pull request #{pull_request.number} is closed", "Reopen it, and comment `/ai_coder retry`.")
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
    base_commit = forge.head(pull_request.base_branch) or pull_request.base_commit
    return Place(branch, pull_request.base_branch, head, is_new_branch=False, base_commit=base_commit)
