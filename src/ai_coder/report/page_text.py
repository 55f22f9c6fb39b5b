"""Foreign Markdown -> what a page shows of it: no HTML of theirs, no picture, links that lead to the web only."""

import json
from urllib.parse import urljoin, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_MAX_CHARS = 60_000


def markdown(text: str, base_url: str) -> Markup:
    """The text as HTML; `base_url` is where its relative links start."""
    shown = text if len(text) <= _MAX_CHARS else f"{text[:_MAX_CHARS]}\n\n…"
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable(["image"])
    tokens = parser.parse(shown)
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                _lead_outside(child, base_url)
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704  the parser escapes what is theirs


def _lead_outside(link: Token, base_url: str) -> None:
    """An absolute link to the web, or none; the page that it leads to learns nothing of this one."""
    target = urljoin(base_url, str(link.attrs.pop("href", "")))
    if urlsplit(target).scheme in {"http", "https"}:
        link.attrs = {"href": target, "rel": "noreferrer noopener nofollow"}


def named_arguments(arguments: str) -> tuple[tuple[str, str], ...]:
    """The arguments of a tool call by name, texts as they are; one nameless text where they are no object."""
    try:
        values = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return (("arguments", arguments),)
    if not isinstance(values, dict):
        return (("arguments", arguments),)
    return tuple((str(name), _text(value)) for name, value in values.items())


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


def cut(text: str, max_chars: int) -> str:
    """The beginning and the end of a long text."""
    if len(text) <= max_chars:
        return text
    head, tail = text[: max_chars * 3 // 4], text[len(text) - max_chars // 4 :]
    return f"{head}\n… ({len(text) - max_chars:,} characters are left out) …\n{tail}"
