"""Whole files: a line with the path, then a fence with the text."""

import re
from collections.abc import Sequence

from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.formats.path_line import path_of_info, path_of_line
from ai_coder.edits.formats.scan import Fence, Part, Text
from ai_coder.edits.operations import Write
from ai_coder.edits.paths import PathBook

_PROSE_ENDINGS = (".md", ".markdown", ".mdx", ".rst", ".txt", ".adoc")
_SHELLS = frozenset({"bash", "sh", "shell", "zsh", "console", "shell-session", "terminal", "powershell", "output"})
_CODE_ENDING = re.compile(r"\.(?!sh$|bash$|zsh$|ps1$|bats$|txt$|env$)[A-Za-z]\w*$")
_ITEM = re.compile(r"[ \t]*[-*+][ \t]")


def path_of_fence(parts: Sequence[Part], index: int, book: PathBook) -> str:
    """The path that the fence at `index` gives the text of; empty where it is a mere snippet."""
    fence = parts[index]
    above = [part.line for part in parts[max(index - 2, 0) : index] if isinstance(part, Text)]
    if not above[-1:] or (not above[-1].strip() and len(above) < 2):  # noqa: PLR2004 - a path and a blank line
        line = ""
    else:
        line = above[-1] if above[-1].strip() else above[0]
    path = "" if _ITEM.match(line) else path_of_line(line, book)
    info = fence.info if isinstance(fence, Fence) else ""
    if path and info.lower() in _SHELLS and _CODE_ENDING.search(path):
        return ""
    return path or path_of_info(info, book)


def parse_fence(fence: Fence, number: int, path: str, after: Sequence[Part]) -> Write | Refusal:
    """The fence as the text of `path`, or why it is none; `after` is the rest of the answer."""
    if not fence.is_closed:
        message = "The fence with the file's text is not closed, so the text may be cut off. Send it completely."
        return Refusal(number, path, Code.TRUNCATED, message)
    if _holds_fences(fence, path, after):
        message = (
            "The file's text holds lines of back-ticks, so its end is uncertain. Open and close its fence with more "
            "back-ticks than any line in it has."
        )
        return Refusal(number, path, Code.TRUNCATED, message)
    return Write(number, path, fence.body)


def _holds_fences(fence: Fence, path: str, after: Sequence[Part]) -> bool:
    """Whether the fence seems to end at a line that belongs to a fence in the text."""
    if any(line.startswith(fence.mark) and line.strip(fence.mark[0]).strip() for line in fence.body):
        return True
    if not path.lower().endswith(_PROSE_ENDINGS):
        return False
    following = next((part for part in after if not isinstance(part, Text)), None)
    return isinstance(following, Fence) and not following.info and following.mark.startswith(fence.mark)
