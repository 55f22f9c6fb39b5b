"""What a reader of new code does not see as it is: the invisible, and letters that pass for others. Pure.

Source: CVE-2021-42574 (bidirectional overrides), CVE-2021-42694 (homoglyphs).
"""

import re
import unicodedata

from ai_coder.domain.lookalikes import skeleton
from ai_coder.domain.unseen import without_unseen

_PROSE = (".md", ".markdown", ".mdx", ".rst", ".txt", ".adoc", ".po", ".pot", ".html", ".htm", ".tex", ".csv")
"""Files in which words of any script stand beside each other."""
_WORD = re.compile(r"\w*[^\W\x00-\x7f]\w*")
_LINE_BREAKS = re.compile(r"\r\n?")
_PAGE_BREAK = "\f"
_BARE_RETURN = re.compile(r"\r(?!\n)")
"""Ends a line, and with it a comment, for compilers and interpreters; a reader of the diff sees one line."""


def unreadable(path: str, before: str, after: str) -> str:
    """Why a reader would not see what `after` says, as the rest of a sentence; empty where they would.

    What the file held before may stay: a string in Arabic, the mark of an encoding, a name in another script.
    """
    bare = _BARE_RETURN.search(after)
    if bare and not _BARE_RETURN.search(before):
        return f"would hold an invisible character, U+000D, in line {after.count(chr(10), 0, bare.start()) + 1}"
    text = _LINE_BREAKS.sub("\n", after)
    if text.isascii() and text.isprintable():
        return ""
    known = set(before)
    for number, line in enumerate(text.split("\n"), 1):
        hidden = _hidden(line, known)
        if hidden:
            return f"would hold an invisible character, U+{ord(hidden):04X}, in line {number}"
        if not line.isascii() and not path.lower().endswith(_PROSE):
            word = next((word for word in _WORD.findall(line) if _deceives(word) and word not in before), "")
            if word:
                strange = next(char for char in word if not char.isascii())
                return f"would hold a letter that looks like another, U+{ord(strange):04X}, in line {number}"
    return ""


def _hidden(line: str, known: set[str]) -> str:
    """The first new character without a shape; empty for none."""
    if line.isprintable() and line.isascii():
        return ""
    shown = without_unseen(line)
    if len(shown) == len(line):
        return ""
    gone = (char for char in line if char != _PAGE_BREAK and char not in known and without_unseen(f"a{char}a") == "aa")
    return next(gone, "")


def _deceives(word: str) -> bool:
    """Whether the word reads as an ASCII word, or mixes letters of ASCII with those of another script."""
    looks = skeleton(word)
    if looks.isascii():
        return True
    has_ascii = any(char.isascii() and char.isalpha() for char in word)
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in word if not char.isascii() and char.isalpha()}
    return has_ascii and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "FULLWIDTH", "MATHEMATICAL"})
