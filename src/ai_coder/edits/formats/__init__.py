"""Answer text -> operations. A parser is thin: it reads the layout, the engine judges the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.formats import patch, tool_call, unified_diff
from ai_coder.edits.formats.hunks import read_hunks
from ai_coder.edits.formats.path_line import path_of_comment
from ai_coder.edits.formats.scan import HEAD, Block, Closing, Envelope, Fence, Opening, Part, scan, split_lines
from ai_coder.edits.formats.search_replace import is_blank, parse_block, path_above
from ai_coder.edits.formats.whole_file import parse_fence, path_of_fence
from ai_coder.edits.operations import Operation, Parsed, Write
from ai_coder.edits.paths import PathBook

FORMATS = ("auto", "search_replace", "patch", "unified_diff", "whole_file", "tool_call")
"""The names of the formats; `auto` recognises all the others and lets them mix."""
_DIFF_INFO = frozenset({"diff", "patch", "udiff"})
_HOW = "Answer with SEARCH/REPLACE blocks, or with a path line and the whole file in a fence."
_LOOK_AHEAD = 2_000
"""Parts after a fence that are looked at to see whether it really ended there."""

Found = Operation | Refusal


def parse_answer(answer: str, book: PathBook, edit_format: str) -> Parsed:
    """The operations of the answer in order. Raises: ValueError on an unknown format."""
    if edit_format not in FORMATS:
        msg = f"edit format {edit_format!r} is none of {', '.join(FORMATS)}"
        raise ValueError(msg)
    if edit_format in {"auto", "tool_call"} and (calls := tool_call.read_calls(answer)):
        return _parsed([tool_call.parse_call(call, number) for number, call in enumerate(calls, start=1)], ())
    parts = tuple(scan(split_lines(answer), lambda line: bool(path_of_comment(line, book))))
    if edit_format in {"auto", "whole_file"} and (write := _only_fence(parts, book)):
        return _parsed([write], ["The only fence is read as the whole text of the only file."])
    reader = _Reader(parts, book, edit_format)
    return _parsed(list(reader.read()), reader.notes)


def _parsed(found: Sequence[Found], notes: Sequence[str]) -> Parsed:
    operations = tuple(item for item in found if not isinstance(item, Refusal))
    refusals = tuple(item for item in found if isinstance(item, Refusal))
    if not found:
        refusals = (Refusal(0, "", Code.NO_EDIT, f"The answer holds no edit that can be recognised. {_HOW}"),)
    return Parsed(operations, refusals, tuple(notes))


def _only_fence(parts: Sequence[Part], book: PathBook) -> Write | None:
    """A small model's answer: nothing but a fence, where there is only one file."""
    visible = [part for part in parts if not is_blank(part)]
    if len(visible) != 1 or len(book.paths) != 1:
        return None
    [part], [path] = visible, book.paths
    if not isinstance(part, Fence) or not part.is_closed or _has_head(part) or part.info.lower() in _DIFF_INFO:
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
    is_open: bool = False
    """Whether an envelope has begun and not ended."""

    def read(self) -> Iterator[Found]:
        """Operations and refusals, numbered in order."""
        for index, part in enumerate(self.parts):
            for found in self._read(index, part):
                self.number = max(self.number, found.block)
                yield found
        if self.is_open:
            message = "The patch is cut off: no `*** End Patch` line ends it. Answer with fewer or smaller hunks."
            yield Refusal(max(self.number, 1), self.path, Code.TRUNCATED, message)

    def _read(self, index: int, part: Part) -> Iterator[Found]:
        match part:
            case Block():
                yield from self._block(index, part)
            case Envelope(is_end=is_end):
                self.is_open = not is_end
            case patch.Section():
                yield from self._section(index, part)
            case unified_diff.FileDiff():
                yield from unified_diff.parse_file(part, self.number + 1)
            case Fence():
                yield from self._fence(index, part)
            case Closing(is_found=False) if not self.is_open:
                message = "The last fence is not closed, so the answer may be cut off. Send it completely."
                yield Refusal(max(self.number, 1), self.path, Code.TRUNCATED, message)
            case _:
                return

    def _section(self, index: int, section: patch.Section) -> Iterator[Found]:
        following = next((part for part in self.parts[index + 1 : index + 4] if not is_blank(part)), None)
        names_block = isinstance(following, Block | Opening) and not any(map(str.strip, section.body))
        if section.verb == "Update File" and names_block and not self.is_open:
            self.path = section.path
            return
        yield from patch.parse_section(section, self.number + 1)

    def _block(self, index: int, block: Block) -> Iterator[Found]:
        if self.edit_format == "whole_file":
            self.notes.append("A SEARCH/REPLACE block is passed over: whole files are asked for.")
            return
        only = next(iter(self.book.paths)) if len(self.book.paths) == 1 else ""
        self.path = path_above(self.parts, index, self.book) or self.path or only
        yield parse_block(block, self.number + 1, self.path)

    def _fence(self, index: int, fence: Fence) -> Iterator[Found]:
        number, path = self.number + 1, path_of_fence(self.parts, index, self.book)
        if fence.info.lower() in _DIFF_INFO and not path.endswith((".diff", ".patch")):
            yield from self._bare_diff(fence, number, path)
        elif not path and (calls := tool_call.read_calls("\n".join(fence.body))):
            for at, call in enumerate(calls, start=number):
                yield tool_call.parse_call(call, at)
        elif path and self.edit_format in {"auto", "whole_file"}:
            yield parse_fence(fence, number, path, self.parts[index + 1 : index + 1 + _LOOK_AHEAD])
        elif not fence.is_closed:
            message = "A fence is not closed, so the answer may be cut off. Send it completely."
            yield Refusal(number, "", Code.TRUNCATED, message)
        elif _has_head(fence):
            message = "SEARCH/REPLACE markers stand in a fence below other text. Put only the path above the block."
            yield Refusal(number, "", Code.MALFORMED, message)
        else:
            self.notes.append("A fence without a path line is passed over: it is no edit.")

    def _bare_diff(self, fence: Fence, number: int, path: str) -> Iterator[Found]:
        """A diff without the lines that name its file; those above the fence may."""
        path = path or self.path or (next(iter(self.book.paths)) if len(self.book.paths) == 1 else "")
        if not fence.is_closed:
            message = "A fence is not closed, so the answer may be cut off. Send it completely."
            yield Refusal(number, path, Code.TRUNCATED, message)
        elif not path:
            message = "The diff names no file. Put `--- path` and `+++ path` lines above its first hunk."
            yield Refusal(number, "", Code.UNKNOWN_PATH, message)
        else:
            yield from read_hunks(fence.body, path, number)


def _has_head(fence: Fence) -> bool:
    return any(HEAD.fullmatch(line) for line in fence.body)
