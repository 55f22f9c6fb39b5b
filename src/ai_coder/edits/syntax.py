"""The syntax gate: what parsed before and does not after an edit is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ai_coder.edits.folding import indent
from ai_coder.edits.languages import first_error, has_parts, is_known
from ai_coder.edits.text import BOM, Hunk, common_ends

_MAX_HUNKS = 50
_MAX_LINES = 2_000
"""How far from a hunk its statement may begin or end."""
_STATEMENT = re.compile(r"[A-Za-z_@#/$]")
_DEFINITION = re.compile(r"[ \t]+(?:async def |def |class |@)")
_CONTINUES = re.compile(r"(?:else|elif|except|finally|catch|while|#(?:else|elif|endif))\b")


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the text after the edit does not parse."""

    line: int
    """From 1, in the text after."""
    hunk: Hunk
    """The hunk that broke it, in the text before."""


def find_broken(path: str, before: str, after: str, hunks: Sequence[Hunk]) -> Broken | None:
    """What the hunks broke; without hunks everything that differs counts as one.

    Only the statements at the left margin around each hunk are parsed, and the whole file where these are in doubt.
    """
    if not is_known(path):
        return None
    before, after = before.removeprefix(BOM), after.removeprefix(BOM)
    old, new = before.split("\n"), after.split("\n")
    parts = _parts(old, new, hunks) if has_parts(path) else [_whole(old, new)]
    for part in parts:
        if _inner_part_is_good(path, old, new, part):
            continue
        line = first_error(path, "\n".join(new[part.new.start : part.new.stop]))
        if line == 0:
            continue
        was_good = first_error(path, "\n".join(old[part.old.start : part.old.stop])) == 0
        whole, whole_before = first_error(path, after), first_error(path, before)
        if whole is None or whole_before is None:
            if line and was_good:
                return Broken(line + part.new.start, part.hunk)
        elif whole and not whole_before:
            return Broken(whole, part.hunk)
    return None


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines around a hunk, in the text before and after it."""

    old: range
    new: range
    hunk: Hunk


def _whole(old: Sequence[str], new: Sequence[str]) -> _Part:
    head, tail = common_ends(old, new)
    return _Part(range(len(old)), range(len(new)), Hunk(head, len(old) - tail, tuple(new[head : len(new) - tail])))


def _parts(old: Sequence[str], new: Sequence[str], hunks: Sequence[Hunk]) -> list[_Part]:
    """A part for each hunk, hunks in the same statements together."""
    if not 0 < len(hunks) <= _MAX_HUNKS:
        hunks = [_whole(old, new).hunk]
    parts: list[_Part] = []
    shift = 0
    for hunk in hunks:
        start, stop = _start(old, hunk.start), _stop(old, hunk.end)
        begin = start + shift
        shift += len(hunk.new) - (hunk.end - hunk.start)
        if parts and start < parts[-1].old.stop:
            last = parts.pop()
            joined = Hunk(last.hunk.start, hunk.end, (*last.hunk.new, *hunk.new))
            start, begin, stop = last.old.start, last.new.start, max(stop, last.old.stop)
            parts.append(_Part(range(start, stop), range(begin, stop + shift), joined))
        else:
            parts.append(_Part(range(start, stop), range(begin, stop + shift), hunk))
    return parts


def _inner_part_is_good(path: str, old: Sequence[str], new: Sequence[str], part: _Part) -> bool:
    """Whether the function or class of a Python file in which the hunk is parses on its own."""
    if not path.endswith(".py"):
        return False
    start = min(part.hunk.start, len(old)) - 1
    while start > part.old.start and not (_DEFINITION.match(old[start]) and not old[start - 1].strip()):
        start -= 1
    if start <= part.old.start:
        return False
    depth, stop = len(indent(old[start])), part.hunk.end + 1
    while stop < part.old.stop and (old[stop - 1].strip() or not old[stop].strip() or len(indent(old[stop])) > depth):
        stop += 1
    begin, end = start + part.new.start - part.old.start, min(stop, part.old.stop) + part.new.stop - part.old.stop
    return first_error(path, "\n".join(["if 1:", *new[begin:end]])) == 0


def _start(lines: Sequence[str], at: int) -> int:
    """The last line above `at` that begins a statement at the left margin."""
    at = min(at, len(lines)) - 1
    limit = max(at - _MAX_LINES, 0)
    while at > limit and not _begins(lines, at):
        at -= 1
    return max(at, 0)


def _stop(lines: Sequence[str], at: int) -> int:
    at += 1
    limit = min(at + _MAX_LINES, len(lines))
    while at < limit and not _begins(lines, at):
        at += 1
    return min(at, len(lines))


def _begins(lines: Sequence[str], at: int) -> bool:
    return bool(_STATEMENT.match(lines[at])) and not lines[at - 1].strip() and not _CONTINUES.match(lines[at])
