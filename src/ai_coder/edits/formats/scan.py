"""Answer -> parts: blocks, sections of patches and diffs, fences, and the lines between. Knows no operation."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ai_coder.edits.formats import patch, unified_diff

HEAD = re.compile(r"(?:<{5,9}|>{5,9}|-{5,9}) SEARCH>?[ \t]*", re.IGNORECASE)
DIVIDER = re.compile(r"={5,9}[ \t]*")
END = re.compile(r"(?:>{5,9}|<{5,9}|\+{5,9}) REPLACE[ \t]*", re.IGNORECASE)
"""Markers stand at column 0: an indented row of equals signs is content."""
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(.*)")
_HEREDOC = re.compile(r"(?:[\w./-]+[ \t]+)?<<-?[ \t]*['\"]?\w+['\"]?[ \t]*")
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
class Envelope:
    """The line `*** Begin Patch`, or `*** End Patch`."""

    is_end: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """The first line of a fence around blocks, which are parts of their own."""

    info: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The last line of a fence around blocks; `is_found` is False where the answer ends before it."""

    is_found: bool = True


Part = Text | Block | patch.Section | Envelope | unified_diff.FileDiff | Fence | Opening | Closing


def split_lines(answer: str) -> list[str]:
    """The lines of an answer without their endings; a last line break starts no line."""
    lines = [line.removesuffix("\r") for line in answer.removeprefix("\ufeff").split("\n")]
    if not lines[-1]:
        lines.pop()
    return lines


def scan(lines: Sequence[str], names_file: Callable[[str], bool]) -> Iterator[Part]:
    """The parts in order. `names_file` tells whether a line inside a fence is the path of the block below it."""
    scanner = _Scanner(lines, names_file)
    while scanner.at < len(lines):
        yield scanner.next_part()
    if scanner.fence:
        yield Closing(is_found=False)


@dataclass(slots=True)
class _Scanner:
    """Where in the answer we are."""

    lines: Sequence[str]
    names_file: Callable[[str], bool]
    at: int = 0
    fence: str = ""
    """The mark of the fence around blocks that is open."""
    in_envelope: bool = False
    _ends: dict[tuple[str, bool], int] = field(default_factory=dict)

    def next_part(self) -> Part:
        """The part that begins here; moves behind it."""
        line = self.lines[self.at]
        if HEAD.fullmatch(line):
            block, self.at = _block(self.lines, self.at + 1)
            return block
        if verb := patch.verb_of(line):
            return self._patch(verb)
        if unified_diff.begins(self.lines, self.at):
            end = self._end_of_patch()
            diff, self.at = unified_diff.read_file(self.lines, self.at, end, is_fenced=bool(self.fence))
            return diff
        return self._fence_or_text(line)

    def _patch(self, verb: str) -> Part:
        if verb in {"Begin Patch", "End Patch"}:
            self.at += 1
            self.in_envelope = verb == "Begin Patch"
            return Envelope(is_end=verb == "End Patch")
        end = self._end_of_patch()
        if not self.in_envelope and verb == "Update File" and self._names_block():
            end = self.at + 1
        section, self.at = patch.read_section(self.lines, self.at, end)
        return section

    def _names_block(self) -> bool:
        """Whether a block follows, in a fence or not, so that the line says no more than its path."""
        at = self.at + 1
        while at < len(self.lines) and not self.lines[at].strip():
            at += 1
        if at == len(self.lines):
            return False
        is_fence = bool(_FENCE.fullmatch(self.lines[at])) and _leads_to_block(self.lines, at + 1, self.names_file)
        return is_fence or bool(HEAD.fullmatch(self.lines[at]))

    def _end_of_patch(self) -> int:
        """Where the open fence closes, or a block begins; in an envelope neither counts but the fence around it."""
        state = (self.fence, self.in_envelope)
        if self._ends.get(state, 0) <= self.at:
            rest = range(self.at, len(self.lines))
            self._ends[state] = next((index for index in rest if self._ends_patch(self.lines[index])), len(self.lines))
        return self._ends[state]

    def _ends_patch(self, line: str) -> bool:
        if self.fence and _closes(line, self.fence):
            return True
        return not self.in_envelope and bool(HEAD.fullmatch(line))

    def _fence_or_text(self, line: str) -> Part:
        self.at += 1
        fence = _FENCE.fullmatch(line)
        if not fence or (fence[1][0] == "`" and "`" in fence[2]):
            return Text(line)
        if self.fence and _closes(line, self.fence):
            self.fence = ""
            return Closing()
        if _leads_to_block(self.lines, self.at, self.names_file):
            self.fence = fence[1]
            return Opening(fence[2].strip())
        start, end = self.at, _end_of_fence(self.lines, self.at, fence[1])
        self.at = end + 1
        return Fence(fence[1], fence[2].strip(), tuple(self.lines[start:end]), end < len(self.lines))


def _block(lines: Sequence[str], start: int) -> tuple[Block, int]:
    """The block whose body starts at `start`, and the index after it; a new head before the end leaves it open."""
    for index in range(start, len(lines)):
        if END.fullmatch(lines[index]):
            return Block(tuple(lines[start:index]), is_closed=True), index + 1
        if HEAD.fullmatch(lines[index]):
            return Block(tuple(lines[start:index]), is_closed=False), index
    return Block(tuple(lines[start:]), is_closed=False), len(lines)


def _leads_to_block(lines: Sequence[str], start: int, names_file: Callable[[str], bool]) -> bool:
    """Whether a block, a patch or a diff stands first in the fence, or below nothing but a path."""
    peeked = range(start, min(start + _PEEK, len(lines)))
    begin = next((at for at in peeked if _begins_edit(lines, at)), None)
    if begin is None:
        return False
    above = [line for line in lines[start:begin] if line.strip() and not _HEREDOC.fullmatch(line)]
    return not above or (len(above) == 1 and names_file(above[0]))


def _begins_edit(lines: Sequence[str], at: int) -> bool:
    line = lines[at]
    return bool(line) and bool(HEAD.fullmatch(line) or patch.verb_of(line) or unified_diff.begins(lines, at))


def _end_of_fence(lines: Sequence[str], start: int, mark: str) -> int:
    for index in range(start, len(lines)):
        if _closes(lines[index], mark):
            return index
    return len(lines)


def _closes(line: str, mark: str) -> bool:
    bare = line.rstrip()
    return len(bare) >= len(mark) and bare == mark[0] * len(bare)
