"""The tools that look: `list_files`, `search`, `read_file`. What is cut says how much, and how to narrow it."""

import re

import re2
from pathspec import GitIgnoreSpec

from ai_coder.domain.source import RepoPath
from ai_coder.generate.arguments import Arguments, Misuse
from ai_coder.generate.overlay import Overlay

MAX_READ_CHARS = 16_000
MAX_SEARCH_CHARS = 10_000
_MAX_LISTED = 400
_MAX_LINE_CHARS = 300
_MAX_PATTERN_CHARS = 1_000
_MAX_PATTERN_BYTES = 8 << 20
_LEADING = re.compile(r"^(?:\.?/|\.$)*")
"""What may stand before a folder's name; the point of `.github` is part of it."""


def list_files(overlay: Overlay, arguments: Arguments) -> str:
    """The paths below a folder, or those that match a pattern."""
    folder, glob = _LEADING.sub("", arguments.text("folder", "")).rstrip("/"), arguments.text("glob", "")
    paths = [path.text for path in _matching(overlay, glob) if not folder or path.text.startswith(f"{folder}/")]
    if not paths:
        return "No file matches."
    more = len(paths) - _MAX_LISTED
    tail = [f"... and {more} more: give a `folder` or a `glob` to narrow it."] if more > 0 else []
    return "\n".join([*paths[:_MAX_LISTED], *tail])


def search(overlay: Overlay, arguments: Arguments) -> str:
    """The lines that match a regular expression, as `path:line: text`. Raises: Misuse, ForgeError."""
    pattern = _compiled(arguments.text("pattern"))
    unread = overlay.load_all()
    shown: list[str] = []
    found = room = 0
    for path in _matching(overlay, arguments.text("glob", "")):
        if (text := overlay.loaded(path)) is None or not pattern.search(text := _shown(text)):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if not pattern.search(line):
                continue
            found += 1
            row = f"{path}:{number}: {line.strip()[:_MAX_LINE_CHARS]}"
            room += len(row) + 1
            if room <= MAX_SEARCH_CHARS:
                shown.append(row)
    missing = [f"{unread} files could not be searched; read them one by one."] if unread else []
    if not found:
        return "\n".join(["No line matches.", *missing])
    more = found - len(shown)
    tail = [f"... and {more} more lines: narrow the pattern, or give a `glob`."] if more else []
    return "\n".join([*shown, *tail, *missing])


def read_file(overlay: Overlay, arguments: Arguments) -> str:
    """The lines of a file, all of them or a range. Raises: Misuse, ForgeError."""
    path = arguments.path()
    if reason := overlay.objection(path):
        raise Misuse(reason)
    lines = _shown(overlay.text(path) or "").split("\n")
    count = len(lines) - (not lines[-1])
    first = max(arguments.number("first_line", 1), 1)
    last = min(arguments.number("last_line", count), count)
    if first > last:
        return f"`{path}` has {count} lines."
    kept, room = first - 1, MAX_READ_CHARS
    while kept < last and room - len(lines[kept]) - 1 >= 0:
        room -= len(lines[kept]) + 1
        kept += 1
    head = f"{path}, lines {first} to {kept} of {count}:"
    if kept < first:
        return f"{path}, the beginning of line {first} of {count}:\n{lines[first - 1][:MAX_READ_CHARS]}"
    tail = [f"... cut here: read on with `first_line` {kept + 1}."] if kept < last else []
    return "\n".join([head, *lines[first - 1 : kept], *tail])


def _shown(text: str) -> str:
    """A file's text as the model sees it: without the mark of its encoding, its lines ended by line feeds."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _matching(overlay: Overlay, glob: str) -> list[RepoPath]:
    """The paths that match a pattern like those of .gitignore; all of them without one. Raises: Misuse."""
    if not glob:
        return overlay.paths
    try:
        spec = GitIgnoreSpec.from_lines([glob])
    except ValueError as error:
        raise Misuse(f"`glob` {glob!r} is no pattern like those of .gitignore.") from error
    return [path for path in overlay.paths if spec.match_file(path.text)]


def _compiled(pattern: str) -> re2._Regexp:
    """The expression for RE2, whose time is linear in the text, whatever a model writes. Raises: Misuse."""
    if not pattern or len(pattern) > _MAX_PATTERN_CHARS:
        raise Misuse(f"`pattern` has to hold 1 to {_MAX_PATTERN_CHARS} characters.")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_PATTERN_BYTES
    try:
        return re2.compile(f"(?m){pattern}", options)
    except re2.error as error:
        said = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise Misuse(f"The pattern is refused ({said}). It is RE2: without look-around and back-references.") from error
