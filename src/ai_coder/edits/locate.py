"""The ladder: where the old lines of a block stand. A rung is a way to look; exactly one place, or none."""

from collections.abc import Iterator, Sequence
from itertools import product

from ai_coder.edits.align import aligned
from ai_coder.edits.decoding import variants
from ai_coder.edits.elision import spread
from ai_coder.edits.folding import EXACT, FOLDED, LEVELS, TRIMMED, keys
from ai_coder.edits.haystack import Haystack
from ai_coder.edits.operations import Reading
from ai_coder.edits.places import Place, rows_between


def find_places(haystack: Haystack, readings: Sequence[Reading]) -> list[Place]:
    """The places on the first rung that has any, of lines that stand together. Raises: TooMuch."""
    for decoding, decoded in _decoded(readings):
        for reading in decoded:
            if found := list(_together(haystack, reading, EXACT, decoding)):
                return found
        known = [reading for reading in decoded if _has_all(haystack, reading)]
        for level in range(TRIMMED, len(LEVELS)):
            for reading in known:
                if found := list(_together(haystack, reading, level, decoding)):
                    return found
        for level in range(TRIMMED, len(LEVELS)):
            for reading in known:
                if found := list(_without_blanks(haystack, reading, level, decoding)):
                    return found
    return []


def _has_all(haystack: Haystack, reading: Reading) -> bool:
    """Whether every line that is not blank stands somewhere in the file."""
    places = haystack.shelf(FOLDED).places
    return all(key in places for key in keys(reading.old, FOLDED) if key)


def find_apart(haystack: Haystack, readings: Sequence[Reading]) -> list[Place]:
    """The places of lines that do not stand together: some are left out, some not quoted as they are."""
    decoded_readings = list(_decoded(readings))
    for decoding, decoded in decoded_readings:
        for reading in decoded:
            if found := spread(haystack, reading, _how("around lines that were left out", decoding)):
                return found
    for decoding, decoded in decoded_readings:
        for level, reading in product((TRIMMED, FOLDED), decoded):
            if rows := aligned(haystack, reading.old, level):
                how = _how("by the best alignment of its lines", decoding)
                return [Place(reading, each, level, how, is_aligned=True) for each in rows]
    return []


def _decoded(readings: Sequence[Reading]) -> Iterator[tuple[str, list[Reading]]]:
    """The readings that have something to be found, the longest first, decoding by decoding."""
    table: dict[str, list[Reading]] = {}
    for reading in reversed(readings):
        for name, variant in variants(reading):
            if not variant.is_blank:
                table.setdefault(name, []).append(variant)
    yield from table.items()


def _together(haystack: Haystack, reading: Reading, level: int, decoding: str) -> Iterator[Place]:
    how = _how(LEVELS[level] if level else "", decoding)
    for start in haystack.shelf(level).starts(keys(reading.old, level)):
        yield Place(reading, tuple(range(start, start + len(reading.old))), level, how)


def _without_blanks(haystack: Haystack, reading: Reading, level: int, decoding: str) -> Iterator[Place]:
    shelf = haystack.shelf(level, without_blanks=True)
    indexes = [index for index, line in enumerate(reading.old) if line.strip()]
    needle = keys([reading.old[index] for index in indexes], level)
    for start in shelf.starts(needle):
        pairs = zip(indexes, shelf.numbers[start : start + len(needle)], strict=True)
        rows = rows_between(reading.old, haystack.lines, dict(pairs))
        yield Place(reading, rows, level, _how("ignoring blank lines", decoding))


def _how(name: str, decoding: str) -> str:
    return " ".join(part for part in (name, f"without {decoding}" if decoding else "") if part)
