"""A review in one reply: the model sees the diff and the changed files, and writes its remarks."""

from ai_coder.domain.chat import Finish
from ai_coder.domain.outcome import Parked, Reviewed
from ai_coder.domain.report import Cannot
from ai_coder.generate.findings import parse_review
from ai_coder.generate.talk import Proposed, Talk


def review_in_one_reply(talk: Talk) -> Proposed:
    """The model's remarks. Raises: ModelError."""
    reply = talk.ask()
    if isinstance(reply, Cannot):
        return Proposed(Parked(reply.reason, reply.hint), talk.spent)
    if reply.finish is not Finish.STOP or not reply.text.strip():
        return Proposed(Cannot("the model wrote no review", "Comment `/ai_coder review` to try again."), talk.spent)
    summary, findings = parse_review(reply.text)
    return Proposed(Reviewed(summary, findings=findings), talk.spent)
