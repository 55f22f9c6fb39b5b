"""Unified diffs, as `diff -u` and git print them, and as models imitate them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.formats.hunks import read_hunks
from ai_coder.edits.operations import Delete, Move, Operation, Write

_NOTHING = "/dev/null"
_EXTENDED = re.compile(
    r"(?:index |(?:new file|deleted file|old|new) mode |(?:dis)?similarity index |Binary files )",
)
_RENAME = re.compile(r"rename (from|to) (.*)")
_HEADER = re.compile(r"(?:---|\+\+\+)[ \t]+(?:\"([^\"\n]+)\"|([^\t\n]+))")
_GIT = re.compile(r"diff --git ")
_BODY = (" ", "+", "-", "@@", "\\")


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What a diff does to one file."""

    old: str
    new: str
    body: tuple[str, ...]
    is_rename: bool = False


def begins(lines: Sequence[str], at: int) -> bool:
    """Whether a file's part of a diff begins at the line."""
    if _GIT.match(lines[at]):
        return True
    return bool(
        _HEADER.fullmatch(lines[at]) and lines[at][0] == "-" and lines[at + 1 : at + 2] and _is_new(lines[at + 1])
    )


def _is_new(line: str) -> bool:
    return line.startswith("+++ ") and bool(_HEADER.fullmatch(line))


def read_file(lines: Sequence[str], at: int, end: int, *, is_fenced: bool) -> tuple[FileDiff, int]:
    """The part that begins at `at`, no further than `end`, and the index after it. A fence shows where it ends."""
    old = new = ""
    is_rename = False
    if _GIT.match(lines[at]):
        at += 1
        while at < end and (_EXTENDED.match(lines[at]) or _RENAME.fullmatch(lines[at])):
            if found := _RENAME.fullmatch(lines[at]):
                is_rename = True
                old, new = (found[2], new) if found[1] == "from" else (old, found[2])
            at += 1
    if at < end and begins(lines, at) and not _GIT.match(lines[at]):
        old, new = _path(lines[at]), _path(lines[at + 1])
        at += 2
    start = at
    while at < end and not begins(lines, at) and (is_fenced or not lines[at] or lines[at].startswith(_BODY)):
        at += 1
    return FileDiff(old, new, tuple(lines[start:at]), is_rename), at


def parse_file(diff: FileDiff, number: int) -> Iterator[Operation | Refusal]:
    """The part as operations, numbered from `number`; or why it is none."""
    body = diff.body
    signs = {line[:1] for line in body if not line.startswith("@@")}
    if diff.new.startswith("b/") and diff.old == _NOTHING:
        diff = replace(diff, new=diff.new.removeprefix("b/"))
    if diff.new == _NOTHING:
        yield Delete(number, diff.old)
        return
    if diff.old == _NOTHING and "-" not in signs and " " not in signs:
        is_ended = not any(line.startswith("\\ No newline") for line in body)
        lines = tuple(line[1:] for line in body if line.startswith("+"))
        yield Write(number, diff.new, lines, must_be_new=True, is_ended=is_ended)
        return
    path = diff.old if diff.is_rename else diff.new
    if diff.is_rename:
        yield Move(number, diff.old, diff.new)
        number += 1
    found = list(read_hunks(body, path, number))
    yield from found
    if not found and not diff.is_rename:
        message = "The diff changes nothing: it holds no line that begins with `+` or `-`."
        yield Refusal(number, path, Code.NO_CHANGE, message)


def _path(line: str) -> str:
    found = _HEADER.fullmatch(line)
    return (found[1] or found[2]).strip() if found else ""
