"""Markdown -> as much of it as fits, still whole: nothing that was code becomes words by the cut. Pure."""

import re

from ai_coder.egress.spans import fenced

_FENCE = re.compile(r"^( {0,3})(`{3,}(?=[^`]*$)|~{3,})")


def truncate(markdown: str, max_chars: int) -> str:
    """The text, or its beginning and a sentence that says so; never longer than `max_chars` code points."""
    if len(markdown) <= max_chars:
        return markdown
    notice = f"*This text was cut: it holds {len(markdown):,} characters, and {max_chars:,} fit here.*"
    room = max_chars
    while room > 0:
        shown = "\n".join([*_whole_lines(markdown[:room]), "", notice])
        if len(shown) <= max_chars:
            return shown
        room -= max(len(shown) - max_chars, 1)
    return notice[:max_chars]


def truncate_bytes(markdown: str, max_bytes: int) -> str:
    """The same in bytes of UTF-8."""
    content = markdown.encode("utf-8", "replace")
    if len(content) <= max_bytes:
        return content.decode()
    room = len(content[:max_bytes].decode("utf-8", "ignore"))
    while len((shown := truncate(markdown, room)).encode("utf-8", "replace")) > max_bytes:
        room -= 1 + room // 100
    return shown


def _whole_lines(text: str) -> list[str]:
    """The lines up to a cut, everything that is open closed. A line cut in two is dropped, or code when it is long."""
    *lines, last = text.split("\n")
    margin, fence, details = _open(lines)
    if len(last) > len(text) // 2:
        lines += [last] if fence else fenced([last])
    return [*lines, *([margin + fence] if fence else []), *["</details>"] * details]


def _open(lines: list[str]) -> tuple[str, str, int]:
    """Margin and fence of the code block that is open after the lines, and how many `<details>` are."""
    margin, fence, details = "", "", 0
    for line in lines:
        found = _FENCE.match(line)
        if fence:
            if line.strip() and set(line.strip()) == {fence[0]} and len(line.strip()) >= len(fence):
                margin, fence = "", ""
        elif found:
            margin, fence = found.groups()
        else:
            details += line.count("<details") - line.count("</details>")
    return margin, fence, max(details, 0)
