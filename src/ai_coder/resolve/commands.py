"""A comment's text -> the command in it, or none. Pure.

The command is the first word of the first line that a person wrote themselves. Quoted text, code, HTML comments
and list items never hold one, so quoting somebody never repeats their order.
"""

import re

from ai_coder.domain.lookalikes import skeleton
from ai_coder.domain.task import Command, Verb
from ai_coder.domain.unseen import without_unseen

DEFAULT_PHRASE = "/ai_coder"
_ALIASES = {DEFAULT_PHRASE: ("/ai_coder", "/ai-coder")}
_BREAKS = re.compile(r"\r\n?")
_BLANKS = re.compile(r"[ \t]+")
_VERBS = {verb.value: verb for verb in Verb if verb is not Verb.WORK}
_WHOLE_TEXT = frozenset({Verb.PLAN, Verb.RETRY})
"""Verbs whose argument goes on after the first line."""
_MAX_LOOKED_AT = 64
_FIX_CI = re.compile(r"fix[ \t_-]{1,9}ci(?=[\s.,:;!?]|$)", re.ASCII | re.IGNORECASE)
_ENDS_OF_WORDS = ".,:;!?"


def parse_command(text: str, phrase: str = DEFAULT_PHRASE) -> Command | None:
    """The command that `text` begins with; None when it is an ordinary comment.

    The phrase is compared exactly and stands before a blank or the end of its line; the verb may be in upper or
    lower case and end in a punctuation mark. What is no verb is work to do: the whole text is its argument.
    """
    names = _ALIASES.get(phrase, (phrase,))
    if not phrase or not any(name in text for name in names):
        return None
    lines = _BREAKS.sub("\n", text).split("\n")
    start = _first_own_line(lines, names)
    if start is None:
        return None
    after = _after_phrase(lines[start], names)
    return None if after is None else _command(after, "\n".join(lines[start + 1 :]))


def is_near_miss(text: str, phrase: str = DEFAULT_PHRASE) -> bool:
    """Whether the text begins with something that a reader takes for the phrase, and that is not."""
    first = text.lstrip()[:_MAX_LOOKED_AT].split(maxsplit=1)
    if not phrase or not first:
        return False
    names = _ALIASES.get(phrase, (phrase,))
    word = first[0].rstrip(_ENDS_OF_WORDS)
    return word not in names and _skeleton(word) in {_skeleton(name) for name in names}


def _skeleton(word: str) -> str:
    """The word as it looks, whatever joins its parts."""
    return "".join(char for char in skeleton(without_unseen(word)) if char not in "_-.")


def _after_phrase(line: str, names: tuple[str, ...]) -> str | None:
    """What stands after the phrase at the beginning of a paragraph's line; None when the line begins otherwise."""
    words = line.lstrip(" ")
    if len(line) - len(words) > 3:  # noqa: PLR2004  four blanks make indented code
        return None
    for name in names:
        after = words.removeprefix(name)
        if after != words and (not after or after[0] in " \t"):
            return after.strip()
    return None


def _command(line: str, below: str) -> Command:
    """The command from the rest of its line and the lines below it."""
    word, rest = (*_BLANKS.split(line, maxsplit=1), "")[:2]
    if _FIX_CI.match(line):
        return Command(Verb.FIX_CI, f"{line}\n{below}".strip())
    verb = _VERBS.get(word.rstrip(_ENDS_OF_WORDS).lower()) if word.isascii() else None
    if verb is None:
        return Command(Verb.WORK, f"{line}\n{below}".strip())
    if verb in _WHOLE_TEXT:
        return Command(verb, f"{rest}\n{below}".strip())
    return Command(verb, rest.strip())


def _first_own_line(lines: list[str], names: tuple[str, ...]) -> int | None:
    """Number of the line that begins the first paragraph of the person's own; None when that is no command."""
    first = next((number for number, line in enumerate(lines) if line.strip(" \t")), None)
    if first is None or _after_phrase(lines[first], names) is not None:
        return first
    if not lines[first].lstrip(" ").startswith((">", "<!--", "[")):
        return None
    return _line_after_quotes(lines)


def _line_after_quotes(lines: list[str]) -> int | None:
    """The same, after the quotes, the HTML comments and the link definitions that begin the text.

    CommonMark decides what belongs to a quote: a line right below a quoted paragraph does.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415  costs 40 ms, which most comments need not spend

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    for token in parser.parse("\n".join(lines)):
        if token.level or token.type == "blockquote_close":
            continue
        if token.type in {"paragraph_open", "heading_open"} and token.map and token.markup in {"", "-", "="}:
            return token.map[0]
        is_unseen = token.type == "html_block" and _is_comment(token.content.strip())
        if not (is_unseen or token.type == "blockquote_open"):
            return None
    return None


def _is_comment(html: str) -> bool:
    """Whether the block is one HTML comment and nothing else."""
    return html.startswith("<!--") and html.find("-->", 4) == len(html) - 3
