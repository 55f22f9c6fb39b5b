"""An accepted change -> the tool calls of a model that makes it. Pure, but for the blobs that it reads."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ai_coder.domain.source import RepoPath
from ai_coder.generate.policy import is_protected
from ai_coder.loopback.git_changes import FileDiff
from ai_coder.loopback.git_store import GitStore
from ai_coder.loopback.model import Call
from benchmarks.replay.trees import Sides, listing

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"(?a:[A-Za-z_]\w{3,})")
_MAX_ROW_CHARS = 300
"""What `search` shows of a line."""
_AROUND = 10
"""Lines read above and below a hunk."""
_REGULAR, _EXECUTABLE = "100644", "100755"


class Unplayable(Exception):
    """The tools cannot make such a change, and are not meant to."""


@dataclass(frozen=True, slots=True)
class Move:
    """One tool call, and what its answer has to hold."""

    call: Call
    expects: str

    @property
    def path(self) -> str:
        """The file it is about; empty where it is about none."""
        arguments = self.call.arguments
        return "" if isinstance(arguments, str) else str(arguments.get("path", ""))


Turn = tuple[Move, ...]
"""Calls that are made in one reply."""


@dataclass(frozen=True, slots=True)
class Script:
    """What the model does before it finishes."""

    turns: tuple[Turn, ...]
    files: int
    created: int
    deleted: int
    renamed: int


def script_of(sides: Sides) -> Script:
    """The calls that turn the base into the goal, hunk by hunk. Raises: Unplayable."""
    files = sorted(sides.store.changes(sides.base, sides.goal), key=lambda file: _ORDER.index(file.status))
    before, after = (listing(sides.store, tree) for tree in (sides.base, sides.goal))
    turns: list[Turn] = []
    for file in files:
        old = before.get(file.previous or file.path)
        new = after.get(file.path)
        _check(file, old[0] if old else "", new[0] if new else "")
        old_text = _text(sides.store, file, old[1]) if old else ""
        new_text = _text(sides.store, file, new[1]) if new else ""
        turns += _turns(file, old_text, new_text)
    if not turns:
        raise Unplayable("changes nothing")
    kinds = [file.status for file in files]
    return Script(tuple(turns), len(files), *(kinds.count(kind) for kind in ("added", "removed", "renamed")))


_ORDER = ("removed", "renamed", "modified", "added", "changed")
"""What has to make room comes first."""


def _check(file: FileDiff, old: str, new: str) -> None:
    """Raises: Unplayable."""
    modes = {mode for mode in (old, new) if mode}
    if not modes <= {_REGULAR, _EXECUTABLE}:
        raise Unplayable(f"{file.path} is a link or a submodule")
    if len(modes) > 1 or (not old and new == _EXECUTABLE):
        raise Unplayable(f"{file.path} becomes or ceases to be executable")
    for path in filter(None, (file.path, file.previous)):
        if is_protected(RepoPath.parse(path)):
            raise Unplayable(f"{path} is protected")


def _text(store: GitStore, file: FileDiff, name: str) -> str:
    """The blob as text. Raises: Unplayable."""
    content = store.blob(name) or b""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise Unplayable(f"{file.path} is not UTF-8") from None
    if "\0" in text:
        raise Unplayable(f"{file.path} is binary")
    return text


def _turns(file: FileDiff, old: str, new: str) -> Iterator[Turn]:
    """What is done with one file. Raises: Unplayable."""
    path = file.path
    if old.endswith("\n") and new and not new.endswith("\n"):
        raise Unplayable(f"{path} loses the end of its last line")
    match file.status:
        case "removed":
            yield (
                Move(
                    Call("read_file", {"path": path, "last_line": 5}),
                    _seen("".join(_lines(old)[:5])).removesuffix("\n"),
                ),
            )
            yield (Move(Call("edit_file", {"path": path, "delete": True}), "Written."),)
            return
        case "added":
            yield (Move(Call("edit_file", {"path": path, "old_text": "", "new_text": new}), "Written."),)
            return
        case "renamed":
            yield (Move(Call("edit_file", {"path": file.previous, "move_to": path}), "Written."),)
    now = _lines(old)
    for hunk in _hunks(file.patch or ""):
        yield from _turns_of_hunk(path, now, hunk)
        now[hunk.start : hunk.start + len(hunk.old)] = hunk.new
    if "".join(now) != new:
        msg = f"the hunks of {path} do not make what git makes of them"
        raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines with their ends, and where they stand once the hunks above were applied."""

    start: int
    """Counted from 0."""
    old: list[str]
    new: list[str]


def _hunks(patch: str) -> Iterator[Hunk]:
    """The hunks of one file's diff."""
    for part in re.split(r"(?m)^(?=@@ )", patch):
        found = _HUNK.match(part)
        if found is None:
            continue
        start, count = int(found[1]), int(found[2] or 1)
        sides: dict[str, list[str]] = {"-": [], "+": []}
        signs = ""
        for line in part.split("\n")[1:]:
            if line.startswith("\\"):
                for sign in signs:
                    sides[sign][-1] = sides[sign][-1].removesuffix("\n")
            signs = "-+" if line.startswith(" ") else line[:1]
            for sign in signs if line[:1] in {" ", "-", "+"} else "":
                sides[sign].append(line[1:] + "\n")
        yield Hunk(start - 1 if count else start, sides["-"], sides["+"])


def _turns_of_hunk(path: str, now: Sequence[str], hunk: Hunk) -> Iterator[Turn]:
    """Search and read in one turn, then edit."""
    first, last = _widened(now, hunk.start, hunk.start + len(hunk.old))
    above, below = now[first : hunk.start], now[hunk.start + len(hunk.old) : last]
    old, new = _seen("".join(now[first:last])), _seen("".join([*above, *hunk.new, *below]))
    looks = [*_search(path, now, first, last)]
    if now:
        lines = {"first_line": max(1, first + 1 - _AROUND), "last_line": last + _AROUND}
        looks.append(Move(Call("read_file", {"path": path, **lines}), old.removesuffix("\n")))
    if looks:
        yield tuple(looks)
    yield (Move(Call("edit_file", {"path": path, "old_text": old, "new_text": new}), "Written."),)


def _search(path: str, now: Sequence[str], first: int, last: int) -> Iterator[Move]:
    """A search for the longest word of these lines, which has to find the line."""
    words = [(word, number) for number in range(first, last) for word in _WORD.findall(now[number])]
    if not words:
        return
    word, number = max(words, key=lambda found: len(found[0]))
    glob = "/" + re.sub(r"([\\*?\[\]!# ])", r"\\\1", path)
    yield Move(
        Call("search", {"pattern": word, "glob": glob}), f"{path}:{number + 1}: {now[number].strip()[:_MAX_ROW_CHARS]}"
    )


def _widened(now: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """The range with as many lines around it as make it stand in the file once."""
    while last - first < len(now) and _times(now, now[first:last]) > 1:
        first, last = max(0, first - 1), min(len(now), last + 1)
    return first, last


def _times(now: Sequence[str], block: Sequence[str]) -> int:
    return sum(now[at : at + len(block)] == block for at in range(len(now) - len(block) + 1))


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    return _LINES.findall(text)


def _seen(text: str) -> str:
    """The text as `read_file` shows it, without a byte-order mark and with plain line ends."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")
