"""When two lines count as equal: the levels of the ladder, from exact to folded."""

import unicodedata
from collections.abc import Iterable, Sequence

EXACT, TRIMMED, STRIPPED, FOLDED = range(4)
LEVELS = ("exact lines", "ignoring trailing white space", "ignoring indentation", "ignoring typographic characters")

_TWINS = {
    "'": "‘’‚‛′ʼ",
    '"': "“”„‟″«»",
    "-": "‐‑‒–—―−",
    " ": "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "...": "…",
    "": "\u200b\u200c\u200d\u2060\ufeff",
}
TWIN_OF = {twin: plain for plain, twins in _TWINS.items() for twin in twins}
"""Typographic characters, each with what a keyboard has for it."""
_TABLE = str.maketrans(TWIN_OF)


def fold(line: str) -> str:
    """The line without blanks around it and with plain punctuation."""
    if line.isascii():
        return line.strip()
    return unicodedata.normalize("NFC", line).translate(_TABLE).strip()


def keys(lines: Iterable[str], level: int) -> list[str]:
    """What is compared on a level."""
    if level == EXACT:
        return list(lines)
    if level == TRIMMED:
        return [line.rstrip() for line in lines]
    if level == STRIPPED:
        return [line.strip() for line in lines]
    return [fold(line) for line in lines]


def indent(line: str) -> str:
    """The blanks a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def plain_characters(model: Sequence[str], file: Sequence[str]) -> dict[str, str]:
    """The typographic characters that the model wrote where the file has plain ones, by pairs of equal lines."""
    found: dict[str, str] = {}
    for ours, theirs in zip(model, file, strict=True):
        if not ours.isascii() and ours != theirs:
            found.update({char: TWIN_OF[char] for char in ours if char in TWIN_OF and char not in theirs})
    return found
