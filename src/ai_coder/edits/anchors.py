"""Anchors: lines that stand above an edit and say in which part of the file it is meant."""

from collections.abc import Sequence

from ai_coder.edits.folding import fold
from ai_coder.edits.haystack import Haystack

_CLOSERS = ("}", ")", "]", "end")


def scope_of(haystack: Haystack, anchors: Sequence[str]) -> range | None:
    """The lines that belong to the innermost anchor; None where an anchor is not found exactly once."""
    scope = range(len(haystack.lines))
    for anchor in anchors:
        at = _only(haystack.lines, scope, anchor)
        if at is None:
            return None
        scope = range(at, _end_of_block(haystack.lines, at, scope.stop))
    return scope


def _only(lines: Sequence[str], scope: range, anchor: str) -> int | None:
    wanted = fold(anchor)
    folded = [fold(lines[at]) for at in scope]
    for fits in (wanted.__eq__, lambda line: line.startswith(wanted), lambda line: wanted in line):
        found = [at for at, line in zip(scope, folded, strict=True) if fits(line)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _end_of_block(lines: Sequence[str], at: int, end: int) -> int:
    """The index after the last line that is indented deeper than the one at `at`, or closes it."""
    depth = _depth(lines[at])
    for index in range(at + 1, end):
        line = lines[index]
        is_closing = _depth(line) == depth and line.strip().startswith(_CLOSERS)
        if line.strip() and _depth(line) <= depth and not is_closing:
            return index
    return end


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
