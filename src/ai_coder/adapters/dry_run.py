"""A run without a trace: what is read is read, what would be written is said instead."""

import difflib
from collections.abc import Callable, Iterator
from datetime import datetime

from ai_coder.domain.change import FileChange
from ai_coder.domain.diff import FileDiff, lines_with_ends
from ai_coder.domain.kept import Keep, forget
from ai_coder.domain.plan import ChangedFile, CommitPlan
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Published
from ai_coder.domain.review import ReviewDraft, Thread
from ai_coder.domain.task import Comment, Issue, Labelled, Person, Role
from ai_coder.ports import Forge, Reaction, ReactionName, Reviews, SourceTree, Tracker

NOTE = "This was a dry run: no commit, branch, pull request, reaction or comment was made."


class DryRunForge:
    """Port `Forge` over another one, which it only reads."""

    def __init__(self, forge: Forge, say: Callable[[str], None]) -> None:
        self._forge = forge
        self._say = say

    def default_branch(self) -> str:
        """As the forge has it."""
        return self._forge.default_branch()

    def head(self, branch: str) -> str | None:
        """As the forge has it."""
        return self._forge.head(branch)

    def pull_request(self, branch: str) -> PullRequest | None:
        """As the forge has it."""
        return self._forge.pull_request(branch)

    def tree(self, commit: str) -> SourceTree:
        """As the forge has it."""
        return self._forge.tree(commit)

    def merge_base(self, one: str, other: str) -> str | None:
        """As the forge has it."""
        return self._forge.merge_base(one, other)

    def publish(self, plan: CommitPlan, keep: Keep = forget) -> Published:  # noqa: ARG002  no commit is made
        """Say the plan. What comes back has no commit, and the plan's own account of its files."""
        files = tuple(map(_changed_file, plan.change_set.changes))
        self._say("\n".join(_lines(plan, files)))
        return Published(
            branch=plan.branch,
            commit="",
            pull_request=PullRequest(base_branch=plan.base_branch, is_draft=plan.is_draft),
            is_new_pull_request=False,
            files=files,
            notes=(NOTE,),
        )


class DryRunTracker:
    """Port `Tracker` over another one, which it only reads."""

    def __init__(self, tracker: Tracker, say: Callable[[str], None]) -> None:
        self._tracker = tracker
        self._say = say

    def role(self, person: Person) -> Role:
        """As the tracker has it."""
        return self._tracker.role(person)

    def issue(self, number: int) -> Issue:
        """As the tracker has it."""
        return self._tracker.issue(number)

    def comments(self, number: int) -> tuple[Comment, ...]:
        """As the tracker has it."""
        return self._tracker.comments(number)

    def labelled_by(self, number: int, label: str) -> Labelled:
        """As the tracker has it."""
        return self._tracker.labelled_by(number, label)

    def asked_lately(self, person: Person, label: str, since: datetime) -> int:
        """As the tracker has it."""
        return self._tracker.asked_lately(person, label, since)

    def reacted_by(self, number: int, comment_id: int, reaction: ReactionName) -> tuple[Person, ...]:
        """As the tracker has it."""
        return self._tracker.reacted_by(number, comment_id, reaction)

    def open_issues(self) -> tuple[Issue, ...]:
        """As the tracker has it."""
        return self._tracker.open_issues()

    def react(self, number: int, comment_id: int, reaction: ReactionName) -> Reaction:
        """Say the reaction, as nobody's."""
        target = f"comment {comment_id} of issue {number}" if comment_id else f"issue {number}"
        self._say(f"dry run: would react with {reaction} to {target}")
        return Reaction(Person(), is_new=True)

    def write_status(self, number: int, comment_id: int, text: str) -> int:
        """Say that a status would be written, by the first line that people see."""
        verb = "edit the status comment" if comment_id else "comment"
        first = next((line for line in text.splitlines() if line.strip() and not line.startswith("<!--")), "")
        self._say(f"dry run: would {verb} on issue {number}: {first.lstrip('# ')}")
        return comment_id


class DryRunReviews:
    """Port `Reviews` over another one, which it only reads."""

    def __init__(self, reviews: Reviews, say: Callable[[str], None]) -> None:
        self._reviews = reviews
        self._say = say

    def pull_request(self, number: int) -> PullRequest:
        """As the forge has it."""
        return self._reviews.pull_request(number)

    def diff(self, number: int) -> tuple[FileDiff, ...]:
        """As the forge has it."""
        return self._reviews.diff(number)

    def texts(self, number: int) -> tuple[Comment, ...]:
        """As the forge has it."""
        return self._reviews.texts(number)

    def threads(self, number: int) -> tuple[Thread, ...]:
        """As the forge has it."""
        return self._reviews.threads(number)

    def react(self, comment: Comment, reaction: ReactionName) -> Reaction:
        """Say the reaction, as nobody's."""
        self._say(f"dry run: would react with {reaction} to the {comment.kind} comment {comment.id}")
        return Reaction(Person(), is_new=True)

    def reply(self, number: int, thread: Thread, text: str) -> int:
        """Say the answer."""
        self._say(f"dry run: would answer the thread on {thread.place} of pull request {number}:\n{text}")
        return 0

    def resolve(self, thread: Thread) -> None:
        """Say it."""
        self._say(f"dry run: would resolve the thread on {thread.place}")

    def post(self, number: int, draft: ReviewDraft) -> str:
        """Say the review."""
        self._say(f"dry run: would review pull request {number}:\n{draft.body}")
        for comment in draft.comments:
            self._say(f"  {comment.path}:{comment.last_line}\n{comment.body}")
        return ""


def _lines(plan: CommitPlan, files: tuple[ChangedFile, ...]) -> Iterator[str]:
    verb = "create" if plan.is_new_branch else "move"
    yield f"dry run: would {verb} branch {plan.branch} with one commit on {plan.parent[:12]} (base {plan.base_branch})"
    yield from (f"  {file.status:8} {file.path} (+{file.added_lines} -{file.removed_lines})" for file in files)
    yield f"  message: {plan.message.splitlines()[0] if plan.message else ''}"
    yield f"  {'draft pull request' if plan.is_draft else 'pull request'}: {plan.title}"
    for what, names in (("labels", plan.labels), ("reviewers", plan.reviewers), ("assignees", plan.assignees)):
        if names:
            yield f"  {what}: {', '.join(names)}"
    for change in plan.change_set.changes:
        yield from _diff(change)


def _diff(change: FileChange) -> Iterator[str]:
    """The change as a unified diff."""
    old, new = ("/dev/null" if text is None else change.path.text for text in (change.before, change.after))
    lines = difflib.unified_diff(lines_with_ends(change.before), lines_with_ends(change.after), old, new)
    yield from (line.rstrip("\n") for line in lines)


def _changed_file(change: FileChange) -> ChangedFile:
    status = "added" if change.before is None else "removed" if change.after is None else "modified"
    before, after = lines_with_ends(change.before), lines_with_ends(change.after)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=True)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    return ChangedFile(change.path.text, status, len(after) - kept, len(before) - kept)
