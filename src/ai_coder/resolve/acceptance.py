"""Whether a stranger's issue still holds the text that a person accepted. Pure but for the look-up of roles."""

from collections.abc import Callable
from datetime import datetime

from ai_coder.domain.task import Issue, Person, Role
from ai_coder.resolve.trigger import objection
from ai_coder.settings import TriggerPolicy

LOOK_AGAIN = "Read it again, then take the label off and put it on again: that accepts the text as it stands."


def unseen_edit(issue: Issue, policy: TriggerPolicy, role_of: Callable[[Person], Role], seen_at: datetime) -> str:
    """Why a stranger's issue may hold another text than a person accepted, as a sentence; empty where it does not.

    Its author and people with write permission can edit it, and what the latter do is accepted by that.
    """
    if issue.edited_at <= seen_at:
        return ""
    if issue.edited_by.id and not objection(issue.edited_by, policy, role_of):
        return ""
    return f"issue #{issue.number} was, or may have been, edited by `{issue.author.login}` after it was accepted"
