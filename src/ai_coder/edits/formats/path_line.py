"""The line that names the file of an edit, in the forms that models write."""

import re
from collections.abc import Sequence

from ai_coder.edits.paths import PathBook

_MAX_CHARS = 300
_MAX_SENTENCE = 2_000
_BULLET = re.compile(r"(?:#{1,6}|\d{1,3}[.)]|[-*+])[ \t]+")
_LABEL = re.compile(r"(?:new |the )?(?:file ?name|file ?path|file|path)[ \t]?:[ \t]*", re.IGNORECASE)
_REMARK = re.compile(r"[ \t]+\((?:new|new file|updated|modified|changed|created|edited|replaced)\)$", re.IGNORECASE)
_COMMENTS = (("//", ""), ("/*", "*/"), ("<!--", "-->"), ("#", ""), ("--", ""), (";", ""), ("%", ""))
_QUOTES = ("**", "__", "`", "*", '"', "'")
_LOOKS_LIKE_PATH = re.compile(r"[^\s`*<>|\"']*[^\s`*<>|\"'.:](?:/[^\s`*<>|\"'/]+|\.[A-Za-z_][\w+-]*)")
_WITHOUT_ENDING = frozenset(
    {"Makefile", "Dockerfile", "Containerfile", "LICENSE", "README", "CHANGELOG", "Gemfile", "Rakefile", "Procfile"}
    | {"Jenkinsfile", "Vagrantfile", "Justfile", "justfile", "Brewfile", "CODEOWNERS", "NOTICE", "AUTHORS"}
)
_DOTFILE = re.compile(r"\.[A-Za-z][\w.-]*")
_QUOTED = re.compile(r"`([^`\n]{1,200})`")


def path_of_line(line: str, book: PathBook) -> str:
    """The path when the line names a file and says nothing else; empty otherwise."""
    text = line.strip()
    if not text or len(text) > _MAX_CHARS:
        return ""
    return _chosen(_candidates(text), book)


def path_of_comment(line: str, book: PathBook) -> str:
    """The same for the first line in a fence, where the path may stand in a comment."""
    text = line.strip()
    for start, end in _COMMENTS:
        if text.startswith(start) and text.endswith(end):
            found = path_of_line(text.removeprefix(start).removesuffix(end), book)
            if found:
                return found
    return path_of_line(line, book)


def path_of_info(info: str, book: PathBook) -> str:
    """The path in a fence's info string: `x.py`, `python x.py`, `python:x.py`."""
    if len(info) > _MAX_CHARS:
        return ""
    word = info.strip().rpartition(" ")[2]
    return _chosen([_unquoted(text) for text in (info.strip(), word, word.partition(":")[2])], book)


def path_in_prose(line: str, book: PathBook) -> str:
    """The one existing file that the sentence names; empty when it names none or several."""
    words = line[:_MAX_SENTENCE].split() + _QUOTED.findall(line[:_MAX_SENTENCE])
    found = {path for word in words if (path := book.known(_unquoted(word.strip("()[],.;"))))}
    return found.pop() if len(found) == 1 else ""


def _chosen(candidates: Sequence[str], book: PathBook) -> str:
    """The first that is a file, else the first that could become one."""
    known = (text for text in candidates if text and book.known(text))
    return next(known, next((text for text in candidates if ":" not in text and _is_path(text)), ""))


def _candidates(text: str) -> list[str]:
    """The line as it is, and without everything that is put around a path."""
    plain = text
    for _ in range(2):
        plain = _BULLET.sub("", plain, count=1) if _BULLET.match(plain) else plain
    plain = _REMARK.sub("", _unquoted(plain))
    label = _LABEL.match(plain)
    plain = plain[label.end() :] if label else plain
    return [text, _unquoted(_REMARK.sub("", plain))]


def _unquoted(text: str) -> str:
    """Without colon and emphasis around it."""
    before = None
    while before != text:
        before = text
        text = text.strip().removesuffix(":")
        for mark in _QUOTES:
            if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
                text = text[len(mark) : -len(mark)]
    return text


def _is_path(text: str) -> bool:
    if "://" in text or text.endswith("/"):
        return False
    return bool(_LOOKS_LIKE_PATH.fullmatch(text) or _DOTFILE.fullmatch(text)) or text in _WITHOUT_ENDING
