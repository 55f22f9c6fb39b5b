"""Markdown -> the destinations of its links, as GitHub finds them. Pure."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_MAX_CHARS = 70_000
"""A body holds 65,536."""
_MAX_LINKS = 500
_BEGINS = re.compile(r"\]\(|\]:|://|\[")
_SCHEME = re.compile(r"(?<![A-Za-z0-9])https?$", re.IGNORECASE)
_SCHEME_CHARS = 6
"""`https`, and what stands before it: the pending text may be long, and this is asked at every character."""
_ADDRESS = re.compile(r"://[^\s<]+")
_AFTER_ADDRESS = "?!.,:*_~'\""


def destinations(markdown: str) -> Iterator[str]:
    """Where each link leads, percent-encoded, in order: inline, by reference, `<address>` and bare address.

    Images, code, HTML and comments hold no links.
    """
    if "](" not in markdown and "://" not in markdown and "]:" not in markdown:
        return
    for block in _parser().parse(_first_links(markdown[:_MAX_CHARS])):
        for token in block.children or ():
            href = token.attrGet("href") if token.type == "link_open" else None
            if isinstance(href, str):
                yield href


def _first_links(markdown: str) -> str:
    """The text up to the link after which nobody reads on: a parser takes long for thousands of them."""
    begins = (found.start() for found in _BEGINS.finditer(markdown))
    end = next(islice(begins, _MAX_LINKS, None), None)
    return markdown[:end]


def _parser() -> "MarkdownIt":
    """CommonMark with the tables and the bare addresses of GitHub."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  costs 40 ms, which a skipped event need not spend

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.inline.ruler.after("text", "bare_address", _bare_address)
    return parser


def _bare_address(state: "StateInline", silent: bool) -> bool:  # noqa: FBT001  the parser's signature
    """At the colon of `https://...` in running text: one link, whatever markup its characters would be."""
    scheme = _SCHEME.search(state.pending[-_SCHEME_CHARS:]) if state.src[state.pos] == ":" else None
    found = _ADDRESS.match(state.src, state.pos) if scheme and not state.linkLevel else None
    if not scheme or not found:
        return False
    address = _trimmed(found.group())
    if not silent:
        state.pending = state.pending[: -len(scheme.group())]
        token: Token = state.push("link_open", "a", 1)
        token.attrs = {"href": state.md.normalizeLink(scheme.group() + address)}
        state.push("link_close", "a", -1)
    state.pos += len(address)
    return True


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it.

    Source: https://github.github.com/gfm/#autolinks-extension-
    """
    while address:
        shorter = address.rstrip(_AFTER_ADDRESS)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
    return address
