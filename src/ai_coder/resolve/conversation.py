"""What the thread under an issue says: who is listened to, which requests are unanswered, where our status stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from ai_coder.domain.report import STATUS_MARKER
from ai_coder.domain.task import Command, Comment, Person, Task, Verb
from ai_coder.ports import ReactionName, Tracker
from ai_coder.resolve.commands import parse_command
from ai_coder.resolve.orders import dollars_of
from ai_coder.resolve.trigger import objection
from ai_coder.settings import TriggerPolicy

ANSWERS: tuple[ReactionName, ...] = ("rocket", "confused", "+1")
"""Our reactions that say: this request is answered. Source: contract section 7."""


@dataclass(frozen=True, slots=True)
class Said:
    """A comment that counts, by a person who may write."""

    comment: Comment
    is_request: bool
    """Whether it waits for an answer; False for history."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The thread as the model may see it."""

    said: tuple[Said, ...] = ()
    """Oldest first."""
    status_comment: int = 0
    """Id of our status comment; 0 when there is none yet."""
    status_text: str = ""
    """Its text as the last run left it."""
    scope: str = ""
    """The last `scope` command; empty when there was none."""
    budget_usd: float = 0.0
    """The largest `budget` command; 0 when there was none."""
    notes: tuple[str, ...] = ()
    """What was left out, one sentence each."""

    @property
    def requests(self) -> tuple[Comment, ...]:
        """The comments to answer, oldest first."""
        return tuple(item.comment for item in self.said if item.is_request)


def read_conversation(task: Task, own: Person, tracker: Tracker, policy: TriggerPolicy) -> Conversation:
    """The thread as of the task. A text newer than the request is left to the next run, a stranger's is not read.

    Raises: ForgeError.
    """
    number = task.issue.number
    status_comment, status_text, said, newer = 0, "", [], 0
    for comment in tracker.comments(number):
        is_own = bool(own.id) and comment.author.id == own.id
        if comment.body.startswith(STATUS_MARKER):
            if is_own and not status_comment:
                status_comment, status_text = comment.id, comment.body
        elif comment.id == task.comment.id:
            said.append(Said(task.comment, is_request=True))
        elif _is_newer(comment, task):
            newer += 1
        elif comment.body.strip() and not objection(comment.author, policy, tracker.role):
            said.append(Said(comment, is_request(comment, policy) and not is_answered(number, comment, own, tracker)))
    if task.comment.id and task.comment.id not in {item.comment.id for item in said}:
        said.append(Said(task.comment, is_request=True))
    notes = (f"{newer} comment(s) newer than the request are left to the next run.",) if newer else ()
    commands = [found for item in said if (found := parse_command(item.comment.body, policy.phrase))]
    return Conversation(tuple(said), status_comment, status_text, _scope(commands), _budget_usd(commands), notes)


def _is_newer(comment: Comment, task: Task) -> bool:
    return max(comment.created_at, comment.updated_at) > task.as_of


def is_request(comment: Comment, policy: TriggerPolicy) -> bool:
    """Whether the policy takes the comment for a request at all."""
    return policy.comments == "any" or parse_command(comment.body, policy.phrase) is not None


def is_answered(number: int, comment: Comment, own: Person, tracker: Tracker) -> bool:
    """Whether one of our own final reactions stands there; the counts of the listing spare most look-ups."""
    counts = dict(comment.reaction_counts)
    return any(
        counts.get(reaction) and own.id in {person.id for person in tracker.reacted_by(number, comment.id, reaction)}
        for reaction in ANSWERS
    )


def _scope(commands: Iterable[Command]) -> str:
    scope = ""
    for command in commands:
        if command.verb is Verb.SCOPE and command.argument in {"repo", "linked"}:
            scope = command.argument
    return scope


def _budget_usd(commands: Iterable[Command]) -> float:
    return max((dollars_of(command) or 0.0 for command in commands if command.verb is Verb.BUDGET), default=0.0)
