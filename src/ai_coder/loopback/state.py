"""What the embedded GitHub remembers beside git: people, issues, comments, pull requests. No rules here."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ROLES = ("none", "read", "triage", "write", "maintain", "admin")
"""What somebody may do in a repository, each including the ones before."""

REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


@dataclass(frozen=True, slots=True)
class User:
    """A person, a bot or an organization."""

    login: str
    id: int
    type: str = "User"


@dataclass(slots=True)
class Token:
    """What a client may show. `permissions` None: a person's, whose role decides."""

    text: str
    user: User
    permissions: dict[str, str] | None = None
    """Of an installation: `contents`, `issues`, `pull_requests`, `checks`, `actions`: `none`, `read` or `write`."""
    used: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """A file to put into a repository: its bytes (of a link, the target) and its mode."""

    content: bytes
    mode: str = "100644"


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """Who put which reaction."""

    id: int
    user: User
    content: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IssueEvent:
    """One line of an issue's history: labeled, unlabeled, assigned, closed, reopened, renamed, ..."""

    id: int
    kind: str
    actor: User
    created_at: datetime
    label: str = ""
    user: User | None = None
    """The assignee, or the requested reviewer."""
    rename: tuple[str, str] | None = None


@dataclass(slots=True, kw_only=True)
class Comment:
    """A comment under an issue or a pull request."""

    id: int
    number: int
    """Of the issue it stands under."""
    author: User
    body: str
    created_at: datetime
    updated_at: datetime
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class ReviewComment(Comment):
    """A comment on a line of a pull request's diff."""

    path: str
    line: int
    """As the commit it was made on counts them; so is `start_line`, which is 0 for a single line."""
    commit_id: str
    start_line: int = 0
    side: Literal["LEFT", "RIGHT"] = "RIGHT"
    diff_hunk: str = ""
    reply_to: int = 0
    """The first comment of its thread; 0 for that one."""
    review: int = 0
    resolved_by: User | None = None
    """Of the first comment: who resolved the thread."""


@dataclass(slots=True, kw_only=True)
class Review:
    """A review of a pull request."""

    id: int
    author: User
    body: str
    state: str
    """APPROVED, CHANGES_REQUESTED or COMMENTED."""
    commit_id: str
    submitted_at: datetime
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """A check of a commit that has ended; of a workflow's job, with its log."""

    id: int
    name: str
    commit: str
    conclusion: str
    at: datetime
    title: str = ""
    summary: str = ""
    log: str = ""
    annotations: tuple[tuple[str, int, str | None], ...] = ()
    """(path, line, message)."""


@dataclass(slots=True, kw_only=True)
class Issue:
    """An issue. A pull request is one as well."""

    id: int
    number: int
    author: User
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None
    edited_at: datetime | None = None
    """When the text was changed last, and by whom."""
    editor: User | None = None
    locked: bool = False
    labels: list[str] = field(default_factory=list)
    assignees: list[User] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    events: list[IssueEvent] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class PullRequest(Issue):
    """A pull request: an issue with a branch."""

    head: str
    """Name of the branch."""
    head_sha: str
    base: str
    draft: bool = False
    merged_at: datetime | None = None
    merge_commit_sha: str | None = None
    fork_owner: User | None = None
    """Whose fork holds the head branch; None for a branch of the repository itself."""
    reviewers: list[User] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    review_comments: list[ReviewComment] = field(default_factory=list)
