"""The V4A envelope: `*** Begin Patch`, sections of files, hunks without line numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.formats.hunks import read_hunks
from ai_coder.edits.operations import Delete, Move, Operation, Write

_VERBS = "Begin Patch|End Patch|Update File|Add File|Delete File|Move File|Rename File|Move to"
DIRECTIVE = re.compile(rf"\*\*\*[ \t]*({_VERBS})\b[ \t]*:?[ \t]*(.*)")
_QUOTES = "`\"'"


@dataclass(frozen=True, slots=True)
class Section:
    """What a patch does to one file."""

    verb: str
    path: str
    target: str
    """The new path; empty where it stays."""
    body: tuple[str, ...]
    is_ended: bool
    """Whether something says that it is complete."""


def verb_of(line: str) -> str:
    """The directive that the line is; empty where it is none."""
    found = DIRECTIVE.fullmatch(line.rstrip()) if line.startswith("***") else None
    return found[1] if found else ""


def read_section(lines: Sequence[str], at: int, end: int) -> tuple[Section, int]:
    """The section that begins at `at`, no further than `end`, and the index after it."""
    found = DIRECTIVE.fullmatch(lines[at].rstrip())
    verb, path, target = (found[1], _bare(found[2]), "") if found else ("", "", "")
    at += 1
    if at < end and verb_of(lines[at]) == "Move to":
        moved = DIRECTIVE.fullmatch(lines[at].rstrip())
        target = _bare(moved[2]) if moved else ""
        at += 1
    start = at
    if verb in {"Update File", "Add File"}:
        while at < end and not verb_of(lines[at]):
            at += 1
    return Section(verb, path, target, tuple(lines[start:at]), is_ended=at < end), at


def parse_section(section: Section, number: int) -> Iterator[Operation | Refusal]:
    """The section as operations, numbered from `number`; or why it is none."""
    path = section.path
    if not path:
        yield Refusal(number, "", Code.BAD_PATH, f"`*** {section.verb}` names no path.")
    elif section.verb == "Delete File":
        yield Delete(number, path)
    elif section.verb == "Add File":
        yield _added(section, number)
    elif section.verb == "Update File":
        yield from _updated(section, number)
    elif section.target:
        yield Move(number, path, section.target)
    else:
        message = "The move names no new path. Put `*** Move to: new/path` on the next line."
        yield Refusal(number, path, Code.TRUNCATED, message)


def _added(section: Section, number: int) -> Write | Refusal:
    body = list(section.body)
    while body and not body[-1].strip():
        body.pop()
    if not all(line.startswith("+") or not line.strip() for line in body):
        message = "Every line of a file to be added begins with `+`; one of these does not."
        return Refusal(number, section.path, Code.MALFORMED, message)
    return Write(number, section.path, tuple(line[1:] for line in body), must_be_new=True)


def _updated(section: Section, number: int) -> Iterator[Operation | Refusal]:
    if section.target:
        yield Move(number, section.path, section.target)
        number += 1
    found = list(read_hunks(section.body, section.path, number))
    yield from found
    if not found and not section.target:
        message = "The section changes nothing: it holds no line that begins with `+` or `-`."
        yield Refusal(number, section.path, Code.NO_CHANGE, message)


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES else text
