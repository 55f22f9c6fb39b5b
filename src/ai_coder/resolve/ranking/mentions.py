"""The issue's text -> paths, modules and traceback frames in it, as they are written there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MAX_MENTIONS = 400
_BLOB_URL = re.compile(r"https?://[^/\s]+/[^/\s]+/[^/\s]+/(?:blob|tree|blame)/[^/\s]+/([\w@.+\-/]+)(?:#L(\d+))?")
_URL = re.compile(r"\b(?:https?|ftp)://[^\s)>\]\"'`]+")
_PYTHON_FRAME = re.compile(r"File \"([^\"\n]+)\", line (\d+)")
_LINE_FRAME = re.compile(r"([\w@.+\-/\\]{3,300}\.\w{1,5})[\"')]{0,2},? (?:at |on )?line (\d+)")
"""As web frameworks and other tools than Python's own write a frame: `shop/app.py, line 12`."""
_JAVA_FRAME = re.compile(r"\bat ([\w.$]+)\.[\w$<>]+\((\w+\.(?:java|kt|scala|groovy)):(\d+)\)")
_PATH = re.compile(r"([\w@.+\-/\\]{3,300})(?:(?::|#L)(\d+))?")
_ENDING = re.compile(r"\w\.[A-Za-z]\w{0,7}$")
_FILE_ENDINGS = frozenset(
    {
        "c",
        "cc",
        "cfg",
        "cpp",
        "cs",
        "css",
        "go",
        "h",
        "hpp",
        "html",
        "ini",
        "java",
        "js",
        "json",
        "jsx",
        "kt",
        "md",
        "mjs",
    }
    | {"php", "py", "pyi", "rb", "rs", "rst", "scala", "sh", "swift", "toml", "ts", "tsx", "txt", "vue", "yaml", "yml"}
)
"""Last components that make of a dotted name the name of a file."""
_MODULE = re.compile(r"\b[A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*){1,12}")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the repository, as the issue names it."""

    parts: tuple[str, ...]
    """Folders and file name, or the components of a dotted name."""
    line: int = 0
    """0 where none is given."""
    is_module: bool = False
    """Dotted, as in `package.module.Name`."""
    is_frame: bool = False
    """Out of a traceback."""
    order: int = 0
    """Counted through the text."""


def mentions(text: str) -> Iterator[Mention]:
    """Every place the text names, each once, in the order of their forms: links, frames, paths, modules."""
    seen: set[tuple[tuple[str, ...], int, bool]] = set()
    for number, mention in enumerate(_all(text)):
        if number >= _MAX_MENTIONS:
            return
        key = (mention.parts, mention.line, mention.is_module)
        if mention.parts and key not in seen:
            seen.add(key)
            yield mention


def _all(text: str) -> Iterator[Mention]:
    for match in _BLOB_URL.finditer(text):
        yield Mention(_split(match[1]), int(match[2] or 0), order=match.start())
    text = _URL.sub(" ", text)
    for pattern in (_PYTHON_FRAME, _LINE_FRAME):
        for match in pattern.finditer(text):
            yield Mention(_split(match[1]), int(match[2]), is_frame=True, order=match.start())
        text = pattern.sub(_blank, text)
    for match in _JAVA_FRAME.finditer(text):
        folders = match[1].split(".")[:-1]
        yield Mention((*folders, match[2]), int(match[3]), is_frame=True, order=match.start())
    for match in _PATH.finditer(text):
        path = match[1].rstrip(".-+")
        if "/" in path or "\\" in path or _ENDING.search(path):
            line = int(match[2] or 0)
            yield Mention(_split(path), line, is_frame=bool(line), order=match.start())
    for match in _MODULE.finditer(text):
        parts = tuple(re.split(r"\.|::", match[0]))
        if parts[-1].lower() not in _FILE_ENDINGS:
            yield Mention(parts, is_module=True, order=match.start())


def _blank(match: re.Match[str]) -> str:
    """As many spaces, so that what follows keeps its place and no frame is read as a path too."""
    return " " * len(match[0])


def _split(path: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[/\\]", path) if part not in {"", ".", ".."})
