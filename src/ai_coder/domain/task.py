"""`Event`, `Task`, `Skip`: what happened on the forge, and what is asked of us. Absent is empty."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from ai_coder.domain.checks import CheckedCommit

NEVER, EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Role(StrEnum):
    """What a person may do in the repository now, by the permission API."""

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    ADMIN = "admin"

    @property
    def may_write(self) -> bool:
        """Whether this role may make us write (maintain counts as write)."""
        return self in {Role.WRITE, Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the forge; `id` 0 is nobody."""

    login: str = ""
    id: int = 0
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as its text stood when it was read; a pull request has an issue's face too."""

    number: int = 0
    title: str = ""
    body: str = ""
    author: Person = field(default_factory=Person)
    labels: tuple[str, ...] = ()
    is_open: bool = True
    is_locked: bool = False
    is_pull_request: bool = False
    url: str = ""
    updated_at: datetime = NEVER
    reaction_counts: tuple[tuple[str, int], ...] = ()
    """(reaction content, how many), by anybody."""
    edited_at: datetime = NEVER
    """When title or body were changed last, `EVER` where that is not known; asked only of an issue that is read."""
    edited_by: Person = field(default_factory=Person)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Who set a label, and when."""

    by: Person = field(default_factory=Person)
    at: datetime = NEVER


class CommentKind(StrEnum):
    """Where a comment stands; ids are unique within a kind only."""

    CONVERSATION = "conversation"
    """Under an issue or a pull request."""
    LINE = "line"
    """In a thread on lines of a diff."""
    REVIEW = "review"
    """The text of a submitted review."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A text that somebody wrote under an issue, under a pull request or in a review."""

    id: int = 0
    body: str = ""
    author: Person = field(default_factory=Person)
    created_at: datetime = NEVER
    updated_at: datetime = NEVER
    reaction_counts: tuple[tuple[str, int], ...] = ()
    """(reaction content, how many), by anybody."""
    kind: CommentKind = CommentKind.CONVERSATION
    node_id: str = ""
    """The forge's global name, where the kind needs one."""
    review: int = 0
    """Id of the review that a comment on lines was made in; 0 for none."""
    own_reactions: tuple[str, ...] = ()
    """Reactions of ours, where the forge tells them with the text."""
    url: str = ""
    is_approval: bool = False
    """Whether it is the text of a review that approves, which asks for nothing by itself."""

    def is_same(self, other: "Comment") -> bool:
        """Whether both are one comment of the forge; ids of different kinds say nothing of each other."""
        return (self.kind, self.id) == (other.kind, other.id)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on a forge, in words that fit every forge."""

    kind: str
    """The forge's event name: issues, issue_comment, workflow_dispatch, schedule, ..."""
    action: str = ""
    sender: Person = field(default_factory=Person)
    issue: Issue = field(default_factory=Issue)
    comment: Comment = field(default_factory=Comment)
    label: str = ""
    assignee: str = ""
    old_body: str = ""
    """The comment's text before an edit; empty when the edit left it."""
    old_title: str = ""
    """The title before an edit; empty when the edit left it."""
    instructions: str = ""
    """The text typed into a manual start."""
    rerun_by: str = ""
    """Login of the person who ran an old job again; empty for a first run."""
    is_from_fork: bool = False
    """Whether what a review is about, or what was checked, has its branch in another repository."""
    checked: CheckedCommit = field(default_factory=CheckedCommit)
    """What the checks that have ended were about."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing is asked of us; a success. `reason` is the one sentence that the user reads."""

    reason: str
    is_refused_command: bool = False
    """Whether somebody without the right typed a command: answered by one reaction, nothing more."""
    explanation: str = ""
    """What a comment on the issue says about it, once; empty for most: strangers must not make us talk."""


class Verb(StrEnum):
    """The commands of contract section 2; an instruction has no verb of its own."""

    WORK = "work"
    PLAN = "plan"
    GO = "go"
    RETRY = "retry"
    STOP = "stop"
    REVIEW = "review"
    SCOPE = "scope"
    BUDGET = "budget"
    FIX_CI = "fix ci"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """What a comment orders: a verb, and the text after it."""

    verb: Verb
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task, if everybody in `needed` holds write permission, and the issue is accepted where it must be."""

    event: Event
    needed: tuple[Person, ...]
    needs_acceptance: bool = False
    needs_own_pull_request: bool = False
    """Whether only a pull request of ours makes it a task."""
    command: Command = field(default_factory=lambda: Command(Verb.WORK))


@dataclass(frozen=True, slots=True)
class Task:
    """Work that an authorised person asked for."""

    issue: Issue
    """Title and body as they stood when the authorised person acted."""
    requester: Person
    command: Command
    comment: Comment
    """The comment that asked; id 0 when the issue itself asks."""
    as_of: datetime
    """Text that is newer than this was not seen by the person who asked."""
    is_sweep: bool = False
    """Whether nobody asked just now, and a schedule looks for what still waits."""
    is_author_trusted: bool = True
    """Whether who wrote the issue may write to the repository now."""
    is_text_vouched: bool = True
    """Whether a person with write permission has acted on the text as it stands; a manual start only names a number."""
    pull_request: int = 0
    """Number of the pull request that was asked on; 0 where the issue was asked on."""
    is_by_checks: bool = False
    """Whether nobody asked just now, and checks that failed on our branch are to be mended."""
