"""What the thread under an issue says: who is listened to, which requests are unanswered, where our status stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ai_coder.domain.report import STATUS_MARKER, Status
from ai_coder.domain.status_mark import StatusMark, chosen_answers, request_ids, text_id
from ai_coder.domain.task import NEVER, Command, Comment, Person, Task, Verb
from ai_coder.ports import ReactionName, Tracker
from ai_coder.resolve.commands import parse_command
from ai_coder.resolve.orders import answer_order, dollars_of
from ai_coder.resolve.trigger import objection
from ai_coder.settings import TriggerPolicy

ANSWERS: tuple[ReactionName, ...] = ("rocket", "confused", "+1")
"""Our reactions that say: this request is answered. Source: contract section 7."""
_REACTIONS: Mapping[str, ReactionName] = {
    Status.CHANGED: "rocket",
    Status.PARKED: "rocket",
    Status.NO_CHANGE: "+1",
    Status.PLANNED: "+1",
}
_DONE: tuple[ReactionName, ...] = ("rocket", "+1")
"""Those of them after which there is nothing to try again."""


def final_reaction(status: str) -> ReactionName:
    """Our reaction to a request that ended so. Source: contract section 7."""
    return _REACTIONS.get(status, "confused")


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
    status_at: datetime = NEVER
    """When that was."""
    scope: str = ""
    """The last `scope` command; empty when there was none."""
    budget_usd: float = 0.0
    """The largest `budget` command; 0 when there was none."""
    notes: tuple[str, ...] = ()
    """What was left out, one sentence each."""

    def without(self, asked: tuple[str, ...]) -> "Conversation":
        """The thread once these requests (by their ids) are answered."""
        said = [replace(item, is_request=item.is_request and str(item.comment.id) not in asked) for item in self.said]
        return replace(self, said=tuple(said))

    @property
    def mark(self) -> StatusMark:
        """How the last run ended."""
        return StatusMark.parse(self.status_text)

    @property
    def requests(self) -> tuple[Comment, ...]:
        """The comments to answer, oldest first."""
        return tuple(item.comment for item in self.said if item.is_request)


def read_conversation(task: Task, own: Person, tracker: Tracker, policy: TriggerPolicy) -> Conversation:
    """The thread as of the task. A text newer than the request is left to the next run, a stranger's is not read.

    Raises: ForgeError.
    """
    number = task.issue.number
    said, newer = [], 0
    comments = tracker.comments(number)
    status = _status(comments, own)
    answered = _answered(status)
    for comment in comments:
        if comment.body.startswith(STATUS_MARKER):
            continue
        if comment.id == task.comment.id:
            said.append(Said(task.comment, is_request=str(comment.id) not in answered))
        elif _is_newer(comment, task):
            newer += 1
        elif comment.body.strip() and not objection(comment.author, policy, tracker.role):
            is_waiting = str(comment.id) not in answered and _waits(comment, task, own, tracker, policy)
            said.append(Said(comment, is_waiting))
    if task.comment.id and task.comment.id not in {item.comment.id for item in said}:
        said.append(Said(task.comment, is_request=True))
    notes = (f"{newer} comment(s) newer than the request are left to the next run.",) if newer else ()
    commands = [found for item in said if (found := parse_command(item.comment.body, policy.phrase))]
    return Conversation(
        tuple(said), status.id, status.body, status.updated_at, _scope(commands), _budget_usd(commands), notes
    )


def _status(comments: Iterable[Comment], own: Person) -> Comment:
    """The status comment, which nobody but ourselves wrote; an empty one where there is none."""
    found = (c for c in comments if own.id and c.author.id == own.id and c.body.startswith(STATUS_MARKER))
    return next(found, Comment())


def _answered(status: Comment) -> frozenset[str]:
    """The requests that the status comment answers, whether or not a reaction says so too."""
    mark = StatusMark.parse(status.body)
    return frozenset(mark.asked) if mark.is_answer else frozenset()


def is_answered_already(task: Task, conversation: Conversation) -> bool:
    """Whether the status comment holds the answer: this run comes after one that gave it, or beside it.

    A job that is run again is such a one, and so is an issue that is opened with the label, which makes two events.
    """
    mark, asked = conversation.mark, request_ids(task, ())
    if not mark.is_answer or conversation.requests:
        return False
    if asked:
        return set(asked) <= set(mark.asked)
    is_later = task.is_sweep or conversation.status_at > task.as_of
    return is_later and (task.is_sweep or mark.text_id == text_id(task.issue))


def resumed(task: Task, conversation: Conversation, phrase: str) -> Task:
    """The task with the order that is still to be carried out, where the event itself brings none."""
    if task.comment.id or task.command.verb is not Verb.WORK or task.command.argument:
        return task
    words = chosen_answers("", conversation.status_text)
    orders = [parse_command(comment.body, phrase) for comment in conversation.requests]
    if orders and all(order and answer_order(order) for order in orders):
        return replace(task, command=orders[-1] or task.command)
    last = next((order for order in reversed(orders) if order and order.verb in {Verb.GO, Verb.PLAN}), None)
    if last:
        return replace(task, command=last)
    return replace(task, command=Command(Verb.WORK, words)) if words else task


def _is_newer(comment: Comment, task: Task) -> bool:
    return max(comment.created_at, comment.updated_at) > task.as_of


def _waits(comment: Comment, task: Task, own: Person, tracker: Tracker, policy: TriggerPolicy) -> bool:
    """Whether the comment is to be worked on: nobody answered it, or it failed and `retry` was ordered."""
    number = task.issue.number
    if not is_request(comment, policy):
        return False
    command = parse_command(comment.body, policy.phrase)
    is_tried_again = task.command.verb is Verb.RETRY and (command is None or answer_order(command) is None)
    return not is_answered(number, comment, own, tracker, _DONE if is_tried_again else ANSWERS)


def is_request(comment: Comment, policy: TriggerPolicy) -> bool:
    """Whether the policy takes the comment for a request at all."""
    return policy.comments == "any" or parse_command(comment.body, policy.phrase) is not None


def is_answered(
    number: int, comment: Comment, own: Person, tracker: Tracker, answers: tuple[ReactionName, ...] = ANSWERS
) -> bool:
    """Whether one of our own final reactions stands there; the counts of the listing spare most look-ups."""
    counts = dict(comment.reaction_counts)
    return any(
        counts.get(reaction) and own.id in {person.id for person in tracker.reacted_by(number, comment.id, reaction)}
        for reaction in answers
    )


def _scope(commands: Iterable[Command]) -> str:
    scope = ""
    for command in commands:
        if command.verb is Verb.SCOPE and command.argument in {"repo", "linked"}:
            scope = command.argument
    return scope


def _budget_usd(commands: Iterable[Command]) -> float:
    return max((dollars_of(command) or 0.0 for command in commands if command.verb is Verb.BUDGET), default=0.0)
