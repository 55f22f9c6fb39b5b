"""A text -> its definitions, and the runs of lines that belong together: functions, methods, heads of classes.

Light and for any language: a line that begins a definition begins a chunk, found by its words and its indentation.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

_MAX_LINES = 60
_MIN_LINES = 6
_DEFINITION = re.compile(
    rb"^[ \t]{0,12}(?:@[\w.]+[ \t]+)?"
    rb"(?:(?:export|default|declare|pub(?:\([\w: ]{1,30}\))?|public|private|protected|internal|static|final|abstract"
    rb"|async|unsafe|const|extern|inline|virtual|override|sealed|open|data|partial|synchronized|readonly)[ \t]+){0,6}"
    rb"(?:def|class|func|fn|function\*?|struct|enum|union|trait|impl(?:<[^>\n]{0,80}>)?|interface|type|module|mod"
    rb"|namespace|macro_rules!|protocol|extension|record|object|val|var|let|const|sub|proc|typedef|fun|defmodule|defp?"
    rb"|#define)[ \t]+(?:\([^)\n]{0,80}\)[ \t]*)?(?P<name>[A-Za-z_$][\w$]*)",
    re.MULTILINE,
)
_C_LIKE = re.compile(
    rb"^[ \t]{0,8}(?![ \t])"
    rb"(?!(?:return|else|if|for|while|switch|case|new|throw|await|yield|do|goto|delete|assert|super)\b)"
    rb"(?:[A-Za-z_][\w<>,.:?\[\]]{0,60}[ \t*&]{1,3}){0,6}(?P<name>[A-Za-z_$][\w$]*)[ \t]?\([^;\n]{0,200}$",
    re.MULTILINE,
)
_ASSIGNED = re.compile(
    rb"^[ \t]{0,4}(?:(?:module\.)?exports\.|[\w$.]{1,40}\.)?(?P<name>[A-Za-z_$][\w$]*)[ \t]*[:=][ \t]*(?:async[ \t]+)?"
    rb"(?:function\b|\([^)\n]{0,80}\)[ \t]*(?::[^=\n]{1,40})?=>)",
    re.MULTILINE,
)
_HEADS = (b"@", b"#", b"//", b"/*", b"* ", b"*/")
"""How decorators, attributes and comments above a definition begin."""
_BRACES = frozenset(
    {"c", "cc", "cjs", "cpp", "cs", "cxx", "dart", "groovy", "h", "hh", "hpp", "java", "js", "jsx", "kt", "m", "mjs"}
    | {"mm", "php", "scala", "swift", "ts", "tsx", "vue"}
)
"""Endings of languages in which a definition may begin with its type or its name."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines that belong together."""

    first: int
    """Counted from 1, as is `last`; both are included."""
    last: int
    names: tuple[str, ...]
    """What is defined in it."""
    start: int
    """Bytes from the file's beginning, as `end`."""
    end: int


def chunks(data: bytes, ending: str) -> list[Chunk]:
    """The file in order, without a gap."""
    starts = _line_starts(data)
    defined = _definitions(data, ending)
    firsts = _boundaries(data, starts, defined)
    found = []
    for first, after in zip(firsts, [*firsts[1:], len(starts)], strict=True):
        names = [name for line in range(first, after) for name in defined.get(starts[line], ())]
        end = starts[after] if after < len(starts) else len(data)
        found.append(Chunk(first + 1, after, tuple(names), starts[first], end))
    return found


def _line_starts(data: bytes) -> list[int]:
    """Where each line begins."""
    starts = [0, *accumulate(len(line) + 1 for line in data.split(b"\n"))]
    del starts[-1]
    return starts[:-1] if len(starts) > 1 and starts[-1] == len(data) else starts


def _definitions(data: bytes, ending: str) -> dict[int, list[str]]:
    """Names by the place of the line that defines them."""
    found: dict[int, list[str]] = {}
    patterns = [_DEFINITION, _ASSIGNED]
    if ending in _BRACES:
        patterns.append(_C_LIKE)
    for pattern in patterns:
        for match in pattern.finditer(data):
            names = found.setdefault(data.rfind(b"\n", 0, match.start("name")) + 1, [])
            name = match["name"].decode("ascii", "replace")
            if name not in names:
                names.append(name)
    return found


def _boundaries(data: bytes, starts: list[int], defined: dict[int, list[str]]) -> list[int]:
    """Line numbers, counted from 0, at which a chunk begins: definitions, pulled up to what stands close above."""
    firsts = [0]
    for line, start in enumerate(starts):
        if start in defined:
            top = _with_head(data, starts, line, firsts[-1])
            if top - firsts[-1] >= _MIN_LINES:
                firsts.extend(_cut(firsts[-1], top))
                firsts.append(top)
    firsts.extend(_cut(firsts[-1], len(starts)))
    return firsts


def _with_head(data: bytes, starts: list[int], line: int, floor: int) -> int:
    """The first line of the decorators and comments right above `line`."""
    while line - 1 > floor and data[starts[line - 1] : starts[line]].lstrip().startswith(_HEADS):
        line -= 1
    return line


def _cut(first: int, after: int) -> Iterator[int]:
    """Further beginnings inside lines `first` to `after`, so that no chunk is long."""
    count = -(-(after - first) // _MAX_LINES)
    return (first + (after - first) * number // count for number in range(1, count))
