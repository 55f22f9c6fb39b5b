"""Operations + files -> the tree after, or refusals: everything in memory, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ai_coder.edits.applied import AppliedAnswer, Change, Code, Refusal
from ai_coder.edits.effort import Effort, TooMuch
from ai_coder.edits.operations import Delete, Parsed, Replace, Write
from ai_coder.edits.paths import PathBook
from ai_coder.edits.placing import line_range
from ai_coder.edits.plan import Plan, Work
from ai_coder.edits.rework import Rework
from ai_coder.edits.suspicion import suspect, suspect_size
from ai_coder.edits.syntax import find_broken
from ai_coder.edits.text import FileText, Hunk

_MAX_SHOWN_CHARS = 120
_MAX_BLOCKS = 1_000
_TOO_LARGE = (
    "The answer takes too long to compare with the file. Send fewer blocks, and quote lines that are not repeated."
)
Hunks = tuple[tuple[Hunk, int], ...]
"""Hunks of a file, each with the number of its block."""


def apply_parsed(files: Mapping[str, str], parsed: Parsed, book: PathBook, *, must_parse: bool = True) -> AppliedAnswer:
    """The tree with all operations; the same tree where any of them is refused."""
    if parsed.blocks > _MAX_BLOCKS:
        message = f"The answer holds {parsed.blocks} edits. Send at most {_MAX_BLOCKS} at a time."
        return AppliedAnswer(dict(files), (), (Refusal(0, "", Code.TOO_LARGE, message),), parsed.notes, parsed.blocks)
    plan = Plan(book)
    plan.add(parsed.operations)
    table = _Table(files, list(parsed.refusals) + plan.refusals, list(parsed.notes) + plan.notes, must_parse)
    for path, work in plan.works.items():
        table.carry_out(path, work)
    if not table.refusals and not table.changes:
        table.refusals = table.idle
    refusals = tuple(sorted(table.refusals, key=lambda refusal: refusal.block))
    if refusals:
        return AppliedAnswer(dict(files), (), refusals, tuple(table.notes), parsed.blocks)
    after = dict(files)
    for change in table.changes:
        if change.after is None:
            after.pop(change.path, None)
        else:
            after[change.path] = change.after
    changes = tuple(sorted(table.changes, key=lambda change: change.path))
    return AppliedAnswer(after, changes, (), tuple(table.notes), parsed.blocks)


def objection_to_syntax(path: str, before: str, after: str) -> str:
    """That the file no longer parses, as a sentence; empty when it does, did not before, or is in no known language."""
    broken = find_broken(path, before, after, ())
    return f"`{path}` no longer parses: it breaks at {_line(after, broken.line)}." if broken else ""


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    shown = lines[number - 1].strip()[:_MAX_SHOWN_CHARS] if number <= len(lines) else ""
    return f"line {number} of the result, `{shown}`"


@dataclass(slots=True)
class _Table:
    """The files on which the works are carried out, and what came of it."""

    files: Mapping[str, str]
    refusals: list[Refusal]
    notes: list[str]
    must_parse: bool
    changes: list[Change] = field(default_factory=list)
    idle: list[Refusal] = field(default_factory=list)
    effort: Effort = field(default_factory=Effort)

    def carry_out(self, path: str, work: Work) -> None:
        """One file: its operations, then its move."""
        before = self.files.get(path)
        failed = len(self.refusals)
        after, hunks = self._after(path, before, work)
        if (
            self.must_parse
            and len(self.refusals) == failed
            and before is not None
            and after is not None
            and before != after
        ):
            self._check_syntax(path, (before, after), hunks, work.operations[0].block)
        if work.moved_to:
            self.changes.append(Change(path, before, None))
            self.changes.append(Change(work.moved_to, None, after, moved_from=path))
        elif before != after:
            self.changes.append(Change(path, before, after))

    def _after(self, path: str, before: str | None, work: Work) -> tuple[str | None, Hunks]:
        match work.operations[:1]:
            case []:
                return before, ()
            case [Delete()]:
                return None, ()
            case [Write() as write]:
                return self._written(write, before), ()
            case _:
                rework = Rework(path, before, self.effort)
                blocks = [block for block in work.operations if isinstance(block, Replace)]
                try:
                    rework.apply(blocks)
                except TooMuch:
                    self.refusals.append(Refusal(blocks[0].block, path, Code.TOO_LARGE, _TOO_LARGE))
                self.refusals += rework.refusals
                self.notes += rework.notes
                self.idle += rework.idle
                return rework.text, tuple(rework.hunks)

    def _check_syntax(self, path: str, texts: tuple[str, str], hunks: Hunks, block: int) -> None:
        """Refuses an edit after which the file no longer parses."""
        before, after = texts
        broken = find_broken(path, before, after, [hunk for hunk, _ in hunks])
        if broken is None:
            return
        block = next((number for hunk, number in hunks if hunk.start >= broken.hunk.start), block)
        message = (
            f"After the edit `{path}` would no longer parse. It breaks at {_line(after, broken.line)}. "
            "Send an edit that leaves the file well-formed."
        )
        places = (line_range(broken.hunk.start, broken.hunk.end),)
        self.refusals.append(Refusal(block, path, Code.SYNTAX, message, places))

    def _written(self, write: Write, before: str | None) -> str:
        file = FileText(before or "")
        known = {line.strip() for line in file.lines}
        objection = suspect(write.lines, known, write.path) or suspect_size(write.lines, file.lines)
        if objection:
            self.refusals.append(Refusal(write.block, write.path, objection.code, objection.message))
        after = file.rewritten(write.lines, is_ended=write.is_ended)
        if after == before:
            message = "The text sent is what the file holds already. Leave it out."
            self.idle.append(Refusal(write.block, write.path, Code.NO_CHANGE, message))
        return after
