"""Hidden text out, visible text untouched: what the model reads is what a person saw. Pure, linear in the text."""

import re
from dataclasses import dataclass

from ai_coder.domain.unseen import without_unseen
from ai_coder.resolve.comments import without_comments
from ai_coder.resolve.definitions import without_definitions

_BREAKS = re.compile(r"\r\n?")
_MAX_PASSES = 4
"""Taking one thing out may bring another to light; a text that goes on like this loses its last definitions whole."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a reader of the page can see, and how much they could not."""

    text: str
    hidden: int = 0
    """Characters taken out, by both ways of hiding."""
    unseen: int = 0
    """Those of them that have no shape: nobody types these by the dozen, while templates are full of comments."""


def clean(text: str) -> Cleaned:
    """`text` as a reader sees it, its line breaks as line feeds. Cleaning twice is cleaning once."""
    given = _BREAKS.sub("\n", text)
    seen = without_unseen(given)
    shown = _without_unread(seen)
    return Cleaned(shown, max(len(given) - len(shown), 0), len(given) - len(seen))


def shortened(text: str, max_chars: int) -> str:
    """The text, or its beginning, its end and between them a line that says how much is left out."""
    if len(text) <= max_chars:
        return text
    note = "\n\n[... {} characters are left out here ...]\n\n"
    room = max_chars - len(note.format(len(text)))
    tail = max(room // 4, 0)
    head = max(room - tail, 0)
    return f"{text[:head]}{note.format(len(text) - head - tail)}{text[len(text) - tail :]}"


def _without_unread(text: str) -> str:
    """The text without what the page does not show of it, until nothing more goes."""
    for _ in range(_MAX_PASSES):
        shorter = without_definitions(without_comments(text))
        if shorter == text:
            return text
        text = shorter
    return without_comments(text.replace("]:", "] :"))
