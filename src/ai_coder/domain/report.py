"""`Proposal`, `Published`, the outcomes and `Report`: how a run ends. Facts, never the model's claims."""

from dataclasses import dataclass, field
from enum import StrEnum

from ai_coder.domain.change import Caution, ChangeSet
from ai_coder.domain.chat import Usage
from ai_coder.domain.outcome import Parked, Planned, Questions, Reviewed
from ai_coder.domain.plan import ChangedFile
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.review import ThreadAnswer, ThreadWord
from ai_coder.domain.source import RepoPath
from ai_coder.domain.task import Skip, Task
from ai_coder.domain.trajectory import Trajectory
from ai_coder.domain.verification import Verdict, Verification
from ai_coder.errors import AiCoderError, ForgeLimited, ModelLimited

OWN_MARKER = "<!-- ai_coder:"
"""Beginning of every comment, answer and review of ours, whoever's token posted it."""
STATUS_MARKER = f"{OWN_MARKER}status"
"""Beginning of the one status comment of an issue, and of no other text."""


class Status(StrEnum):
    """Values of the output `status`. Source: contract section 4."""

    CHANGED = "changed"
    NO_CHANGE = "no_change"
    NEED_INFO = "need_info"
    PLANNED = "planned"
    REVIEWED = "reviewed"
    PARKED = "parked"
    SKIPPED = "skipped"
    CANNOT = "cannot"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the model proposes, checked against the write set. Title and summary are its own words."""

    change_set: ChangeSet
    title: str
    summary: str
    parked: str = ""
    """The limit that ended the work before the model called it done, as a sentence; empty for finished work."""
    remaining: tuple[str, ...] = ()
    """What the model says is left to do."""
    verification: Verification | None = None
    """What the project's own tests say of it; None while nobody asked them."""
    cautions: tuple[Caution, ...] = ()
    """What a person should look at first."""


@dataclass(frozen=True, slots=True)
class Published:
    """What stands on the forge now, read back from it. Publishing twice is publishing once."""

    branch: str
    commit: str
    pull_request: PullRequest
    is_new_pull_request: bool
    files: tuple[ChangedFile, ...]
    commit_url: str = ""
    is_signed: bool = False
    """Whether the forge shows the commit as verified."""
    notes: tuple[str, ...] = ()
    """What the forge did not let us do, one sentence each."""
    proposal: Proposal | None = None
    is_beside: bool = False
    """Whether it stands on a branch of its own, beside the one that was meant."""

    @property
    def verification(self) -> Verification:
        """What the project's own tests say of the change."""
        found = self.proposal.verification if self.proposal else None
        return found or Verification(reason="Nobody asked for tests.")

    @property
    def is_no_worse(self) -> bool:
        """Whether the branch holds it, and nothing is broken that held before; true where no tests were run."""
        return not self.is_beside and self.verification.verdict is not Verdict.FAILED


@dataclass(frozen=True, slots=True)
class NothingToChange:
    """The model looked and wants no change, or the edits leave every file as it is."""

    reason: str


@dataclass(frozen=True, slots=True)
class Cannot:
    """It cannot be done, by the model's word or by a rule; nothing was written."""

    reason: str
    hint: str = ""
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """ai_coder, the forge or the model endpoint failed."""

    reason: str
    hint: str
    exit_status: int = 1


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The job was cancelled or ran out of time."""

    reason: str


Outcome = Published | NothingToChange | Questions | Planned | Reviewed | Parked | Cannot | Failed | Cancelled | Skip


def ending(error: BaseException) -> Failed | Cancelled | Parked:
    """The outcome that an exception comes to: a limit, a failure with its hint, a signal, or a fault of ours."""
    match error:
        case ForgeLimited() | ModelLimited():
            return Parked(str(error), error.hint, error.resumes_at)
        case AiCoderError(hint=hint, exit_status=status):
            return Failed(str(error), hint, status)
        case Exception():
            return Failed(f"ai_coder broke ({type(error).__name__}); the log tells where", AiCoderError.hint)
    return Cancelled("The job was cancelled before the work was done.")


@dataclass(frozen=True, slots=True)
class Spent:
    """What the model cost this run."""

    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = None
    """None where the price of the model is not known."""
    model: str = ""
    rounds: int = 0
    """Replies asked for."""
    before_usd: float = 0.0
    """What earlier runs of the same issue cost."""
    issue_limit_usd: float = 0.0
    """What all runs of the issue may cost; 0 where no model was asked."""


_STATUSES: dict[type[Outcome], Status] = {
    Published: Status.CHANGED,
    NothingToChange: Status.NO_CHANGE,
    Questions: Status.NEED_INFO,
    Planned: Status.PLANNED,
    Reviewed: Status.REVIEWED,
    Parked: Status.PARKED,
    Cannot: Status.CANNOT,
    Failed: Status.FAILED,
    Cancelled: Status.CANCELLED,
    Skip: Status.SKIPPED,
}


@dataclass(frozen=True, slots=True)
class Report:
    """How the run ended, for outputs, summary, status comment and exit status."""

    outcome: Outcome
    task: Task | None = None
    spent: Spent = field(default_factory=Spent)
    context_paths: tuple[RepoPath, ...] = ()
    notes: tuple[str, ...] = ()
    """Warnings the user should read, one sentence each."""
    unpublished: ChangeSet | None = None
    """The model's change, where the forge did not take it: it was paid for, and is not thrown away."""
    shown_in: PullRequest | None = None
    """The pull request that shows the change already, where the run ended before it could say so."""
    patch: str = ""
    """What was not written because it is protected, for a person to apply."""
    threads: tuple[ThreadAnswer, ...] = ()
    """What became of each review thread that waited."""
    trajectory: Trajectory = field(default_factory=Trajectory)
    """How it went."""
    head: str = ""
    """Head of the issue's branch as we made it, or took it as it was; empty where nobody looked."""
    thread_words: tuple[ThreadWord, ...] = ()
    """What the model says of them."""

    @property
    def status(self) -> Status:
        """The value of output `status`."""
        if isinstance(self.outcome, Published) and self.outcome.proposal and self.outcome.proposal.parked:
            return Status.PARKED
        return _STATUSES[type(self.outcome)]

    @property
    def pull_request(self) -> PullRequest | None:
        """The one that shows what this run made."""
        return self.outcome.pull_request if isinstance(self.outcome, Published) else self.shown_in

    @property
    def verdict(self) -> Verdict:
        """The value of output `verified`."""
        return self.outcome.verification.verdict if isinstance(self.outcome, Published) else Verdict.NOT_RUN

    @property
    def exit_status(self) -> int:
        """0 for every ending that the user asked for."""
        match self.outcome:
            case Failed(exit_status=status):
                return status
            case Cancelled():
                return 1
            case _:
                return 0
