"""Which comments are requests, and which of them have our answer."""

from collections.abc import Mapping

from ai_coder.domain.report import Status
from ai_coder.domain.task import Comment, CommentKind, Person
from ai_coder.ports import ReactionName, Tracker
from ai_coder.resolve.commands import parse_command
from ai_coder.settings import TriggerPolicy

ANSWERS: tuple[ReactionName, ...] = ("rocket", "confused", "+1")
"""Our reactions that say: this request is answered. Source: contract section 7."""
DONE: tuple[ReactionName, ...] = ("rocket", "+1")
"""Those of them after which there is nothing to try again."""


_REACTIONS: Mapping[str, ReactionName] = {
    Status.CHANGED: "rocket",
    Status.REVIEWED: "rocket",
    Status.PARKED: "rocket",
    Status.NO_CHANGE: "+1",
    Status.PLANNED: "+1",
}


def final_reaction(status: str) -> ReactionName:
    """Our reaction to a request that ended so. Source: contract section 7."""
    return _REACTIONS.get(status, "confused")


def is_request(comment: Comment, policy: TriggerPolicy) -> bool:
    """Whether the policy takes the comment for a request at all."""
    return policy.comments == "any" or parse_command(comment.body, policy.phrase) is not None


def is_answered(
    number: int, comment: Comment, own: Person, tracker: Tracker, answers: tuple[ReactionName, ...] = ANSWERS
) -> bool:
    """Whether one of our own final reactions stands there; the counts of the listing spare most look-ups."""
    if comment.kind is CommentKind.REVIEW:
        return bool(set(answers) & set(comment.own_reactions))
    counts = dict(comment.reaction_counts)
    return any(
        counts.get(reaction) and own.id in {person.id for person in tracker.reacted_by(number, comment.id, reaction)}
        for reaction in answers
    )
