"""A model that edits a file and quotes it badly: known before and after, and an answer that should lead there."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import assume
from hypothesis import strategies as st

from fakes.marker_soup import PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Line = tuple[str, str]
"""What becomes of a line (` ` kept, `-` removed, `+` added), and its text."""
Hunk = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a file is not its lines."""

    eol: str = "\n"
    has_mark: bool = False
    """Whether it begins with a byte order mark."""
    ends_with_eol: bool = True

    def text(self, lines: Sequence[str]) -> str:
        """The file."""
        end = self.eol if self.ends_with_eol and lines else ""
        return ("\ufeff" if self.has_mark else "") + self.eol.join(lines) + end


@dataclass(frozen=True, slots=True)
class Edited:
    """A file before and after some hunks that do not overlap."""

    before: str
    after: str
    hunks: tuple[Hunk, ...]


def _line(number: int, word: str, kind: int) -> str:
    """No two are alike, not even without their indentation; each holds what noises bend. Kinds 0 to 8."""
    indent, tail = "    " * (kind % 3), "  " if kind == 0 else ""
    return f'{indent}{word}_{number} = call("it\'s {number}") & {word}s[{number}];{tail}'


_KINDS = st.integers(0, 8)
_LINE_KINDS = st.lists(st.integers(0, 10), min_size=2, max_size=28)
"""From 9 on: a blank line."""


@st.composite
def edited_files(draw: st.DrawFn) -> Edited:
    """A file of unlike lines and blank ones, and one to three hunks of it with up to three lines around."""
    kinds = [draw(_KINDS), *draw(_LINE_KINDS), draw(_KINDS)]
    lines = ["" if kind > 8 else _line(n, "line", kind) for n, kind in enumerate(kinds)]
    shape = Shape(draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans()), draw(st.booleans()))
    after: list[str] = []
    hunks: list[Hunk] = []
    at = 0
    for number in range(draw(st.integers(1, 3))):
        if at == len(lines):
            break
        start = draw(st.integers(at, len(lines) - 1))
        hunk = _hunk(draw, lines[start : start + 8], number, is_end_kept=not shape.ends_with_eol)
        assume(any(text for op, text in hunk if op != "+"))  # a blank line alone stands everywhere
        after += lines[at:start] + [text for op, text in hunk if op != "-"]
        hunks.append(hunk)
        at = start + sum(op != "+" for op, _ in hunk)
    after += lines[at:]
    return Edited(shape.text(lines), shape.text(after), tuple(hunks))


def _hunk(draw: st.DrawFn, lines: list[str], number: int, *, is_end_kept: bool) -> Hunk:
    """Kept lines, then removed and added ones, then kept lines; something is kept or removed, something is changed."""
    above, removed, below = draw(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)))
    if is_end_kept:  # a last line without an end is not removed: whose end the new last line has would be a guess
        removed = min(removed, max(0, len(lines) - 1 - above))
    gone = [("-", text) for text in lines[above : above + removed]]
    rest = [(" ", text) for text in lines[above + removed : above + removed + below]]
    kept = [(" ", text) for text in lines[: above if gone or rest else max(1, above)]]
    kinds = draw(st.lists(_KINDS, min_size=0 if gone else 1, max_size=3))
    new = [("+", _line(100 * (number + 1) + n, "new", kind or 1)) for n, kind in enumerate(kinds)]
    return (*kept, *gone, *new, *rest)


def _each(bend: Callable[[str], str], ops: str = " -+") -> Callable[[Hunk], Hunk]:
    return lambda hunk: tuple((op, bend(text) if op in ops and text.strip() else text) for op, text in hunk)


def _outdent(hunk: Hunk) -> Hunk:
    indents = [len(text) - len(text.lstrip()) for _, text in hunk if text.strip()]
    cut = min(indents, default=0)
    return tuple((op, text[cut:] if text.strip() else text) for op, text in hunk)


def _number(hunk: Hunk) -> Hunk:
    return tuple((op, f"{n:4} | {text}") for n, (op, text) in enumerate(hunk, start=12))


def _without_one(is_wanted: Callable[[str], bool]) -> Callable[[Hunk], Hunk]:
    """Leaves out a kept line between kept ones that are not blank: elsewhere the place of a change would be open."""

    def bent(hunk: Hunk) -> Hunk:
        for n in range(1, len(hunk) - 1):
            above, line, below = hunk[n - 1 : n + 2]
            if {above[0], line[0], below[0]} == {" "} and above[1] and below[1] and is_wanted(line[1]):
                return hunk[:n] + hunk[n + 1 :]
        return hunk

    return bent


