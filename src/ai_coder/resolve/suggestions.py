"""Suggestions in comments on lines: the block that a reader may have applied, and the words that ask for it. Pure."""

import re
from dataclasses import dataclass

_OPEN = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*suggestion[ \t]*")
_BREAKS = re.compile(r"\r\n?")
_APPLY = re.compile(
    r"(?:please )?(?:do )?(?:apply|accept|commit|take)(?: (?:it|this|that|the|this one))?(?: suggestions?)?"
    r"|yes|yes,? please|yep|ok|okay|sure|do it|go ahead|\+1|👍",
    re.IGNORECASE,
)
_APPLY_ALL = re.compile(r"(?:please )?apply(?: all)?(?: of)?(?: the| your| my)?(?: open)? suggestions?", re.IGNORECASE)
_ENDS = " \t\n.!"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is to take the place of the lines that the comment stands on."""

    lines: tuple[str, ...]
    """Without line feeds; none at all removes the lines."""
    words: str
    """What the comment says beside it."""


def parse_suggestion(body: str) -> Suggestion | None:
    """The one suggestion in the comment; None where there is none, or more than one to choose from."""
    lines, words, found = _BREAKS.sub("\n", body).split("\n"), [], []
    number = 0
    while number < len(lines):
        opened = _OPEN.fullmatch(lines[number])
        number += 1
        if not opened:
            words.append(lines[number - 1])
            continue
        end = _end(lines, number, opened[1])
        found.append(tuple(lines[number:end]))
        number = end + 1
    return Suggestion(found[0], "\n".join(words).strip()) if len(found) == 1 else None


def _end(lines: list[str], start: int, fence: str) -> int:
    """Number of the line that closes the fence, or of the end of the text."""
    for number in range(start, len(lines)):
        line = lines[number].strip(" \t")
        if line.startswith(fence) and not line.strip(fence[0]) and not lines[number].startswith("    "):
            return number
    return len(lines)


def asks_to_apply(text: str) -> bool:
    """Whether the text does nothing but ask for the suggestion above it to be applied."""
    return bool(_APPLY.fullmatch(text.strip(_ENDS))) or asks_to_apply_all(text)


def asks_to_apply_all(text: str) -> bool:
    """Whether the text does nothing but ask for all suggestions to be applied."""
    return bool(_APPLY_ALL.fullmatch(text.strip(_ENDS)))
