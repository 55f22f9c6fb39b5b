"""The request as the model reads it: the cleaned words of those who may ask, and what a person confirms first."""

from collections.abc import Iterator

from ai_coder.domain.outcome import Question, Questions
from ai_coder.domain.report import Status
from ai_coder.domain.status_mark import find_plan, find_questions, text_id
from ai_coder.domain.task import Task, Verb
from ai_coder.domain.unseen import hidden_words
from ai_coder.prompt import Asked
from ai_coder.resolve.clean import Cleaned, clean, shortened
from ai_coder.resolve.conversation import Conversation

_MAX_TITLE_CHARS, _MAX_BODY_CHARS = 300, 50_000
_MAX_UNSEEN = 8
"""More characters without a shape than slip into a text by themselves."""
_MAX_SHOWN = 300


def read_asked(task: Task, conversation: Conversation) -> Asked:
    """The cleaned words of everybody who may ask; long ones are shortened, and say so."""
    comments = [(said.comment.author.login, said.seen.text, said.is_request) for said in conversation.said]
    if task.command.argument and not task.comment.id:
        words = shortened(clean(task.command.argument).text, _MAX_BODY_CHARS)
        comments.append((task.requester.login, words, True))
    issue = task.issue
    text = conversation.status_text
    questions = text if conversation.mark.status == Status.NEED_INFO else find_questions(text)
    return Asked(
        shortened(clean(issue.title).text, _MAX_TITLE_CHARS),
        shortened(clean(issue.body).text, _MAX_BODY_CHARS),
        issue.author.login,
        tuple(comments),
        clean(questions).text.strip(),
        clean(find_plan(text)).text if task.command.verb in {Verb.GO, Verb.RETRY} else "",
    )


def confirmation(task: Task, conversation: Conversation) -> Questions | None:
    """What a person has to confirm before a text with much unseen in it is worked on; None for nothing.

    A text that an earlier answer was about is confirmed by whatever was said since.
    """
    is_known = conversation.mark.text_id == text_id(task.issue)
    texts = [] if is_known else [task.issue.title, task.issue.body]
    texts += [said.comment.body for said in conversation.said if said.is_request]
    texts += [thread.comments[-1].body for thread in conversation.threads]
    unseen = sum(clean(text).unseen for text in texts)
    if unseen <= _MAX_UNSEEN:
        return None
    words = " ".join(hidden_words("".join(texts)).split())[:_MAX_SHOWN]
    spelled = f" Some of them spell: {words}" if words else ""
    summary = f"The text holds {unseen} characters that no reader sees, and would be worked on without them.{spelled}"
    return Questions(summary, (Question("Is the text right as it is shown?", ("Yes, work on what can be read",)),))


def notes_on_text(task: Task, conversation: Conversation) -> Iterator[str]:
    """What the model was not shown of the texts."""
    seen = [clean(task.issue.title), clean(task.issue.body), *(said.seen for said in conversation.said)]
    if unseen := sum(one.unseen for one in seen):
        yield f"{unseen} invisible character(s) of the issue and its comments were left out."
    if _is_long(seen[1]):
        yield f"The issue is long: the model was shown {_MAX_BODY_CHARS:,} of its {len(seen[1].text):,} characters."


def _is_long(body: Cleaned) -> bool:
    return len(body.text) > _MAX_BODY_CHARS
