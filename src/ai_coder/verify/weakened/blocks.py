"""A file of tests -> its tests, each with its lines. By indentation: what nobody formats is not found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ai_coder.verify.weakened.languages import PYTHON, Language, count_asserts, is_skip

_MARK = re.compile(r"\s*(?:@|#\[|\[\w)")
"""A line that belongs to the function below it."""
_CLOSING = re.compile(r"[\])}]|end\b")
_GROUP = re.compile(r"(?P<indent>\s*)class (?P<name>\w+)")
_EMPTY = re.compile(r"(?:pass|\.\.\.|return;?|\"\"\".*\"\"\"|'''.*'''|[{})\];,]+|=> \{\}\);?)$")


@dataclass(frozen=True, slots=True)
class TestBlock:
    """One test, from its marks to its last line."""

    __test__ = False  # pytest: no test class

    name: str
    lines: tuple[str, ...]
    body_at: int
    """Index of the first line behind the header."""
    language: Language

    @property
    def asserts(self) -> int:
        """How many assertions it holds."""
        return sum(count_asserts(line, self.language) for line in self.lines)

    @property
    def is_skipped(self) -> bool:
        """Whether a mark or a call keeps it from running."""
        return any(is_skip(line, self.language) for line in self.lines)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to run in it."""
        comment = self.language.comment
        body = (line.strip() for line in self.lines[self.body_at :])
        return all(not line or line.startswith(comment) or _EMPTY.match(line) for line in body)


def test_blocks(text: str, language: Language) -> dict[str, TestBlock]:
    """The tests by name; in Python by class and name."""
    lines = text.splitlines()
    headers = list(_headers(lines, language))
    ends = [header.first for header in headers[1:]] + [len(lines)]
    found: dict[str, TestBlock] = {}
    for header, end in zip(headers, ends, strict=False):
        last = _last(lines, header.number, end, language)
        name = header.name if header.name not in found else f"{header.name} ({header.number})"
        block = tuple(lines[header.first : last + 1])
        found[name] = TestBlock(name, block, header.number - header.first + 1, language)
    return found


@dataclass(frozen=True, slots=True)
class _Header:
    """Where a test begins."""

    name: str
    number: int
    """Index of the line."""
    first: int
    """Index of the first mark above it."""


def _headers(lines: Sequence[str], language: Language) -> Iterator[_Header]:
    """The first lines of tests. No test stands inside another: the next one ends it."""
    groups: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        if group := _GROUP.match(line) if language is PYTHON else None:
            groups = [(depth, name) for depth, name in groups if depth < len(group["indent"])]
            groups.append((len(group["indent"]), group["name"]))
        header = language.header.match(line)
        if header is None:
            continue
        first = _first(lines, number)
        if _is_test(lines[first:number], language):
            place = [name for depth, name in groups if depth < _indent(line)]
            name = header["name"] or header.groupdict().get("quoted") or ""
            yield _Header(".".join([*place, name]), number, first)


def _is_test(marks: Sequence[str], language: Language) -> bool:
    return not language.needs or any(need in mark for need in language.needs.split("|") for mark in marks)


def _first(lines: Sequence[str], header: int) -> int:
    """The first of the marks above the header; a mark may go over several lines."""
    first = header
    for number in range(header - 1, max(header - 40, -1), -1):
        line = lines[number]
        if not line.strip() or _indent(line) < _indent(lines[header]):
            break
        if _indent(line) == _indent(lines[header]):
            if _MARK.match(line):
                first = number
            elif not _CLOSING.match(line.strip()):
                break
    return first


def _last(lines: Sequence[str], header: int, end: int, language: Language) -> int:
    """The last line of the block that the header opens, before `end`."""
    indent, last = _indent(lines[header]), header
    is_text = _opens_text(lines[header], language)
    for number in range(header + 1, end):
        line = lines[number]
        if line.strip() and not is_text and _indent(line) <= indent:
            is_closing = _indent(line) == indent and bool(_CLOSING.match(line.strip()))
            if not is_closing or not line.rstrip().endswith((":", "{")):
                return number if is_closing and language is not PYTHON else last
        is_text ^= _opens_text(line, language)
        last = number if line.strip() else last
    return last


def _opens_text(line: str, language: Language) -> bool:
    """Whether a text of several lines begins or ends here."""
    return any(line.count(fence) % 2 for fence in language.fences)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
