"""Foreign words -> Markdown that shows them, and does nothing else on the forge. Pure, linear in the text.

Nothing here trusts a parser to agree with GitHub's: what is to stay code is written anew in a form that is code for
every parser (a fence of its own, a code span on one line); every other backtick, bracket and tag is escaped. What
GitHub would act upon (a mention, a reference, an address) becomes a code span, in which it acts upon nothing.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from ai_coder.egress.spans import code_span, fenced, plain, unheard, without_skips

Piece = tuple[bool, str]
"""Whether it is code, and the text."""

_FENCE = re.compile(r"^([ \t]*)(`{3,}(?=[^`]*$)|~{3,})[ \t]*([A-Za-z0-9_+#.-]{0,30})")
_LINE_START = re.compile(
    r"^([\s>]{0,20}(?:[-*+][ \t]{1,4}|[0-9]{1,9}[.)][ \t]{1,4})?)"
    r"([/!][A-Za-z][\w-]{0,50}|(?:[A-Za-z][A-Za-z0-9]{0,20}-){1,4}(?:by|checks) {0,9}:)",
    re.IGNORECASE,
)
"""What a program takes for its command, or git for a trailer."""
_ESCAPES = re.compile(r"\\(.?)|(`+)")
_MARKUP = frozenset("\"$%'()*+,;=>?[\\]^_`{|}~")
"""Punctuation that keeps its backslash."""
_HIDEABLE = frozenset("@#:/&<.!-")
"""Punctuation that loses it: the backslash would only hide from us what GitHub acts upon."""
_PLAIN = re.compile(r"[A-Za-z0-9 ,.()-]*")
_NAMES_SOMETHING = re.compile(r"www\.|GH-|-by|-checks", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<unit>\\.)"
    r"|(?P<image>!)?\[(?P<text>[^\[\]]{0,300})\]\((?P<target>[^()\s]{0,2000})(?: {1,9}\"[^\"]{0,300}\")? {0,9}\)"
    r"|(?P<address>(?:https?://|ftp://|www\.|mailto:|xmpp:)[^\s<>\"'`|\\\[\]{}]*)"
    r"|(?P<active>@[A-Za-z0-9](?:[\w./-]*[\w/-])?|#[0-9]+|(?<![A-Za-z])GH-[0-9]+)"
    r"|(?P<escape>[\[\]]|~(?=~~)|<(?=[A-Za-z/!?])|&(?=[A-Za-z0-9#]))",
    re.IGNORECASE,
)
_IMAGE_TAG = re.compile(r"<img\b[^<>]{0,4000}>", re.IGNORECASE)
_BEFORE_LINK = ("", *" \t(*_\"'")
_AFTER_ADDRESS = "?!.,:;*_~)"


@dataclass(frozen=True, slots=True)
class Prose:
    """How foreign words are shown."""

    keep_mention: str = ""
    """The login whose first mention stays one."""
    link_prefix: str = ""
    """Files below this address stay links; empty for none."""

    def render(self, text: str) -> str:
        """The text as Markdown; it begins with an empty line where it begins with a code block."""
        blocks = list(self._blocks(without_skips(plain(text), "(CI)").split("\n")))
        if blocks and blocks[0].lstrip().startswith("```"):
            blocks.insert(0, "")
        return self._with_mention("\n".join(blocks))

    def line(self, text: str) -> str:
        """The text on one line, fit for a list item or the cell of a table."""
        words = " ".join(without_skips(plain(text), "(CI)").split())
        return self._with_mention(_join(self._pieces(words), bar="\\|"))

    def _with_mention(self, shown: str) -> str:
        if not self.keep_mention:
            return shown
        return re.sub(rf"`(@{re.escape(self.keep_mention)})`", r"\1", shown, count=1, flags=re.IGNORECASE)

    def _blocks(self, lines: list[str]) -> Iterator[str]:
        """The lines. Those of a fence get a new fence, those of a comment go."""
        last_close = max((number for number, line in enumerate(lines) if "-->" in line), default=-1)
        number = 0
        while number < len(lines):
            line = lines[number]
            number += 1
            opened = _FENCE.match(line)
            if opened:
                indent, fence, language = opened.groups()
                end = _end_of_fence(lines, number, fence)
                inside = [_dedent(line, len(indent)) for line in lines[number:end]]
                yield from fenced(inside, len(indent.expandtabs(4)), language)
                number = end + 1
            elif line.lstrip().startswith("<!--") and "-->" not in line and number <= last_close:
                number = next(at for at in range(number, len(lines)) if "-->" in lines[at])
                lines[number] = lines[number].partition("-->")[2]
            elif _does_nothing(line):
                yield line
            else:
                yield _join(self._pieces(line))

    def _pieces(self, line: str) -> Iterator[Piece]:
        """One line: its code spans, and between them words that do nothing."""
        for number, (is_code, text) in enumerate(_spans(line)):
            if is_code:
                yield True, text
                continue
            words = _IMAGE_TAG.sub("", _without_comments(text))
            start = _LINE_START.match(words) if number == 0 else None
            if start:
                yield False, start[1]
                yield True, start[2]
            yield from self._words(words[start.end() :] if start else words)

    def _words(self, text: str) -> Iterator[Piece]:
        """The text token by token. A link is unwrapped only where its words cannot run into those before it."""
        begin = at = 0
        while found := _TOKEN.search(text, at):
            at = found.end()
            is_joined = found.lastgroup == "target" and text[found.start() - 1 : found.start()] not in _BEFORE_LINK
            if is_joined:
                at = found.start() + len(found["image"] or "") + 1
            yield False, text[begin : found.start()]
            yield from [(False, f"{found['image'] or ''}\\[")] if is_joined else self._shown(found)
            begin = at
        yield False, text[begin:]

    def _shown(self, found: re.Match[str]) -> Iterator[Piece]:
        whole = found.group()
        match found.lastgroup:
            case "unit":
                yield False, whole
            case "active":
                yield True, whole
            case "address":
                bare = whole.rstrip(_AFTER_ADDRESS)
                allowed = self._allowed(bare)
                yield (False, allowed) if allowed else (True, _without_query(bare))
                yield False, whole[len(bare) :]
            case "escape":
                yield False, "&amp;" if whole == "&" else f"\\{whole}"
            case _:
                yield from self._link(found["text"], found["target"], is_image=bool(found["image"]))

    def _link(self, text: str, target: str, *, is_image: bool) -> Iterator[Piece]:
        """A link's text and its address; of an image the description."""
        address = "" if is_image else self._allowed(target)
        if is_image:
            yield False, "(image"
            yield False, ": " if text.strip() else ""
        elif address:
            yield False, "["
        yield from self._words(text)
        if is_image:
            yield False, ")"
        elif address:
            yield False, f"]({address})"
        else:
            yield False, " ("
            yield True, _without_query(target)
            yield False, ")"

    def _allowed(self, address: str) -> str:
        """The address without its query, where it may stay a link; else empty."""
        bare, _, fragment = address.partition("#")
        bare = bare.partition("?")[0]
        if not self.link_prefix or not bare.startswith(self.link_prefix) or "/.." in bare:
            return ""
        is_file = re.fullmatch(r"/(?:blob|tree)/[\w.~%/+-]*", bare[len(self.link_prefix) :])
        is_line = re.fullmatch(r"L[0-9]+(?:C[0-9]+)?(?:-L[0-9]+(?:C[0-9]+)?)?", fragment)
        return f"{bare}#{fragment}" if is_file and is_line else bare if is_file else ""


