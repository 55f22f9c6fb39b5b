"""Answer text -> operations. A parser is thin: it reads the layout, the engine judges the rest."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.formats import one_line
from ai_coder.edits.formats.path_line import path_of_comment
from ai_coder.edits.formats.scan import HEAD, Block, Closing, Fence, Part, Text, scan, split_lines
from ai_coder.edits.formats.search_replace import is_blank, parse_block, path_above
from ai_coder.edits.formats.whole_file import parse_fence, path_of_fence
from ai_coder.edits.operations import Move, Operation, Parsed, Write
from ai_coder.edits.paths import PathBook

FORMATS = ("auto", "search_replace", "whole_file")
"""The names of the formats; `auto` recognises all the others and lets them mix."""
_DIFF = re.compile(r"(?:diff --git |--- \S|\+\+\+ \S|@@ -\d)")
_DIFF_INFO = frozenset({"diff", "patch", "udiff"})
_HOW = "Answer with SEARCH/REPLACE blocks, or with a path line and the whole file in a fence."


def parse_answer(answer: str, book: PathBook, edit_format: str) -> Parsed:
    """The operations of the answer in order. Raises: ValueError on an unknown format."""
    if edit_format not in FORMATS:
        msg = f"edit format {edit_format!r} is none of {', '.join(FORMATS)}"
        raise ValueError(msg)
    parts = tuple(scan(split_lines(answer), lambda line: bool(path_of_comment(line, book))))
    reader = _Reader(parts, book, edit_format)
    if edit_format != "search_replace" and (write := _only_fence(parts, book)):
        return Parsed((write,), notes=("The only fence is read as the whole text of the only file.",))
    found = list(reader.read())
    operations = tuple(item for item in found if not isinstance(item, Refusal))
    refusals = tuple(item for item in found if isinstance(item, Refusal))
    if not found:
        refusals = (Refusal(0, "", Code.NO_EDIT, f"The answer holds no edit that can be recognised. {_HOW}"),)
    return Parsed(operations, refusals, tuple(reader.notes))


def _only_fence(parts: Sequence[Part], book: PathBook) -> Write | None:
    """A small model's answer: nothing but a fence, where there is only one file."""
    visible = [part for part in parts if not is_blank(part)]
    if len(visible) != 1 or len(book.paths) != 1:
        return None
    [part], [path] = visible, book.paths
    if not isinstance(part, Fence) or not part.is_closed or _foreign(part, 1, path) or _has_head(part):
        return None
    return Write(1, path, part.body)


@dataclass(slots=True)
class _Reader:
    """The parts of one answer, read from top to bottom."""

    parts: Sequence[Part]
    book: PathBook
    edit_format: str
    notes: list[str] = field(default_factory=list)
    number: int = 0
    path: str = ""
    """Of the last block: the next one without a path is for the same file."""

    def read(self) -> Iterator[Operation | Refusal]:
        """Operations and refusals, numbered in order."""
        for index, part in enumerate(self.parts):
            match part:
                case Text():
                    found = self._line(index, part)
                case Block():
                    found = self._block(index, part)
                case Fence():
                    found = self._fence(index, part)
                case Closing(is_found=False):
                    message = "The last fence is not closed, so the answer may be cut off. Send it completely."
                    found = Refusal(self.number, self.path, Code.TRUNCATED, message)
                case _:
                    found = None
            if found:
                self.number = found.block
                yield found

    def _line(self, index: int, part: Text) -> Operation | Refusal | None:
        previous, following = self._text(index - 1), self._text(index + 1)
        if isinstance(one_line.parse_line(previous, part.line, 0), Move):
            return None
        return one_line.parse_line(part.line, following, self.number + 1)

    def _text(self, index: int) -> str:
        part = self.parts[index] if 0 <= index < len(self.parts) else None
        return part.line if isinstance(part, Text) else ""

    def _block(self, index: int, block: Block) -> Operation | Refusal | None:
        if self.edit_format == "whole_file":
            self.notes.append("A SEARCH/REPLACE block is passed over: whole files are asked for.")
            return None
        only = next(iter(self.book.paths)) if len(self.book.paths) == 1 else ""
        self.path = path_above(self.parts, index, self.book) or self.path or only
        return parse_block(block, self.number + 1, self.path)

    def _fence(self, index: int, fence: Fence) -> Operation | Refusal | None:
        number, path = self.number + 1, path_of_fence(self.parts, index, self.book)
        if refusal := _foreign(fence, number, path):
            return refusal
        if path and self.edit_format != "search_replace":
            return parse_fence(fence, number, path, self.parts[index + 1 : index + 1 + _LOOK_AHEAD])
        if not fence.is_closed:
            message = "A fence is not closed, so the answer may be cut off. Send it completely."
            return Refusal(number, "", Code.TRUNCATED, message)
        if _has_head(fence):
            message = "SEARCH/REPLACE markers stand in a fence below other text. Put only the path above the block."
            return Refusal(number, "", Code.NO_EDIT, message)
        self.notes.append("A fence without a path line is passed over: it is no edit.")
        return None


_LOOK_AHEAD = 2_000
"""Parts after a fence that are looked at to see whether it really ended there."""


def _has_head(fence: Fence) -> bool:
    return any(HEAD.fullmatch(line) for line in fence.body)


def _foreign(fence: Fence, number: int, path: str) -> Refusal | None:
    """The refusal of a fence that holds a patch: its lines are no file's text."""
    if path.endswith((".diff", ".patch")):
        return None
    is_diff = fence.info.lower() in _DIFF_INFO and bool(path)
    is_diff = is_diff or sum(bool(_DIFF.match(line)) for line in fence.body[:10]) > 1
    if not is_diff and not any(one_line.LINE.fullmatch(line) for line in fence.body):
        return None
    message = f"A patch in a fence is not read, nor are `***` lines in one. {_HOW}"
    return Refusal(number, path, Code.NO_EDIT, message)