def _with_blank(before: Hunk, after: Hunk) -> Callable[[Hunk], Hunk]:
    """Adds blank lines, but not where one is removed: which of the two goes would be open."""
    return lambda hunk: hunk if ("-", "") in hunk else (*before, *hunk, *after)


def _typo(hunk: Hunk) -> Hunk:
    for n, (op, text) in enumerate(hunk):
        if op == " " and "call" in text:
            return (*hunk[:n], (op, text.replace("call", "clal")), *hunk[n + 1 :])
    return hunk


NOISES: dict[str, Callable[[Hunk], Hunk]] = {
    "trailing blanks": _each(lambda text: text + " \t", " -"),
    "no trailing blanks": _each(str.rstrip, " -"),
    "indented": _each(lambda text: "    " + text),
    "indented by a tab": _each(lambda text: "\t" + text),
    "not indented": _outdent,
    "tabs": _each(lambda text: text.replace("    ", "\t")),
    "typographic quotes": _each(lambda text: text.replace("'", "\u2019").replace('"', "\u201d"), " -"),
    "entities": _each(html.escape),
    "escaped quotes": _each(lambda text: text.replace('"', '\\"')),
    "line numbers": _number,
    "a blank line before": _with_blank(((" ", ""),), ()),
    "a blank line after": _with_blank((), ((" ", ""),)),
    "no blank line": _without_one(lambda text: not text),
    "a line left out": _without_one(bool),
    "a typo": _typo,
}


_INDENTATIONS = {"indented", "indented by a tab", "not indented", "tabs"}


def noises() -> st.SearchStrategy[list[str]]:
    """Up to three names of noises. Of indentation one at most: what two of them did together cannot be told apart."""
    names = st.sampled_from(sorted(NOISES))
    return st.lists(names, max_size=3, unique_by=lambda name: "indentation" if name in _INDENTATIONS else name)


def bend(hunk: Hunk, names: Sequence[str]) -> Hunk:
    """The hunk as a careless model writes it.

    A noise that leaves every quoted line as it is is left out: bent are then new lines only, which is another edit.
    """
    for name in names:
        bent = NOISES[name](hunk)
        if _quoted(bent) != _quoted(hunk):
            hunk = bent
    return hunk


def _quoted(hunk: Hunk) -> list[str]:
    return [text for op, text in hunk if op != "+"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How an answer is laid out."""

    is_patch: bool = False
    path_line: str = "PATH\n"
    fence: tuple[str, str] = ("", "")
    head: str = "<<<<<<< SEARCH"
    tail: str = ">>>>>>> REPLACE"
    is_reversed: bool = False
    eol: str = "\n"

    def answer(self, hunks: Sequence[Hunk]) -> str:
        """What the model sends."""
        ordered = hunks[::-1] if self.is_reversed else hunks
        text = self._patch(ordered) if self.is_patch else "\n".join(map(self._block, ordered))
        return text.replace("\n", self.eol)

    def _block(self, hunk: Hunk) -> str:
        old, new = ("".join(f"{text}\n" for op, text in hunk if op != other) for other in "+-")
        opening, closing = self.fence
        block = f"{self.head}\n{old}=======\n{new}{self.tail}\n"
        return self.path_line.replace("PATH", PATH) + opening + block + closing

    def _patch(self, hunks: Sequence[Hunk]) -> str:
        body = "".join("@@\n" + "".join(f"{op}{text}\n" for op, text in hunk) for hunk in hunks)
        return f"*** Begin Patch\n*** Update File: {PATH}\n{body}*** End Patch\n"


PLAIN = Layout()
PATCH = replace(PLAIN, is_patch=True)


_PATH_LINES = ["PATH\n", "**PATH**\n", "`PATH`:\n", "### PATH\n", "File: PATH\n", "I change `PATH`.\n\nPATH\n"]


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Any layout that is to be understood."""
    head, tail = draw(
        st.sampled_from(
            [
                ("<<<<<<< SEARCH", ">>>>>>> REPLACE"),
                ("<<<<< SEARCH", ">>>>> REPLACE"),
                ("<<<<<<< search", ">>>>>>> replace"),
                ("<<<<<<< SEARCH  ", ">>>>>>> REPLACE "),
                ("------- SEARCH", "+++++++ REPLACE"),
                (">>>>>>> SEARCH", "<<<<<<< REPLACE"),
            ]
        )
    )
    return Layout(
        is_patch=draw(st.booleans()),
        path_line=draw(st.sampled_from(_PATH_LINES)),
        fence=draw(st.sampled_from([("", ""), ("```\n", "```\n"), ("````text\n", "````\n"), ("~~~\n", "~~~\n")])),
        head=head,
        tail=tail,
        is_reversed=draw(st.booleans()),
        eol=draw(st.sampled_from(["\n", "\n", "\r\n"])),
    )