def _does_nothing(line: str) -> bool:
    """Whether the line is so plain that it need not be looked at token by token."""
    return _PLAIN.fullmatch(line) is not None and not _NAMES_SOMETHING.search(line)


def _join(pieces: Iterator[Piece], bar: str = "|") -> str:
    """The pieces as Markdown. Neighbouring code is one span: two would run together."""
    shown = ((is_code, text) for is_code, text in pieces if text)
    groups = (
        (is_code, "".join(text for _, text in group)) for is_code, group in groupby(shown, lambda piece: piece[0])
    )
    return "".join(code_span(unheard(text)) if is_code else text.replace("|", bar) for is_code, text in groups)


def _spans(line: str) -> Iterator[Piece]:
    """The line as code spans and words; the words with every backslash that stands for itself doubled."""
    starts: dict[int, list[int]] = defaultdict(list)
    for run in re.finditer("`+", line):
        starts[len(run.group())].append(run.start())
    words, at = "", 0
    while found := _ESCAPES.search(line, at):
        words += line[at : found.start()]
        at = found.end()
        escaped, ticks = found.groups()
        if escaped is not None:
            words += _unescaped(escaped)
            continue
        closing = starts[len(ticks)]
        nearest = bisect_right(closing, found.start() + len(ticks) - 1)
        if nearest == len(closing):
            words += "\\`" * len(ticks)
            continue
        yield False, words
        yield True, line[at : closing[nearest]]
        words, at = "", closing[nearest] + len(ticks)
    yield False, words + line[at:]


def _unescaped(char: str) -> str:
    """A backslash and `char` as they are to stand; one that escapes nothing stands for itself."""
    if char and char in _HIDEABLE:
        return char
    return f"\\{char}" if char and char in _MARKUP else f"\\\\{char}"


def _end_of_fence(lines: list[str], begin: int, fence: str) -> int:
    """Number of the line that closes the fence; that after the last for none."""
    closing = re.compile(rf"^[ \t]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
    return next((at for at in range(begin, len(lines)) if closing.match(lines[at])), len(lines))


def _dedent(line: str, indent: int) -> str:
    return line[min(indent, len(line) - len(line.lstrip(" \t"))) :]


def _without_comments(text: str) -> str:
    """The text without HTML comments; one that does not end is no comment."""
    kept, at = "", 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin + 2)) >= 0:
        kept += text[at:begin]
        at = end + 3
    return kept + text[at:]


def _without_query(address: str) -> str:
    bare, mark, _ = address.partition("?")
    return f"{bare}?…" if mark else bare
