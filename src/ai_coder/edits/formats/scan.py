"""Answer -> parts: SEARCH/REPLACE blocks, fences, and the lines between them. Knows no operation."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

HEAD = re.compile(r"(?:<{5,9}|>{5,9}|-{5,9}) SEARCH>?[ \t]*", re.IGNORECASE)
DIVIDER = re.compile(r"={5,9}[ \t]*")
END = re.compile(r"(?:>{5,9}|<{5,9}|\+{5,9}) REPLACE[ \t]*", re.IGNORECASE)
"""Markers stand at column 0: an indented row of equals signs is content."""
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(.*)")
_PEEK = 6
"""How many lines into a fence its first marker is looked for."""


@dataclass(frozen=True, slots=True)
class Text:
    """A line outside of blocks and of fences that hold text."""

    line: str


@dataclass(frozen=True, slots=True)
class Block:
    """The lines between a head and its end."""

    body: tuple[str, ...]
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced text."""

    mark: str
    """The characters that open it."""
    info: str
    body: tuple[str, ...]
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """The first line of a fence around blocks, which are parts of their own."""

    info: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The last line of a fence around blocks; `is_found` is False where the answer ends before it."""

    is_found: bool = True


Part = Text | Block | Fence | Opening | Closing


def split_lines(answer: str) -> list[str]:
    """The lines of an answer without their endings; a last line break starts no line."""
    lines = [line.removesuffix("\r") for line in answer.removeprefix("\ufeff").split("\n")]
    if not lines[-1]:
        lines.pop()
    return lines


def scan(lines: Sequence[str], names_file: Callable[[str], bool]) -> Iterator[Part]:
    """The parts in order. `names_file` tells whether a line inside a fence is the path of the block below it."""
    open_mark = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        if HEAD.fullmatch(line):
            block, at = _block(lines, at + 1)
            yield block
            continue
        fence = _FENCE.fullmatch(line)
        if not fence or (fence[1][0] == "`" and "`" in fence[2]):
            yield Text(line)
        elif open_mark and _closes(line, open_mark):
            open_mark = ""
            yield Closing()
        elif _leads_to_block(lines, at + 1, names_file):
            open_mark = fence[1]
            yield Opening(fence[2].strip())
        else:
            end = _end_of_fence(lines, at + 1, fence[1])
            yield Fence(fence[1], fence[2].strip(), tuple(lines[at + 1 : end]), end < len(lines))
            at = end
        at += 1
    if open_mark:
        yield Closing(is_found=False)


def _block(lines: Sequence[str], start: int) -> tuple[Block, int]:
    """The block whose body starts at `start`, and the index after it; a new head before the end leaves it open."""
    for index in range(start, len(lines)):
        if END.fullmatch(lines[index]):
            return Block(tuple(lines[start:index]), is_closed=True), index + 1
        if HEAD.fullmatch(lines[index]):
            return Block(tuple(lines[start:index]), is_closed=False), index
    return Block(tuple(lines[start:]), is_closed=False), len(lines)


def _leads_to_block(lines: Sequence[str], start: int, names_file: Callable[[str], bool]) -> bool:
    """Whether a head stands first in the fence, or below nothing but a path."""
    has_path = False
    for line in lines[start : start + _PEEK]:
        if HEAD.fullmatch(line):
            return True
        if line.strip():
            if has_path or not names_file(line):
                return False
            has_path = True
    return False


def _end_of_fence(lines: Sequence[str], start: int, mark: str) -> int:
    for index in range(start, len(lines)):
        if _closes(lines[index], mark):
            return index
    return len(lines)


def _closes(line: str, mark: str) -> bool:
    bare = line.rstrip()
    return len(bare) >= len(mark) and bare == mark[0] * len(bare)
