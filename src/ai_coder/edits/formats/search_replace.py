"""SEARCH/REPLACE blocks: a path, `<<<<<<< SEARCH`, old lines, `=======`, new lines, `>>>>>>> REPLACE`."""

from collections.abc import Sequence

from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.formats.path_line import path_in_prose, path_of_comment, path_of_info, path_of_line
from ai_coder.edits.formats.scan import DIVIDER, Block, Opening, Part, Text
from ai_coder.edits.operations import Reading, Replace
from ai_coder.edits.paths import PathBook

_MAX_DIVIDERS = 8


def parse_block(block: Block, number: int, path: str) -> Replace | Refusal:
    """The block as an operation on `path`, or why it is none."""
    if not block.is_closed:
        message = "The block is cut off: no `>>>>>>> REPLACE` line ends it. Answer with fewer or smaller blocks."
        return Refusal(number, path, Code.TRUNCATED, message)
    dividers = [index for index, line in enumerate(block.body) if DIVIDER.fullmatch(line)]
    if not dividers:
        message = "The block has no `=======` line between its SEARCH and its REPLACE part."
        return Refusal(number, path, Code.TRUNCATED, message)
    if len(dividers) > _MAX_DIVIDERS:
        message = (
            f"The block holds {len(dividers)} lines that look like its divider `=======`. Answer with smaller "
            "blocks, or with the whole file in a fence."
        )
        return Refusal(number, path, Code.AMBIGUOUS, message)
    readings = tuple(Reading(block.body[:index], block.body[index + 1 :]) for index in dividers)
    return Replace(number, path, readings)


def path_above(parts: Sequence[Part], index: int, book: PathBook) -> str:
    """The path that the part at `index` stands below, in its fence, in the fence's info string or above the fence."""
    at = _above_blank_lines(parts, index)
    part = parts[at] if at >= 0 else None
    if isinstance(part, Text):
        return path_of_comment(part.line, book) or path_in_prose(part.line, book)
    if not isinstance(part, Opening):
        return ""
    if found := path_of_info(part.info, book):
        return found
    at = _above_blank_lines(parts, at)
    part = parts[at] if at >= 0 else None
    if isinstance(part, Text):
        return path_of_line(part.line, book) or path_in_prose(part.line, book)
    return ""


def _above_blank_lines(parts: Sequence[Part], index: int) -> int:
    index -= 1
    while index >= 0 and is_blank(parts[index]):
        index -= 1
    return index


def is_blank(part: Part) -> bool:
    """Whether the part is a line without text."""
    return isinstance(part, Text) and not part.line.strip()
