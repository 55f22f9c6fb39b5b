"""HTML comments and other unseen markup out of Markdown; in code, where GitHub shows it, it stays. Pure.

CommonMark decides what is a block of HTML (there a comment without an end hides the rest of the text, as in a browser)
and what is a paragraph (there it is shown). Processing instructions, declarations and CDATA sections are as invisible
as comments. Source: https://spec.commonmark.org/0.31.2/#html-blocks and #raw-html
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ai_coder.resolve.tooltips import IMAGE, TAG, TITLE, bare_link_end, bare_tag, bare_tags

_MAX_LINES = 2_000
"""A longer text is not parsed, which would take too long: nothing in it passes for code."""
_MAX_PASSES = 4
"""Taking one comment out may bring another to light; in a text that goes on like this nothing passes for code."""
_ENDS = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
"""Beginnings and ends of what is never shown; a declaration, `<!X`, ends at `>`."""
_UNSEEN = r"<!--|<\?|<!\[CDATA\[|<![A-Za-z]"
_HTML = re.compile(_UNSEEN)
_MARKUP = re.compile(rf"{_UNSEEN}|<[A-Za-z]|\]\(|!\[")
"""What nothing hides without."""
_COMMENT_END = re.compile(r"--!?>")
_INLINE = re.compile(
    rf"""
    \\.                                          # an escaped character
  | (?P<ticks>`+)
  | (?P<unseen>{_UNSEEN})
  | <[A-Za-z][A-Za-z0-9+.-]{{1,31}}:[^\s<>]*+>   # <address>
  | </[A-Za-z][A-Za-z0-9-]*+\s*+>
  | (?P<tag>{TAG})
  | (?P<image>{IMAGE})
  | (?P<opened>\[)
  | (?P<title>{TITLE})
    """,
    re.VERBOSE,
)
_BEGUN = re.compile(r"<(?:!(?:-|\[C?D?A?T?A?)?)?\Z")
"""The beginning of a beginning: what follows must not complete it."""
_BEGINS = re.compile(r"<(?=[!?])|<(?=[A-Za-z][A-Za-z0-9-]*\s)|\](?=\()|!(?=\[)")
"""Where a blank makes words of what could be markup with something unseen in it."""
_BARS = re.compile(r"((?<!\\)\|)")


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines `begin` to `end` (not included) that are no code."""

    kind: Literal["html", "paragraph", "row"]
    begin: int
    end: int


def without_comments(text: str) -> str:
    """The text as a reader of the rendered page sees it, apart from markup; doing it twice is doing it once."""
    for _ in range(_MAX_PASSES):
        if not _MARKUP.search(text):
            return text
        if text.count("\n") >= _MAX_LINES:
            break
        shorter = _one_pass(text)
        if shorter == text:
            return text
        text = shorter
    return _everywhere(text)


def _everywhere(text: str) -> str:
    """The text without comments in code or elsewhere, and without anything that could pass for the begin of markup."""
    kept, at = [], 0
    while (begin := text.find("<!--", at)) >= 0:
        kept.append(text[at:begin])
        end = text.find("-->", begin + 2)
        at = end + 3 if end >= 0 else len(text)
    return _BEGINS.sub(r"\g<0> ", bare_tags("".join([*kept, text[at:]])))


def _one_pass(text: str) -> str:
    """The text without what the page does not show of it as it stands."""
    lines = text.split("\n")
    kept: list[str] = []
    at = 0
    for region in _regions(text):
        kept += lines[at : region.begin]
        raw = "\n".join(lines[region.begin : region.end])
        shown, is_open = _in_html(raw) if region.kind == "html" else (_in_lines(raw, region.kind), False)
        kept.append(shown)
        if is_open:
            return "\n".join(kept)
        at = region.end
    return "\n".join([*kept, *lines[at:]])


def _regions(text: str) -> Iterator[_Region]:
    """Blocks of HTML, paragraphs and headings, rows of tables, in order; blocks of code are not among them."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  costs 40 ms, which a skipped event need not spend

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    end, is_table = 0, False
    for token in parser.parse(text):
        if token.type in {"table_open", "table_close"}:
            is_table = token.type == "table_open"
        if token.type in {"html_block", "inline"} and token.map and token.map[0] >= end:
            end = token.map[1]
            yield _Region("html" if token.type == "html_block" else "row" if is_table else "paragraph", *token.map)


def _in_html(html: str) -> tuple[str, bool]:
    """A block of HTML without what a browser hides, and whether a comment is still open at its end."""
    kept, at = [""], 0
    endless: set[str] = set()
    while found := _HTML.search(html, at):
        begin = found.start()
        _append(kept, html[at:begin])
        if found.group() == "<!--":
            at = _end_of_comment(html, begin)
            if at < 0:
                return bare_tags("".join(kept)), True
        else:
            end = _end_of(html, found, endless)
            at = end if end >= 0 else html.find(">", begin) + 1 or len(html)
    _append(kept, html[at:])
    return bare_tags("".join(kept)), False


def _end_of_comment(html: str, begin: int) -> int:
    """Where the comment ends for a browser; -1 for nowhere."""
    for short in ("<!-->", "<!--->"):
        if html.startswith(short, begin):
            return begin + len(short)
    found = _COMMENT_END.search(html, begin + 4)
    return found.end() if found else -1


def _end_of(text: str, found: re.Match[str], endless: set[str]) -> int:
    """Where CommonMark ends what begins at `found`; -1 for nowhere: it is shown as it stands.

    `endless` remembers which ends do not come again.
    """
    opening = found.group()
    ending = _ENDS.get(opening, ">")
    if ending in endless:
        return -1
    end = text.find(ending, found.start() + (2 if opening == "<!--" else len(opening)))
    if end < 0:
        endless.add(ending)
        return -1
    return end + len(ending)


def _in_lines(raw: str, kind: str) -> str:
    """A paragraph, or each cell of a row, which no code reaches across."""
    if not _MARKUP.search(raw):
        return raw
    return "".join(map(_in_text, _BARS.split(raw))) if kind == "row" else _in_text(raw)


def _in_text(text: str) -> str:
    """Running text without what CommonMark passes on as HTML that is not shown. Code spans bind as tightly as HTML."""
    runs: dict[int, list[int]] = defaultdict(list)
    for run in re.finditer("`+", text):
        runs[len(run.group())].append(run.start())
    kept, begin, at = [""], 0, 0
    endless: set[str] = set()
    links = 0
    while found := _INLINE.search(text, at):
        at = found.end()
        if found["ticks"]:
            starts = runs[len(found["ticks"])]
            nearest = bisect_left(starts, at)
            at = starts[nearest] + len(found["ticks"]) if nearest < len(starts) else at
            continue
        links += found["opened"] is not None
        end = _end_of(text, found, endless) if found["unseen"] else at
        shown = "" if found["unseen"] else _bare(found, is_link=links > 0)
        if end >= 0 and shown != found.group():
            _append(kept, text[begin : found.start()])
            _append(kept, shown)
            begin = at = end
    _append(kept, text[begin:])
    return "".join(kept)


def _bare(found: re.Match[str], *, is_link: bool) -> str:
    """A piece of markup without what no reader sees of it."""
    if found["tag"]:
        return bare_tag(found["tag"])
    if found["image"]:
        return "![]"
    return bare_link_end(found["title"]) if found["title"] and is_link else found.group()


def _append(kept: list[str], text: str) -> None:
    """Add to the pieces, a blank before it where together they would begin a comment."""
    if text and _BEGUN.search("".join(kept[-9:])[-9:]):
        kept.append(" ")
    if text:
        kept.append(text)
