"""Which review threads wait for an answer, and what of them may be read. Pure, but for the look-up of rights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ai_coder.domain.report import OWN_MARKER
from ai_coder.domain.review import PullSide, Thread
from ai_coder.domain.task import Comment, CommentKind, Person, Task, Verb
from ai_coder.edits.suggestion import Suggestion, parse_suggestion
from ai_coder.resolve.commands import parse_command
from ai_coder.resolve.requests import DONE
from ai_coder.resolve.said import is_text
from ai_coder.resolve.suggestions import asks_to_apply, asks_to_apply_all
from ai_coder.settings import TriggerPolicy

_NO_WORK = frozenset({Verb.PLAN, Verb.REVIEW, Verb.HELP, Verb.STOP})
"""Orders that change nothing: on a line they are answered by a reaction, like elsewhere."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Who is listened to in threads, and to what."""

    own: Person
    """Ourselves, as the forge names us."""
    may_ask: Callable[[Person], bool]
    """Whether a person's words count. Raises: ForgeError."""
    policy: TriggerPolicy
    takes_all: bool = False
    """Whether the task asks for every open thread of such a person, command or not."""


@dataclass(frozen=True, slots=True)
class Threads:
    """The open threads that somebody may ask about."""

    waiting: tuple[Thread, ...] = ()
    """Those that wait for an answer, with the comments that may be read; oldest first."""
    closed: tuple[Thread, ...] = ()
    """Those that a person resolved with a last word of people in them."""
    unread: int = 0
    """Comments of people without a right to write, and comments that are newer than the request."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not read, in one sentence."""
        if not self.unread:
            return ()
        who = "newer or by people who may not write"
        return (f"{self.unread} comment(s) in review threads, {who}, were not read.",)


def read_threads(task: Task, side: PullSide, listening: Listening) -> Threads:
    """The threads of the pull request as of the task. Raises: ForgeError."""
    waiting, closed, unread = [], [], 0
    for thread in side.threads:
        comments = tuple(_readable(thread, task, listening))
        if not comments or (thread.is_resolved and is_ours(comments[-1], listening.own)):
            continue
        if thread.is_resolved and not _is_resolved_by_us(thread, comments, listening.own):
            closed.append(thread)
        elif _waits(comments, task, listening):
            waiting.append(replace(thread, comments=comments))
            unread += len(thread.comments) - len(comments)
    return Threads(tuple(waiting), tuple(closed), unread)


def _is_resolved_by_us(thread: Thread, comments: tuple[Comment, ...], own: Person) -> bool:
    """Whether it was our answer that resolved it: whoever speaks after that opens it again."""
    return thread.resolver.id in {0, own.id} and any(is_ours(comment, own) for comment in comments)


def leaves_threads(task: Task) -> bool:
    """Whether the command is about something else than the work, so that no thread is answered by it."""
    return task.command.verb in _NO_WORK


def is_about_threads(task: Task) -> bool:
    """Whether all that asks is a comment on lines, or the comments of a review without a text of its own."""
    return bool(task.comment.id) and (task.comment.kind is CommentKind.LINE or not is_text(task.comment))


def is_settled(task: Task, side: PullSide, threads: Threads) -> bool:
    """Whether such a request is answered: by our answer in its thread, or by our reaction where it is an order."""
    if not leaves_threads(task):
        return not is_in(task.comment, threads.waiting)
    comments = (*side.reviews, *(comment for thread in side.threads for comment in thread.comments))
    ours = (comment.own_reactions for comment in comments if comment.is_same(task.comment))
    return any(set(reactions) & set(DONE) for reactions in ours)


def is_in(comment: Comment, threads: tuple[Thread, ...]) -> bool:
    """Whether the comment, or the review it is, stands in one of the threads."""
    for thread in threads:
        for one in thread.comments:
            if comment.kind is CommentKind.LINE and one.id == comment.id:
                return True
            if comment.kind is CommentKind.REVIEW and one.review == comment.id:
                return True
    return False


def is_ours(comment: Comment, own: Person) -> bool:
    """Whether we wrote it: our account may be a person's, who writes as well, so our mark has to stand there too."""
    return bool(own.id) and comment.author.id == own.id and comment.body.startswith(OWN_MARKER)


def _readable(thread: Thread, task: Task, listening: Listening) -> Iterator[Comment]:
    """Our own comments, and those that authorised people made before the request. One review is one request."""
    for comment in thread.comments:
        is_own = is_ours(comment, listening.own)
        is_asked = comment.id == task.comment.id and task.comment.kind is CommentKind.LINE
        is_newer = max(comment.created_at, comment.updated_at) > task.as_of
        if is_newer and not (is_asked or _is_of_its_review(comment, task) or is_own):
            continue
        if is_own or (comment.body.strip() and listening.may_ask(comment.author)):
            yield comment


def _is_of_its_review(comment: Comment, task: Task) -> bool:
    """Whether the comment was submitted together with what asked."""
    review = task.comment.id if task.comment.kind is CommentKind.REVIEW else task.comment.review
    return bool(review) and comment.review == review


def _waits(comments: tuple[Comment, ...], task: Task, listening: Listening) -> bool:
    """Whether the last word is a request. An answer of ours in the thread is the answer."""
    last = comments[-1]
    if is_ours(last, listening.own):
        return is_for_all_suggestions(task) and any(parse_suggestion(comment.body) for comment in comments)
    command = parse_command(last.body, listening.policy.phrase)
    if command and command.verb in _NO_WORK:
        return False
    return listening.takes_all or listening.policy.comments == "any" or command is not None


def is_for_all_suggestions(task: Task) -> bool:
    """Whether the command asks for every open suggestion to be applied, ours among them."""
    return asks_to_apply_all(task.command.argument)


def suggestion_in(thread: Thread, task: Task, phrase: str) -> Suggestion | None:
    """The suggestion that the thread's last word makes or asks to apply; None where it asks for something else."""
    *before, last = thread.comments
    made = [found for comment in before if (found := parse_suggestion(comment.body))]
    found = parse_suggestion(last.body)
    if found and not last.body.startswith(OWN_MARKER):
        command = parse_command(found.words, phrase)
        words = command.argument if command else found.words
        return replace(found, words="" if asks_to_apply(words) else words)
    if found:
        made.append(found)
    command = parse_command(last.body, phrase)
    if not made or not (is_for_all_suggestions(task) or asks_to_apply(command.argument if command else last.body)):
        return None
    return replace(made[-1], words="")
