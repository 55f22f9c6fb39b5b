"""How often in a row failed checks alone start a run, and when they are left to people. Pure."""

from ai_coder.domain.report import Cannot, Status
from ai_coder.domain.task import Task
from ai_coder.resolve.conversation import Conversation

_MAX_ROUNDS = 3
"""Automatic rounds in a row, after which a person has to say something."""


def rounds_of(task: Task, conversation: Conversation) -> int:
    """How many automatic rounds in a row this run makes; a person's request begins anew."""
    is_asked_now = not (task.is_sweep or task.is_by_checks or task.requester.is_bot)
    is_by_person = is_asked_now or any(not comment.author.is_bot for comment in conversation.requests)
    before = 0 if is_by_person else conversation.mark.ci_rounds
    return min(before + task.is_by_checks, _MAX_ROUNDS + 1)


def too_many_rounds(task: Task, conversation: Conversation) -> Cannot | None:
    """The answer where the checks failed after every automatic round; None where another may be tried."""
    if not task.is_by_checks or rounds_of(task, conversation) <= _MAX_ROUNDS:
        return None
    reason = f"the checks still fail after {_MAX_ROUNDS} automatic rounds in a row"
    return Cannot(reason, "Say in a comment what to try, or comment `/ai_coder fix ci`.")


def left_to_people(task: Task, conversation: Conversation) -> str:
    """Why failed checks wait for a person who was told so already, as a sentence; empty where they do not."""
    mark = conversation.mark
    if not task.is_by_checks:
        return ""
    if mark.status == Status.NEED_INFO:
        return "a question waits for a person's answer"
    is_told = mark.is_answer and mark.ci_rounds > _MAX_ROUNDS and not conversation.requests
    return f"the checks still fail after {_MAX_ROUNDS} automatic rounds, as the status comment says" if is_told else ""
