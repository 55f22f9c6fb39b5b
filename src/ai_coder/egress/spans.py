"""Pieces of Markdown that show a text exactly, and do nothing else: code spans and fences. Pure."""

import re
import unicodedata

_RUN = re.compile(r"`+")
_ACTIVE_LANGUAGES = frozenset({"mermaid", "math", "geojson", "topojson", "stl", "suggestion"})
"""Fences that GitHub draws, or lets a reader apply, instead of showing them."""
_COMMAND = re.compile(r"[/!][A-Za-z]")
_BOTS = re.compile(
    r"@(?=(?:all-?contributors|bors|claude|codex|coderabbitai|copilot|cursor|dependabot|devin|gemini|github-actions"
    r"|greptileai|homu|imgbot|jules|k8s-ci-robot|mergify|openhands|renovate|rust-?bot|rustbot|sweep)(?![A-Za-z0-9]))",
    re.IGNORECASE,
)
"""Programs that look for their name in the raw text of a comment, code or not."""
_SKIPS = re.compile(
    r"\[[ \t]*(?:(?:skip|no)[ _-]?(?:ci|actions|checks|azurepipelines|azp|appveyor|travis|gitlab|vercel|netlify|cd)"
    r"|(?:ci|actions|azurepipelines|azp|travis|gitlab|netlify|cd)[ _-]?skip)[ \t]*\]"
    r"|\*\*\*[ \t]*NO_CI[ \t]*\*\*\*|^[ \t]*skip-checks[ \t]*:[ \t]*true",
    re.IGNORECASE | re.MULTILINE,
)
"""What makes a CI system pass over a commit.

Source: https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs
"""
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b\u2060")


def plain(text: str) -> str:
    """The text with a line feed as its only line break, without control, bidi and tag characters and surrogates."""
    return "\n".join("".join(_sound(char) for char in line) for line in text.splitlines())


def _sound(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() or char == "\t" else ""
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    is_unseen = category == "Cc" or char in _BIDI or "\U000e0000" <= char <= "\U000e007f"
    return "" if is_unseen else char


def without_skips(text: str, instead: str = "") -> str:
    """The text without the words that make CI pass over a commit, also where one stands inside another."""
    while (shorter := _SKIPS.sub(instead, text)) != text:
        text = shorter
    return text


def unheard(text: str) -> str:
    """The text without the name of a program that listens for it in code, too."""
    return _BOTS.sub("@ ", text)


def code_span(text: str) -> str:
    """`text` as inline code on one line, in the cell of a table too; empty for nothing."""
    text = " ".join(text.splitlines())
    if not text:
        return ""
    if "|" in text:
        shown = "".join(char if char.isalnum() or char == " " else f"&#{ord(char)};" for char in text)
        return f"<code>{shown}</code>"
    fence = "`" * (max((len(run) for run in _RUN.findall(text)), default=0) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text.strip() else f"{fence}{text}{fence}"


def fenced(lines: list[str], indent: int = 0, language: str = "") -> list[str]:
    """The lines as a code block, whatever is in them.

    Its fence is longer than any inside, and all of its lines are indented alike, so that no list ends in the midst
    of it. An indentation beyond 3 could turn the fence itself into code, one of 1 belongs to no list.
    """
    margin = " " * (indent if indent in {2, 3} else 0)
    inside = max((len(run) for line in lines for run in _RUN.findall(line)), default=0)
    fence = "`" * max(3, inside + 1)
    shown = [f" {line}" if not margin and _COMMAND.match(line) else line for line in lines]
    name = "" if language.lower() in _ACTIVE_LANGUAGES else language
    body = [unheard(line) for line in shown]
    return [f"{margin}{line}" if line.strip() else "" for line in [fence + name, *body, fence]]
