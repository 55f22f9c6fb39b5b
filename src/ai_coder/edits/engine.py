"""`apply_answer`: all edits of an answer over the tree, or none of them."""

from collections.abc import Iterator, Mapping

from ai_coder.edits.applied import AppliedAnswer, Change, Code, Refusal
from ai_coder.edits.formats import parse_answer
from ai_coder.edits.operations import Delete, Replace, Write
from ai_coder.edits.paths import PathBook
from ai_coder.edits.plan import Plan, Work
from ai_coder.edits.rework import Rework
from ai_coder.edits.suspicion import suspect, suspect_size
from ai_coder.edits.text import FileText


def apply_answer(files: Mapping[str, str], answer: str, *, edit_format: str = "auto") -> AppliedAnswer:
    """The tree with all edits of `answer`, or the same tree and the reasons. Raises: ValueError, unknown format."""
    book = PathBook(frozenset(files))
    parsed = parse_answer(answer, book, edit_format)
    plan = Plan(book, refusals=list(parsed.refusals), notes=list(parsed.notes))
    plan.add(parsed.operations)
    after: dict[str, str | None] = {}
    idle: list[Refusal] = []
    for path, work in plan.works.items():
        done = _worked(path, files.get(path), work)
        plan.refusals += done.refusals
        plan.notes += done.notes
        idle += done.idle
        after[path] = done.text
    changes = tuple(sorted(_changes(files, plan.works, after), key=lambda change: change.path))
    refusals = [*plan.refusals, *([] if changes else idle)]
    if refusals:
        ordered = tuple(sorted(refusals, key=lambda refusal: refusal.block))
        return AppliedAnswer(dict(files), refusals=ordered, notes=tuple(plan.notes), blocks=parsed.blocks)
    tree = {path: text for path, text in files.items() if path not in {change.path for change in changes}}
    tree |= {change.path: change.after for change in changes if change.after is not None}
    return AppliedAnswer(tree, changes, notes=tuple(plan.notes), blocks=parsed.blocks)


def _worked(path: str, before: str | None, work: Work) -> Rework:
    """One file with everything that happens to its text; no text is an absent file."""
    done = Rework(path, before)
    match work.operations:
        case [Delete()]:
            done.text = None
        case [Write() as write]:
            old = FileText(before or "")
            objection = suspect(write.lines, old.lines, path) or suspect_size(write.lines, old.lines)
            if objection:
                done.refusals.append(Refusal(write.block, path, objection.code, objection.message))
            done.text = old.rewritten(write.lines)
        case operations:
            done.apply([operation for operation in operations if isinstance(operation, Replace)])
            if not done.refusals and done.text is None:
                done.refusals.append(Refusal(0, path, Code.UNKNOWN_PATH, f"There is no file `{path}` to edit."))
    return done


def _changes(files: Mapping[str, str], works: Mapping[str, Work], after: Mapping[str, str | None]) -> Iterator[Change]:
    """What differs from the tree before."""
    for path, work in works.items():
        before, text = files.get(path), after[path]
        if work.moved_to:
            yield Change(path, before, None)
            yield Change(work.moved_to, None, text, moved_from=path)
        elif before != text:
            yield Change(path, before, text)
