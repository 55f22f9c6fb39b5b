"""A suggestion laid over lines of a file: exactly those lines, with the file's own line ends. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
"""A line with its line feed, or the last one without."""


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
        lines[swap.first - 1 : swap.last] = _ended(swap.lines, lines[swap.first - 1 : swap.last])
        below = swap.first
    return "".join(lines)


def _ended(new: tuple[str, ...], old: list[str]) -> list[str]:
    """The new lines with line ends: the last one has that of the last old line, which may be none."""
    end = "\r\n" if old[0].endswith("\r\n") else "\n"
    last = old[-1][len(old[-1].rstrip("\r\n")) :]
    return [*(f"{line}{end}" for line in new[:-1]), *(f"{line}{last}" for line in new[-1:])]
