"""Operations -> one `Work` per file: paths are resolved, and what cannot stand beside another is refused."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.operations import Delete, Move, Operation, Replace, Write
from ai_coder.edits.paths import PathBook, Unresolved

_WHOLE = {Write: "the whole text of", Delete: "the deletion of", Replace: "an edit of", Move: "the move of"}


@dataclass(slots=True)
class Work:
    """Everything that happens to one file."""

    operations: list[Replace | Write | Delete] = field(default_factory=list)
    """Replaces in order; or one Write; or one Delete."""
    moved_to: str = ""


@dataclass(slots=True)
class Plan:
    """Works by path: that of the file before, or of a new file."""

    book: PathBook
    works: dict[str, Work] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _sources: dict[str, str] = field(default_factory=dict)
    """Old path by new path, of files that are moved."""

    def add(self, operations: Iterable[Operation]) -> None:
        """Files every operation with its file, moves first: other operations may use the new path."""
        ordered = sorted(operations, key=lambda operation: not isinstance(operation, Move))
        for operation in ordered:
            if isinstance(operation, Move):
                self._add_move(operation)
            else:
                self._add_other(operation)

    def _add_move(self, move: Move) -> None:
        source, target = self.book.existing(move.path), self.book.creatable(move.target)
        if isinstance(source, Unresolved):
            self._refuse(move, move.path, source)
        elif isinstance(target, Unresolved):
            self._refuse(move, move.target, target)
        elif target in self.book.paths or target in self._sources:
            message = (
                f"`{source}` cannot be moved to `{target}`: that path is taken. Choose another, or edit that file."
            )
            self._refuse(move, target, Unresolved(Code.EXISTS, message))
        elif source in self.works:
            self._refuse(move, source, Unresolved(Code.OVERLAP, f"`{source}` is moved twice. Send one move."))
        else:
            self.works[source] = Work(moved_to=target)
            self._sources[target] = source

    def _add_other(self, operation: Replace | Write | Delete) -> None:
        path = self._resolved(operation)
        if isinstance(path, Unresolved):
            self._refuse(operation, operation.path, path)
            return
        work = self.works.setdefault(path, Work())
        written, operation = _bare(operation.path), replace(operation, path=path)
        twin = None
        if not isinstance(operation, Replace):  # of blocks there may be as many equal ones as there are places
            twin = next(
                (other for other in work.operations if replace(other, block=operation.block) == operation), None
            )
        if twin:
            self.notes.append(f"Block {operation.block} repeats block {twin.block} and is passed over.")
        elif clash := _clash(work, operation, is_old_path=written not in self._sources):
            self._refuse(operation, path, Unresolved(Code.OVERLAP, clash))
        else:
            work.operations.append(operation)

    def _resolved(self, operation: Replace | Write | Delete) -> str | Unresolved:
        written = _bare(operation.path)
        if not written:
            return Unresolved(Code.UNKNOWN_PATH, "The edit names no file. Put its path alone on the line above.")
        if written in self._sources:
            return self._sources[written]
        if written in self.works:
            return written
        creates = isinstance(operation, Write) or (isinstance(operation, Replace) and operation.readings[0].is_blank)
        if isinstance(operation, Write) and operation.must_be_new and self.book.known(written):
            message = f"`{written}` exists, so it cannot be added. Edit it, or send its whole text under its path."
            return Unresolved(Code.EXISTS, message)
        return self.book.creatable(operation.path) if creates else self.book.existing(operation.path)

    def _refuse(self, operation: Operation, path: str, reason: Unresolved) -> None:
        self.refusals.append(Refusal(operation.block, path, reason.code, reason.message))


def _bare(path: str) -> str:
    return path.removeprefix("./")


def _clash(work: Work, operation: Replace | Write | Delete, *, is_old_path: bool) -> str:
    """Why the operation cannot stand beside the others, as a sentence; empty when it can."""
    if isinstance(operation, Delete) and work.moved_to:
        return f"`{operation.path}` is both moved and deleted. Send one of the two."
    if isinstance(operation, Write) and work.moved_to and is_old_path:
        return (
            f"`{operation.path}` is moved to `{work.moved_to}`, and a whole text stands under its old path. If it is "
            "for the moved file, send it under the new path; if not, send the whole texts of both files and no move."
        )
    if not work.operations or all(isinstance(other, Replace) for other in [*work.operations, operation]):
        return ""
    other = work.operations[0]
    both = f"{_WHOLE[type(other)]} `{operation.path}` (block {other.block}) and {_WHOLE[type(operation)]} the same file"
    return f"The answer holds {both}. Send one of the two."
