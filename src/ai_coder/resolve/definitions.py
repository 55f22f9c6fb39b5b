"""Link definitions that no link uses, titles of the others and footnotes that nobody refers to, out of Markdown. Pure.

A page shows none of them: `[//]: # (words)` is a known way to hide words from readers.
Source: https://spec.commonmark.org/0.31.2/#link-reference-definitions
"""

import re
from collections.abc import Iterator
from typing import Any

_MAX_LINES = 2_000
"""A longer text is not parsed; what looks like a definition in it goes, in code too."""
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)++)\]")
_LINE = re.compile(r"^[ >\t]{0,12}\[(?!\^)[^\[\]\n]++\]:", re.MULTILINE)
_KEPT = re.compile(r"(.*?\]:\s*+(?:<[^<>\n]*+>|[^\s<]\S*+))", re.DOTALL)
_FOOTNOTE = re.compile(r" {0,3}\[(\^[^\[\]\s]++)\]:")


def without_definitions(text: str) -> str:
    """The text without what its links and footnotes do not need."""
    if "]:" not in text:
        return text
    lines = text.split("\n")
    if len(lines) > _MAX_LINES:
        return "\n".join(line for line in lines if not _LINE.match(line))
    found = _definitions(text, lines)
    inside = {number for begin, end, _ in found for number in range(begin, end)}
    used = {_folded(label) for label in _LABEL.findall("\n".join(_others(lines, inside)))}
    gone: dict[int, str | None] = {}
    for begin, end, label in found:
        gone |= dict.fromkeys(range(begin, end))
        if _folded(label) in used:
            kept = _KEPT.match("\n".join(lines[begin:end]))
            gone[begin] = kept[1] if kept and not label.startswith("^") else "\n".join(lines[begin:end])
    shown = (gone.get(number, line) for number, line in enumerate(lines))
    return "\n".join(line for line in shown if line is not None)


def _others(lines: list[str], inside: set[int]) -> Iterator[str]:
    """The lines outside of all definitions."""
    return (line for number, line in enumerate(lines) if number not in inside)


def _definitions(text: str, lines: list[str]) -> list[tuple[int, int, str]]:
    """First line, end and label of each definition, in order."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  costs 40 ms, which a skipped event need not spend

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    env: dict[str, Any] = {}
    tokens = parser.parse(text, env)
    named = [(one["map"], label) for label, one in env.get("references", {}).items()]
    named += [(one["map"], one["label"]) for one in env.get("duplicate_refs", [])]
    found = [(begin, end, label) for (begin, end), label in named]
    for token in tokens:
        footnote = _FOOTNOTE.match(lines[token.map[0]]) if token.type == "paragraph_open" and token.map else None
        if footnote and token.map and token.level == 0:
            found.append((token.map[0], token.map[1], footnote[1]))
    return sorted(found)


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()
