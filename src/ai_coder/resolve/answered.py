"""What is answered, what is still to be done, and which reaction says so."""

from dataclasses import replace

from ai_coder.domain.kept import Kept
from ai_coder.domain.status_mark import WORKING, chosen_answers, request_id, request_ids, text_id
from ai_coder.domain.task import Command, Task, Verb
from ai_coder.resolve.commands import parse_command
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.orders import answer_order


def is_answered_already(task: Task, conversation: Conversation) -> bool:
    """Whether the answer stands already: this run comes after one that gave it, or beside it.

    A job that is run again is such a one, and so is an issue that is opened with the label, which makes two events.
    """
    mark, asked = conversation.mark, request_ids(task, ())
    if conversation.is_done:
        return not _is_half_told(asked, conversation)
    if not mark.is_answer or conversation.requests or conversation.threads or (task.is_sweep and mark.goes_on):
        return False
    if task.is_sweep and Kept.parse(conversation.status_text):
        return False
    if asked:
        return set(asked) <= set(mark.asked)
    is_later = task.is_sweep or conversation.status_at > task.as_of
    return is_later and (task.is_sweep or mark.text_id == text_id(task.issue))


def _is_half_told(asked: tuple[str, ...], conversation: Conversation) -> bool:
    """Whether the run that answered in the threads ended before it could tell so in the status comment."""
    kept = Kept.parse(conversation.status_text)
    return kept is not None and conversation.mark.status == WORKING and set(asked) <= set(kept.asked)


def resumed_runs(task: Task, conversation: Conversation) -> int:
    """How many scheduled runs in a row, with this one, nobody has said anything for."""
    mark, lasts = conversation.mark, (thread.comments[-1] for thread in conversation.threads)
    if not task.is_sweep or any(request_id(one) not in mark.asked for one in (*conversation.requests, *lasts)):
        return 0
    return mark.resumed + mark.goes_on


def resumed(task: Task, conversation: Conversation, phrase: str) -> Task:
    """The task with the order that is still to be carried out, where the event itself brings none."""
    if task.comment.id or task.command.verb is not Verb.WORK or task.command.argument:
        return task
    words = chosen_answers("", conversation.status_text)
    orders = [parse_command(comment.body, phrase) for comment in conversation.requests]
    if orders and all(order and answer_order(order) for order in orders):
        return replace(task, command=orders[-1] or task.command)
    verbs = {order.verb if order else Verb.WORK for order in orders}
    if verbs == {Verb.REVIEW} and not conversation.threads:
        return replace(task, command=orders[-1] or task.command)
    if verbs == {Verb.FIX_CI} and not conversation.threads:
        return replace(task, command=Command(Verb.FIX_CI))
    last = next((order for order in reversed(orders) if order and order.verb in {Verb.GO, Verb.PLAN}), None)
    if last:
        return replace(task, command=last)
    return replace(task, command=Command(Verb.WORK, words)) if words else task
