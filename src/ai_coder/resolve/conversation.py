"""What the thread under an issue says: who is listened to, which requests are unanswered, where our status stands."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from ai_coder.domain.report import OWN_MARKER, STATUS_MARKER
from ai_coder.domain.review import PullSide, Thread
from ai_coder.domain.seal import Seal
from ai_coder.domain.status_mark import StatusMark, request_id
from ai_coder.domain.task import NEVER, Comment, CommentKind, Person, Task, Verb
from ai_coder.ports import ReactionName, Tracker
from ai_coder.resolve.commands import parse_command
from ai_coder.resolve.orders import answer_order, ordered_budget_usd, ordered_scope
from ai_coder.resolve.requests import ANSWERS, DONE, final_reaction, is_answered, is_request
from ai_coder.resolve.said import Said, ignored_as_newer, is_newer, is_text, shown_to_model
from ai_coder.resolve.threads import (
    Listening,
    Threads,
    is_about_threads,
    is_for_all_suggestions,
    is_in,
    is_ours,
    is_settled,
    leaves_threads,
    read_threads,
)
from ai_coder.resolve.trigger import objection
from ai_coder.settings import TriggerPolicy

MAX_LOOKED_AT = 40
"""The newest comments of which it is asked who reacted to them: each costs a request or three."""
_NO_SEAL = Seal()
_THREADS = re.compile(r"\b(?:threads?|reviews?|feedback|suggestions?|review comments?)\b", re.IGNORECASE)
"""Words of a command that ask for the open threads as well."""


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
    asked_at: tuple[datetime, ...] = ()
    """When each request on this issue was written, answered or not."""
    notes: tuple[str, ...] = ()
    """What was left out, one sentence each."""
    side: PullSide = field(default_factory=PullSide)
    """What stands on the pull request."""
    threads: tuple[Thread, ...] = ()
    """Its threads that wait for an answer, with the comments that may be read."""
    own: Person = field(default_factory=Person)
    """Ourselves, as the forge names us; nobody where it does not tell."""
    is_done: bool = False
    """Whether the comment that asked was answered by an earlier run, or asks for nothing any more."""
    is_closed: bool = False
    """Whether it asks for nothing because a person resolved the thread that it stands in."""

    def without(self, asked: tuple[str, ...]) -> "Conversation":
        """The thread once these requests are answered."""
        said = (replace(one, is_request=one.is_request and request_id(one.comment) not in asked) for one in self.said)
        return replace(self, said=tuple(said))

    @property
    def mark(self) -> StatusMark:
        """How the last run ended."""
        return StatusMark.parse(self.status_text)

    @property
    def requests(self) -> tuple[Comment, ...]:
        """The comments to answer, oldest first."""
        return tuple(item.comment for item in self.said if item.is_request)


def read_conversation(
    task: Task,
    own: Person,
    tracker: Tracker,
    policy: TriggerPolicy,
    side: PullSide | None = None,
    seal: Seal = _NO_SEAL,
) -> Conversation:
    """The thread as of the task. A text newer than the request is left to the next run, a stranger's is not read.

    A status comment of our account whose seal is broken is written over, and nothing in it is believed.

    Raises: ForgeError.
    """
    side, listened = side or PullSide(), _listened(task, policy)
    comments = tracker.comments(task.issue.number)
    status = next((comment for comment in comments if _is_status(comment, own)), Comment())
    status_text = status.body if seal.holds(status.body, task.issue.number) else ""
    sorted_out = _SortedOut(task, own, tracker, listened, StatusMark.parse(status_text))
    for comment in _in_order(comments, side, task):
        sorted_out.take(comment)
    threads = _threads(task, own, tracker, listened, side)
    said = sorted_out.with_request()
    commands = [found for item in said if (found := parse_command(item.comment.body, policy.phrase))]
    shown, notes = shown_to_model(said, task)
    return Conversation(
        shown,
        status.id,
        status_text,
        status.updated_at,
        scope=ordered_scope(commands),
        budget_usd=ordered_budget_usd(commands),
        asked_at=tuple(item.comment.created_at for item in said if is_request(item.comment, listened)),
        notes=(*ignored_as_newer(sorted_out.newer), *threads.notes, *notes),
        side=side,
        threads=threads.waiting,
        own=own,
        is_done=sorted_out.is_done or (is_about_threads(task) and is_settled(task, side, threads)),
        is_closed=is_about_threads(task) and is_in(task.comment, threads.closed),
    )


def waits_on_pull_request(
    task: Task, own: Person, tracker: Tracker, policy: TriggerPolicy, side: PullSide, mark: StatusMark
) -> bool:
    """Whether something there is asked that no run has answered or looked at. Raises: ForgeError."""
    told = replace(mark, asked=()) if side.comments else mark  # a comment that was answered may lack its reaction
    sorted_out = _SortedOut(task, own, tracker, policy, told)
    for comment in _in_order((), side, task):
        sorted_out.take(comment)
    waiting = _threads(task, own, tracker, policy, side).waiting
    is_new = (request_id(thread.comments[-1]) not in mark.asked for thread in waiting)
    return any(item.is_request for item in sorted_out.with_request()) or any(is_new)


@dataclass(slots=True)
class _SortedOut:
    """The comments, one after the other, put where they belong."""

    task: Task
    own: Person
    tracker: Tracker
    policy: TriggerPolicy
    status: StatusMark
    """How the last run ended."""
    said: list[Said] = field(default_factory=list)
    newer: list[Comment] = field(default_factory=list)
    is_done: bool = False

    def take(self, comment: Comment) -> None:
        """Put one where it belongs; what is nobody's word for us is dropped. Raises: ForgeError."""
        task, own, tracker = self.task, self.own, self.tracker
        if comment.body.startswith(OWN_MARKER):
            return
        if _is_asked(comment, task):
            is_told = self._has_answer(comment, DONE)
            self.is_done = is_told or is_answered(task.issue.number, comment, own, tracker, DONE)
            self.said.append(Said(task.comment, is_request=not self.is_done))
        elif is_newer(comment, task):
            self.newer += [comment] if is_text(comment) else []
        elif is_text(comment) and not is_ours(comment, own) and not self._objection(comment):
            self.said.append(Said(comment, is_request=False))

    def _has_answer(self, comment: Comment, answers: tuple[ReactionName, ...]) -> bool:
        """Whether the status comment answers it so, whether or not a reaction says it too."""
        is_told = self.status.is_answer and request_id(comment) in self.status.asked
        return is_told and final_reaction(self.status.status) in answers

    def with_request(self) -> list[Said]:
        """What was said, with what waits; the comment that asks is in it also where the listing lacks it.

        Of those who may ask the newest comments are looked at, so that no stranger's pushes one of them out.
        """
        asked, old = self.task.comment, len(self.said) - MAX_LOOKED_AT
        said = [
            replace(item, is_request=self._waits(item.comment))
            if not _is_asked(item.comment, self.task) and (place >= old or _costs_nothing(item.comment))
            else item
            for place, item in enumerate(self.said)
        ]
        is_missing = asked.id and not any(_is_asked(item.comment, self.task) for item in said)
        if is_missing and asked.kind is CommentKind.CONVERSATION:
            return [*said, Said(asked, is_request=True)]
        return said

    def _waits(self, comment: Comment) -> bool:
        """Whether nobody answered it, or it is tried again: by `retry`, or since we had to ask about the branch."""
        if not is_request(comment, self.policy):
            return False
        command = parse_command(comment.body, self.policy.phrase)
        is_again = self.task.command.verb is Verb.RETRY or self.status.asks_about_branch
        is_work = command is None or answer_order(command) is None
        answers = DONE if is_again and is_work else ANSWERS
        if self.task.is_sweep and self.status.goes_on and request_id(comment) in self.status.asked:
            return True
        if self._has_answer(comment, answers):
            return False
        return not is_answered(self.task.issue.number, comment, self.own, self.tracker, answers)

    def _objection(self, comment: Comment) -> str:
        return objection(comment.author, self.policy, self.tracker.role)


