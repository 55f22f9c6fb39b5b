"""`Said`: comments that count, and how much of them the model is shown. Pure."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ai_coder.domain.task import NEVER, Comment, Task
from ai_coder.resolve.clean import Cleaned, clean, shortened

MAX_THREAD_CHARS, MAX_COMMENT_CHARS = 100_000, 20_000
"""Characters of the thread, and of one comment, that the model is shown."""
_MIN_COMMENT_CHARS, _COST_OF_CLEANING, _MAX_NAMED = 200, 8, 5


@dataclass(frozen=True, slots=True)
class Said:
    """A comment that counts, by a person who may write."""

    comment: Comment
    is_request: bool
    """Whether it waits for an answer; False for history."""
    seen: Cleaned = field(default_factory=lambda: Cleaned(""))
    """Its text as a reader sees it, as much of it as the model is shown."""


def shown_to_model(said: list[Said], task: Task) -> tuple[tuple[Said, ...], tuple[str, ...]]:
    """What the model is shown of the thread, oldest first, and a sentence for each kind of thing it is not.

    The request comes first, then the newest, until the room is used up. A text that is cleaned away costs room as
    well, since cleaning it takes time.
    """
    room, cut, shown = MAX_THREAD_CHARS, 0, dict[int, Said]()
    newest_first = sorted(range(len(said)), key=lambda place: (said[place].comment.is_same(task.comment), place))
    for place in reversed(newest_first):
        item = said[place]
        if room <= 0:
            break
        seen = clean(item.comment.body)
        text = shortened(seen.text, min(MAX_COMMENT_CHARS, max(room, _MIN_COMMENT_CHARS)))
        cut += text != seen.text
        room -= max(len(text), len(item.comment.body) // _COST_OF_CLEANING)
        shown[place] = replace(item, seen=replace(seen, text=text))
    left_out = len(said) - len(shown)
    notes = [f"The thread is long: its {left_out} oldest comment(s) were not shown to the model."] if left_out else []
    notes += [f"{cut} long comment(s) were shortened for the model."] if cut else []
    return tuple(shown[place] for place in sorted(shown)), tuple(notes)


def ignored_as_newer(newer: list[Comment]) -> tuple[str, ...]:
    """What is left to the next run, by whom and since when, in one sentence."""
    if not newer:
        return ()
    each = [f"by {one.author.login or 'nobody'}, {_when(max(one.created_at, one.updated_at))}" for one in newer]
    more = f", and {len(newer) - _MAX_NAMED} more" if len(newer) > _MAX_NAMED else ""
    return (f"Ignored, newer than the request: {len(newer)} comment(s) ({'; '.join(each[:_MAX_NAMED])}{more}).",)


def _when(moment: datetime) -> str:
    return "at an unknown time" if moment == NEVER else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def is_newer(comment: Comment, task: Task) -> bool:
    """Whether the comment may have been written or changed after the request; one without a time may have been.

    Times are whole seconds: of two comments of one kind and second, the one with the larger id came later.
    """
    if NEVER in {comment.created_at, comment.updated_at}:
        return True
    is_later = bool(task.comment.id) and comment.kind is task.comment.kind and comment.id > task.comment.id
    return is_later or max(comment.created_at, comment.updated_at) > task.as_of


def is_text(comment: Comment) -> bool:
    """Whether the comment says something; the text of a review may be empty, or an approval."""
    return bool(comment.body.strip()) and not comment.is_approval
