"""Markdown as GitHub shows it: a GFM renderer and GitHub's own published style sheet."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from fakes.peers import PEERS

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOX = re.compile(r"<li>(?:\n<p>)?\[([ x])\] ")
_FRAME = """
body { margin: 0; padding: 16px; background: var(--bgColor-default); }
article { border: 1px solid var(--borderColor-default); border-radius: 6px; margin: 0 auto 24px; padding: 16px; }
article { max-width: 830px; }
h6.name { margin: 0 auto 4px; max-width: 830px; color: gray; font: 12px monospace; }
.contains-task-list { padding-left: 1.5em; }
"""


def github_page(texts: Mapping[str, str]) -> str:
    """A page with each text in a frame of its own, under its name."""
    css = (PEERS / "node_modules" / "github-markdown-css" / "github-markdown.css").read_text(encoding="utf-8")
    parts = "".join(
        f'<h6 class="name">{html.escape(name)}</h6><article class="markdown-body">{_rendered(text)}</article>'
        for name, text in texts.items()
    )
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f'<!doctype html><html lang="en"><head>{head}<style>{css}{_FRAME}</style></head><body>{parts}</body></html>'


def _rendered(text: str) -> str:
    """GFM with its task lists; HTML comments stay, and show nothing."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    boxes = {" ": '<input type="checkbox" disabled>', "x": '<input type="checkbox" disabled checked>'}
    return _BOX.sub(lambda found: f'<li class="task-list-item">{boxes[found[1]]} ', parser.render(text))
