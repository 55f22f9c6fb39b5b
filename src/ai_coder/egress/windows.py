"""Pieces of secrets in a text: any twelve characters in a row, blanks and unseen characters between them or not. Pure.

A piece that is cut off at either end, split over lines, written backwards or encoded is found by what is left of it.
The work is linear in the text: of each piece, some six characters stand at a place that is looked at.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

WINDOW = 12
_STRIDE = WINDOW // 2
_FEWEST_DIFFERENT = 5
"""A piece of fewer different characters is a line of dashes, not a secret."""
_BETWEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]+")


@dataclass(frozen=True, slots=True)
class _Known:
    windows: frozenset[str]
    probes: frozenset[str]
    """All that may stand at a place that is looked at, inside of a window."""


def pieces(text: str, secrets: tuple[str, ...]) -> list[tuple[int, int]]:
    """Begin and end of every piece in `text`, in order, none touching another."""
    known = _known(secrets)
    if not known.windows or len(text) < WINDOW:
        return []
    found: list[tuple[int, int]] = []
    for begin, end in _spans(_lower(_BETWEEN.sub("", text)), known):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    places = _stretches(text) if found else []
    return [(_place(places, begin), _place(places, end - 1) + 1) for begin, end in found]


def _spans(text: str, known: _Known) -> Iterator[tuple[int, int]]:
    """Windows of secrets in a text without blanks, overlapping ones one by one."""
    for at in range(0, len(text) - _STRIDE + 1, _STRIDE):
        if text[at : at + _STRIDE] in known.probes:
            for begin in range(max(at - _STRIDE, 0), at + 1):
                if text[begin : begin + WINDOW] in known.windows:
                    yield begin, begin + WINDOW


def _stretches(text: str) -> list[tuple[int, int]]:
    """Where the stretches between blanks stand: (place in the text without blanks, place in the text)."""
    places, length, at = [], 0, 0
    for gap in _BETWEEN.finditer(text):
        if gap.start() > at:
            places.append((length, at))
            length += gap.start() - at
        at = gap.end()
    return [*places, (length, at)]


def _place(places: list[tuple[int, int]], at: int) -> int:
    """Where the character at `at` of the squeezed text stands in the whole one."""
    low, high = 0, len(places)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if places[middle][0] <= at else (low, middle)
    return places[low][1] + at - places[low][0]


@lru_cache(maxsize=8)
def _known(secrets: tuple[str, ...]) -> _Known:
    windows = frozenset(window for secret in secrets for form in _forms(secret) for window in _windows(form))
    probes = frozenset(w[at : at + _STRIDE] for w in windows for at in range(WINDOW - _STRIDE + 1))
    return _Known(windows, probes)


def _windows(form: str) -> Iterator[str]:
    text = _lower(_BETWEEN.sub("", form))
    for at in range(len(text) - WINDOW + 1):
        window = text[at : at + WINDOW]
        if len(set(window)) >= _FEWEST_DIFFERENT:
            yield window


def _forms(secret: str) -> Iterator[str]:
    """The secret as it is, backwards, and in encodings whose parts encode parts of it."""
    content = secret.encode("utf-8", "surrogatepass")
    for form in (secret, content.hex(), quote(content, safe=""), "".join(f"%{byte:02x}" for byte in content)):
        yield form
        yield form[::-1]
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + content).decode().rstrip("=")
        inner = encoded[(0, 2, 3)[shift] : -1]
        for form in (inner, inner.translate(str.maketrans("+/", "-_"))):
            yield form
            yield form[::-1]


def _lower(text: str) -> str:
    """ASCII in lower case: the only letters that never change a text's length."""
    return text.translate(_LOWER) if not text.isascii() else text.lower()


_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
