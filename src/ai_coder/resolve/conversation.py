"""What the thread under an issue says: who is listened to, which requests are unanswered, where our status stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ai_coder.domain.report import OWN_MARKER, STATUS_MARKER, Status
from ai_coder.domain.status_mark import StatusMark, chosen_answers, request_ids, text_id
from ai_coder.domain.task import NEVER, Command, Comment, Person, Task, Verb
from ai_coder.ports import ReactionName, Tracker
from ai_coder.resolve.clean import Cleaned, clean, shortened
from ai_coder.resolve.commands import parse_command
from ai_coder.resolve.orders import answer_order, dollars_of
from ai_coder.resolve.trigger import objection
from ai_coder.settings import TriggerPolicy

MAX_THREAD_CHARS, MAX_COMMENT_CHARS = 100_000, 20_000
"""Characters of the thread, and of one comment, that the model is shown."""
_MIN_COMMENT_CHARS, _COST_OF_CLEANING, _MAX_NAMED = 200, 8, 5
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
    seen: Cleaned = field(default_factory=lambda: Cleaned(""))
    """Its text as a reader sees it, as much of it as the model is shown."""


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
    is_done: bool = False
    """Whether the comment that asks has its answer already: the event came twice, or the job was started again."""

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
    said, newer, is_done = list[Said](), list[Comment](), False
    comments = tracker.comments(number)
    status = _status(comments, own)
    answered = _answered(status)
    for comment in comments:
        if comment.body.startswith(OWN_MARKER):
            continue
        if comment.id == task.comment.id:
            is_done = str(comment.id) in answered or is_answered(number, comment, own, tracker, _DONE)
            said.append(Said(task.comment, is_request=not is_done))
        elif _is_newer(comment, task):
            newer.append(comment)
        elif comment.body.strip() and not objection(comment.author, policy, tracker.role):
            is_waiting = str(comment.id) not in answered and _waits(comment, task, own, tracker, policy)
            said.append(Said(comment, is_waiting))
    if task.comment.id and task.comment.id not in {item.comment.id for item in said}:
        said.append(Said(task.comment, is_request=True))
    commands = [found for item in said if (found := parse_command(item.comment.body, policy.phrase))]
    shown, notes = _shown(said, task)
    return Conversation(
        shown,
        status.id,
        status.body,
        status.updated_at,
        scope=_scope(commands),
        budget_usd=_budget_usd(commands),
        notes=(*_ignored(newer), *notes),
        is_done=is_done,
    )


def _status(comments: Iterable[Comment], own: Person) -> Comment:
    """The status comment, which nobody but ourselves wrote; an empty one where there is none."""
    found = (c for c in comments if own.id and c.author.id == own.id and c.body.startswith(STATUS_MARKER))
    return next(found, Comment())


def _shown(said: list[Said], task: Task) -> tuple[tuple[Said, ...], tuple[str, ...]]:
    """What the model is shown of the thread, oldest first, and a sentence for each kind of thing it is not.

    The request comes first, then the newest, until the room is used up. A text that is cleaned away costs room as
    well, since cleaning it takes time.
    """
    room, cut, shown = MAX_THREAD_CHARS, 0, dict[int, Said]()
    for item in sorted(said, key=lambda item: (item.comment.id == task.comment.id, item.comment.id), reverse=True):
        if room <= 0:
            break
        seen = clean(item.comment.body)
        text = shortened(seen.text, min(MAX_COMMENT_CHARS, max(room, _MIN_COMMENT_CHARS)))
        cut += text != seen.text
        room -= max(len(text), len(item.comment.body) // _COST_OF_CLEANING)
        shown[item.comment.id] = replace(item, seen=replace(seen, text=text))
    left_out = len(said) - len(shown)
    notes = [f"The thread is long: its {left_out} oldest comment(s) were not shown to the model."] if left_out else []
    notes += [f"{cut} long comment(s) were shortened for the model."] if cut else []
    return tuple(found for item in said if (found := shown.get(item.comment.id))), tuple(notes)


def _ignored(newer: list[Comment]) -> tuple[str, ...]:
    """What is left to the next run, by whom and since when, in one sentence."""
    if not newer:
        return ()
    each = [f"by {one.author.login or 'nobody'}, {_when(max(one.created_at, one.updated_at))}" for one in newer]
    more = f", and {len(newer) - _MAX_NAMED} more" if len(newer) > _MAX_NAMED else ""
    return (f"Ignored, newer than the request: {len(newer)} comment(s) ({'; '.join(each[:_MAX_NAMED])}{more}).",)


def _when(moment: datetime) -> str:
    return "at an unknown time" if moment == NEVER else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _answered(status: Comment) -> frozenset[str]:
    """The requests that the status comment answers, whether or not a reaction says so too."""
    mark = StatusMark.parse(status.body)
    return frozenset(mark.asked) if mark.is_answer else frozenset()


def is_answered_already(task: Task, conversation: Conversation) -> bool:
    """Whether the status comment holds the answer: this run comes after one that gave it, or beside it.

    A job that is run again is such a one, and so is an issue that is opened with the label, which makes two events.
    """
    mark, asked = conversation.mark, request_ids(task, ())
    if task.comment.id and conversation.is_done:
        return True
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
    """Whether the comment may have been written or changed after the request; one without a time may have been.

    Times are whole seconds: of two comments of the same second, the one with the larger id came later.
    """
    if NEVER in {comment.created_at, comment.updated_at}:
        return True
    is_later = bool(task.comment.id) and comment.id > task.comment.id
    return is_later or max(comment.created_at, comment.updated_at) > task.as_of


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
