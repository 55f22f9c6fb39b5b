"""Hidden text out, visible text untouched: what the model reads is what a person saw. Pure, linear in the text."""

import re
from dataclasses import dataclass

from ai_coder.domain.unseen import without_unseen
from ai_coder.resolve.comments import without_comments

_BREAKS = re.compile(r"\r\n?")


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
    shown = without_comments(seen)
    return Cleaned(shown, max(len(given) - len(shown), 0), len(given) - len(seen))
