"""Reviews of a pull request: `Thread` and `PullSide` as they stand, `Finding` and `ReviewDraft` as we make them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from ai_coder.domain.diff import FileDiff
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.task import Comment, Person

Side = Literal["LEFT", "RIGHT"]
"""Which version of the file a line number counts in: before the change, or after it."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread on some lines of a pull request's diff, or on a whole file."""

    id: str
    path: str
    comments: tuple[Comment, ...]
    """Oldest first; the first one is what replies go to."""
    first_line: int = 0
    last_line: int = 0
    """As the file stands at the pull request's head; 0 where it is outdated or about the whole file."""
    side: Side = "RIGHT"
    hunk: str = ""
    """The part of the diff above and at the last line, as the commenter saw it."""
    is_resolved: bool = False
    resolver: Person = field(default_factory=Person)
    """The person who resolved it; nobody where that was a bot, or is not known."""
    is_outdated: bool = False
    """Whether the lines were changed after the comment was made."""

    @property
    def place(self) -> str:
        """Path and lines, for people."""
        if not self.last_line:
            return self.path
        return f"{self.path}:{self.first_line}" + (f"-{self.last_line}" if self.last_line != self.first_line else "")


@dataclass(frozen=True, slots=True)
class PullSide:
    """What stands on the pull request of a task; empty where it has none."""

    pull_request: PullRequest | None = None
    comments: tuple[Comment, ...] = ()
    """Of its conversation, oldest first."""
    reviews: tuple[Comment, ...] = ()
    """The texts of submitted reviews, empty ones too, oldest first."""
    threads: tuple[Thread, ...] = ()
    diff: tuple[FileDiff, ...] = ()


class Verdict(StrEnum):
    """What was done about a thread."""

    FIXED = "fixed"
    NOT_CHANGED = "not_changed"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class ThreadWord:
    """What the model says it did about one thread. Nobody has checked it."""

    name: str
    """The thread's name in the prompt: T1, T2, ..."""
    verdict: Verdict
    text: str = ""


@dataclass(frozen=True, slots=True)
class ThreadAnswer:
    """What became of one thread: facts by code, words by the model."""

    thread: Thread
    verdict: Verdict
    commit: str = ""
    """The commit that touched its file; empty where none did."""
    is_touched: bool = False
    """Whether that commit touched the lines of the thread."""
    words: str = ""
    """The model's, or a reason of ours; foreign."""
    is_suggestion: bool = False
    """Whether a suggestion was applied as it stood, without a model."""
    is_resolved: bool = False
    """Whether the thread is resolved."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark of the model on lines of a diff. Nobody has checked it."""

    path: str
    first_line: int
    last_line: int
    text: str
    suggestion: tuple[str, ...] | None = None
    """The lines that would take their place, none to remove them; None for no suggestion."""


@dataclass(frozen=True, slots=True)
class DraftComment:
    """A comment on lines that the diff shows, ready to be posted."""

    path: str
    first_line: int
    last_line: int
    body: str


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """A whole review, ready to be posted. It never approves and never requests changes."""

    commit: str
    body: str
    comments: tuple[DraftComment, ...] = ()
