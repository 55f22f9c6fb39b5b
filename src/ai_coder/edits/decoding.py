"""The ways a model's text may be encoded once too often; each is undone for a block as a whole."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from ai_coder.edits.operations import Lines, Reading

_GUTTER = re.compile(r"[ \t]*\d{1,6}[ \t]*(?:\||:|→|│|\t)[ ]?")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#39|#x27|#34);")


def variants(reading: Reading) -> Iterator[tuple[str, Reading]]:
    """Every decoding of the reading that changes what is to be found, with its name; the most literal first."""
    for name, decode in (("line numbers", _without_gutter), ("HTML entities", _unescaped), ('`\\"`', _unquoted)):
        old = decode(reading.old)
        if old is not None and old != reading.old:
            new = decode(reading.new)
            yield name, replace(reading, old=old, new=reading.new if new is None else new)


def _without_gutter(lines: Lines) -> Lines | None:
    """Without line numbers, where every line that is not blank has one."""
    if all(_GUTTER.match(line) for line in lines if line.strip()):
        return tuple(_cut(line) for line in lines)
    numbered = sum(bool(_GUTTER.match(line)) for line in lines if line.strip())
    return tuple(_cut(line) for line in lines) if 2 * numbered > sum(bool(line.strip()) for line in lines) else None


def _cut(line: str) -> str:
    found = _GUTTER.match(line)
    return line[found.end() :] if found else line


def _unescaped(lines: Lines) -> Lines | None:
    return tuple(html.unescape(line) if _ENTITY.search(line) else line for line in lines)


def _unquoted(lines: Lines) -> Lines | None:
    return tuple(line.replace('\\"', '"') for line in lines)
