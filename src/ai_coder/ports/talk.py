"""Where people talk: issues, comments, reactions, reviews, and what workflows say of a commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from ai_coder.domain.checks import FailedCheck
from ai_coder.domain.diff import FileDiff
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.review import ReviewDraft, Thread
from ai_coder.domain.task import Comment, Issue, Labelled, Person, Role

ReactionName = Literal["eyes", "rocket", "confused", "+1"]


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction of ours as it stands on the forge."""

    by: Person
    is_new: bool
    """False when it stood there before: somebody, or an earlier run, was here."""


class Tracker(Protocol):
    """Where people talk: issues, comments, reactions, and who may do what."""

    def role(self, person: Person) -> Role:
        """What `person` may do now (id 0: whoever has the login now); `NONE` for a stranger.

        Raises: ForgeError (never guesses).
        """
        ...

    def issue(self, number: int) -> Issue:
        """The issue as it is now. Raises: NotFound, ForgeError."""
        ...

    def comments(self, number: int) -> tuple[Comment, ...]:
        """All comments under the issue, oldest first. Raises: ForgeError."""
        ...

    def labelled_by(self, number: int, label: str) -> Labelled:
        """Who set `label`, which the issue carries now, last; nobody when that is not known. Raises: ForgeError."""
        ...

    def asked_lately(self, person: Person, label: str, since: datetime) -> int:
        """How often `person` set `label` or wrote a comment that was taken up, here, since then. Raises: ForgeError."""
        ...

    def react(self, number: int, comment_id: int, reaction: ReactionName) -> Reaction:
        """Put our reaction on the comment, or on the issue when `comment_id` is 0. Raises: ForgeError."""
        ...

    def reacted_by(self, number: int, comment_id: int, reaction: ReactionName) -> tuple[Person, ...]:
        """Who put that reaction there. Raises: ForgeError."""
        ...

    def write_status(self, number: int, comment_id: int, text: str) -> int:
        """Post a comment (`comment_id` 0) or replace the text of ours; its id. Raises: ForgeError."""
        ...

    def open_issues(self) -> tuple[Issue, ...]:
        """All open issues, oldest first, without pull requests. Raises: ForgeError."""
        ...


class Reviews(Protocol):
    """What stands on a pull request beside its conversation: reviews, threads on lines, the diff."""

    def pull_request(self, number: int) -> PullRequest:
        """The pull request as it is now. Raises: NotFound, ForgeError."""
        ...

    def diff(self, number: int) -> tuple[FileDiff, ...]:
        """What it changes, file by file. Raises: ForgeError."""
        ...

    def texts(self, number: int) -> tuple[Comment, ...]:
        """The texts of all submitted reviews, empty ones too, oldest first. Raises: ForgeError."""
        ...

    def threads(self, number: int) -> tuple[Thread, ...]:
        """All threads on lines, resolved ones too, oldest first. Raises: ForgeError."""
        ...

    def react(self, comment: Comment, reaction: ReactionName) -> Reaction:
        """Put our reaction on a comment on lines, or on a review. Raises: ForgeError."""
        ...

    def reply(self, number: int, thread: Thread, text: str) -> int:
        """Answer in the thread; the id of the answer. Raises: ForgeError."""
        ...

    def resolve(self, thread: Thread) -> None:
        """Mark the thread as resolved; twice is once. Raises: ForgeError."""
        ...

    def post(self, number: int, draft: ReviewDraft) -> str:
        """Submit the review, with verdict COMMENT; its address. Raises: ForgeError."""
        ...


class Checks(Protocol):
    """What a forge's own workflows say of a commit."""

    def failed(self, commit: str) -> tuple[FailedCheck, ...]:
        """The checks whose latest run on the commit failed. Raises: ForgeError."""
        ...

    def start(self, workflow: str, branch: str) -> None:
        """Start the workflow file of that name on the branch. Raises: NotFound, ForgeError."""
        ...