def _costs_nothing(comment: Comment) -> bool:
    """Whether the listing alone tells that nobody answered."""
    return not set(dict(comment.reaction_counts)) & set(ANSWERS)


def _in_order(comments: tuple[Comment, ...], side: PullSide, task: Task) -> list[Comment]:
    """The comments of the issue, of the pull request's conversation and of its reviews, oldest first.

    The forge counts in seconds; within one, what asked comes last, and the others in the order of their ids.
    """
    every = (*comments, *side.comments, *side.reviews)
    return sorted(every, key=lambda comment: (comment.created_at, comment.is_same(task.comment), comment.id))


def _is_asked(comment: Comment, task: Task) -> bool:
    return comment.is_same(task.comment) and is_text(task.comment)


def _listened(task: Task, policy: TriggerPolicy) -> TriggerPolicy:
    """On somebody else's pull request people talk to each other: only commands are for us."""
    return replace(policy, comments="command") if task.issue.is_pull_request else policy


def _threads(task: Task, own: Person, tracker: Tracker, policy: TriggerPolicy, side: PullSide) -> Threads:
    """The threads that wait; none where it is not known which answers are ours. A `stop` answers them all."""
    if not own.id or (leaves_threads(task) and task.command.verb is not Verb.STOP):
        return Threads()

    def may_ask(person: Person) -> bool:
        return not objection(person, policy, tracker.role)

    takes_all = is_for_all_suggestions(task) or bool(_THREADS.search(task.command.argument))
    return read_threads(task, side, Listening(own, may_ask, policy, takes_all))


def _is_status(comment: Comment, own: Person) -> bool:
    return bool(own.id) and comment.author.id == own.id and comment.body.startswith(STATUS_MARKER)
