"""Suggestions in comments on lines: read, and laid over the file, whose line ends they take. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
"""A line with its line feed, or the last one without."""


_OPEN = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*?)[ \t]*")
_BREAKS = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is to take the place of the lines that the comment stands on."""

    lines: tuple[str, ...]
    """Without line feeds; none at all removes the lines."""
    words: str
    """What the comment says beside it."""


def parse_suggestion(body: str) -> Suggestion | None:
    """The one suggestion in the comment; None where there is none, or more than one to choose from.

    One that stands inside of another block of code is shown there, and suggests nothing.
    """
    lines, words, found = _BREAKS.sub("\n", body).split("\n"), [], []
    number = 0
    while number < len(lines):
        opened = _OPEN.fullmatch(lines[number])
        end = _end(lines, number + 1, opened[1]) if opened else number
        if opened and opened[2] == "suggestion":
            found.append(tuple(lines[number + 1 : end]))
        else:
            words += lines[number : end + 1]
        number = end + 1
    return Suggestion(found[0], "\n".join(words).strip()) if len(found) == 1 else None


def _end(lines: list[str], start: int, fence: str) -> int:
    """Number of the line that closes the fence, or of the end of the text."""
    for number in range(start, len(lines)):
        line = lines[number].strip(" \t")
        if line.startswith(fence) and not line.strip(fence[0]) and not lines[number].startswith("    "):
            return number
    return len(lines)


@dataclass(frozen=True, slots=True)
class LineSwap:
    """Lines `first` to `last`, counted from 1 and both included, and what takes their place."""

    first: int
    last: int
    lines: tuple[str, ...]
    """Without line ends; none removes the lines."""


def swap_lines(text: str, swaps: Iterable[LineSwap]) -> str:
    """The text with every swap carried out; line numbers are those of `text`.

    A new line ends as the lines that it replaces do, so that a file with CRLF keeps it. Raises: ValueError for lines
    that the text does not have, and for swaps that overlap.
    """
    lines = _LINE.findall(text)
    below = len(lines) + 1
    for swap in sorted(swaps, key=lambda swap: swap.first, reverse=True):
        if not 1 <= swap.first <= swap.last <= len(lines):
            msg = f"the file has no lines {swap.first} to {swap.last}"
            raise ValueError(msg)
        if swap.last >= below:
            msg = f"lines {swap.first} to {swap.last} overlap with other lines"
            raise ValueError(msg)
        above = lines[swap.first - 2 : swap.first - 1]
        lines[swap.first - 1 : swap.last] = _ended(swap.lines, lines[swap.first - 1 : swap.last], above)
        below = swap.first
    return "".join(lines)


def _ended(new: tuple[str, ...], old: list[str], above: list[str]) -> list[str]:
    """The new lines with line ends: the last one has that of the last old line, which may be none."""
    like = next((line for line in (*old, *above) if line.endswith("\n")), "")
    end = "\r\n" if like.endswith("\r\n") else "\n"
    last = old[-1][len(old[-1].rstrip("\r\n")) :]
    return [*(f"{line}{end}" for line in new[:-1]), *(f"{line}{last}" for line in new[-1:])]
