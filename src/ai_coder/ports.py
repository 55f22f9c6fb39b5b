"""The doors to the world: small protocols, named for a role. Adapters stand behind them, fakes in tests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from ai_coder.domain.chat import Prompt, Reply, Usage
from ai_coder.domain.diff import FileDiff
from ai_coder.domain.kept import Keep, forget
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import CommitPlan, Published
from ai_coder.domain.review import ReviewDraft, Thread
from ai_coder.domain.source import RepoPath, TreeEntry
from ai_coder.domain.task import Comment, Issue, Person, Role
from ai_coder.domain.verification import Ran
from ai_coder.settings import ModelSettings

ReactionName = Literal["eyes", "rocket", "confused", "+1"]


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction of ours as it stands on the forge."""

    by: Person
    is_new: bool
    """False when it stood there before: somebody, or an earlier run, was here."""


class ChatModel(Protocol):
    """Something that completes a conversation."""

    def complete(self, prompt: Prompt) -> Reply:
        """The next assistant turn. Raises: ModelError."""
        ...


class SourceTree(Protocol):
    """The files of one commit."""

    @property
    def commit(self) -> str:
        """Object name of the commit."""
        ...

    def entries(self) -> Mapping[RepoPath, TreeEntry]:
        """Every entry that is a blob, a link or a submodule, in order of path. Raises: ForgeError."""
        ...

    def read(self, paths: Iterable[RepoPath]) -> Mapping[RepoPath, bytes]:
        """The exact bytes of these files; a path that is no file is missing. Raises: ForgeError."""
        ...


class Forge(Protocol):
    """Where code is kept: branches, commits, pull requests."""

    def default_branch(self) -> str:
        """The repository's default branch, as it is now. Raises: ForgeError."""
        ...

    def head(self, branch: str) -> str | None:
        """The commit at the head of `branch`; None when there is no such branch.

        Raises: EmptyRepository, ForgeError.
        """
        ...

    def pull_request(self, branch: str) -> PullRequest | None:
        """The open pull request whose head is our `branch`, else the latest closed one. Raises: ForgeError."""
        ...

    def tree(self, commit: str) -> SourceTree:
        """The files of `commit`; nothing is read before it is asked for."""
        ...

    def merge_base(self, one: str, other: str) -> str | None:
        """The commit at which the histories of two commits parted; None when they never met. Raises: ForgeError."""
        ...

    def publish(self, plan: CommitPlan, keep: Keep = forget) -> Published:
        """Make branch, commit and pull request match `plan`, and read them back; twice is once.

        `keep` is told the commit's name when it stands on the forge and before a branch shows it.

        Raises: BranchMoved, ForgeError.
        """
        ...


class Tracker(Protocol):
    """Where people talk: issues, comments, reactions, and who may do what."""

    def role(self, person: Person) -> Role:
        """What `person` may do now; `NONE` for a stranger. Raises: ForgeError (never guesses)."""
        ...

    def issue(self, number: int) -> Issue:
        """The issue as it is now. Raises: NotFound, ForgeError."""
        ...

    def comments(self, number: int) -> tuple[Comment, ...]:
        """All comments under the issue, oldest first. Raises: ForgeError."""
        ...

    def labelled_by(self, number: int, label: str) -> Person:
        """Who set `label`, which the issue carries now, last; nobody when that is not known. Raises: ForgeError."""
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


@dataclass(frozen=True, slots=True)
class BoxFile:
    """A file of the tree that is laid into a box."""

    content: bytes
    is_executable: bool = False


class Box(Protocol):
    """A closed place with a copy of the tree (no `.git`), in which commands run that nobody trusts.

    What they write stays in the box, and is there for the next command of the same box.
    """

    def put(self, files: Mapping[RepoPath, BoxFile | None]) -> None:
        """Lay these files over the tree; None removes one. Raises: SandboxError."""
        ...

    def run(self, command: str, *, network: bool, timeout_s: float) -> Ran:
        """Run a shell command in the working directory, and kill all it left behind. Raises: SandboxError."""
        ...

    def close(self) -> None:
        """Remove the box and everything in it; twice is once."""
        ...


class Sandbox(Protocol):
    """Where boxes come from."""

    @property
    def name(self) -> str:
        """What holds, in a few words for people: `container python:3.13`, `bubblewrap`."""
        ...

    def objection(self) -> str:
        """Why nothing may be run here, as a sentence; empty when the self-check holds. Looked at once."""
        ...

    def open(self, files: Mapping[RepoPath, BoxFile]) -> Box:
        """A new box with these files. Raises: SandboxError."""
        ...


class Host(Protocol):
    """The place the run happens in: a runner of GitHub Actions, or a terminal."""

    @property
    def run_url(self) -> str:
        """Where the log of this run can be read; empty where there is no such page."""
        ...

    def mask(self, secret: str) -> None:
        """Keep `secret` out of the log from now on."""
        ...

    def say(self, text: str) -> None:
        """Lines of the log. Whatever `text` holds, the runner sees no command in it."""
        ...

    def annotate(self, level: Literal["notice", "warning", "error"], text: str) -> None:
        """One sentence that stands out of the log."""
        ...

    def group(self, title: str, text: str) -> None:
        """A folded part of the log."""
        ...

    def finish(self, outputs: Mapping[str, str], summary: str, report: str) -> None:
        """Hand over outputs, job summary (Markdown) and the report file's text (JSON)."""
        ...


class Clock(Protocol):
    """Time, so that a test can own it."""

    def now(self) -> datetime:
        """The time in UTC, with its zone."""
        ...

    def monotonic_s(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Every door of one run."""

    tracker: Tracker
    forge: Forge
    open_model: Callable[[ModelSettings, float], ChatModel]
    """From settings and the moment of `clock.monotonic_s()` at which the run must have its answers."""
    host: Host
    clock: Clock
    cost_usd: Callable[[str, Usage], float | None]
    """Dollars for a usage of the model of that name; None where its price is not known."""
    nonce: Callable[[], str]
    """A fresh random word, so that no text from outside can forge a delimiter."""
    reviews: Reviews | None = None
    """None where the forge has no pull requests."""
