"""What a program printed for a terminal -> plain lines: no colours, no overwritten progress. Linear in the text."""

import re

from ai_coder.domain.unseen import without_unseen

_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]"
)
"""Control sequences, strings for the terminal, and the short ones. Source: ECMA-48, sections 5.3 to 5.6."""
_MAX_LINE_CHARS = 2_000


def plain_lines(output: str) -> list[str]:
    """The lines as a reader of the terminal sees them in the end, long ones cut."""
    text = _ESCAPE.sub("", output.replace("\r\n", "\n").replace("\r\r\n", "\n"))
    return [_shown(line) for line in text.split("\n")]


def _shown(line: str) -> str:
    """The line as its last overwriting leaves it, roughly: what stands behind the last carriage return."""
    if "\r" in line:
        line = next((part for part in reversed(line.split("\r")) if part.strip()), "")
    line = line[:_MAX_LINE_CHARS].rstrip()
    return line if line.isascii() and line.isprintable() else without_unseen(line.replace("\u2028", " "))
