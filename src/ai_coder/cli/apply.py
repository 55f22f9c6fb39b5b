"""`ai_coder apply`: a model's answer onto the files of a folder, all of it or nothing."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ai_coder.adapters.answer_file import read_answer
from ai_coder.adapters.file_swap import NotPutBack
from ai_coder.adapters.folder_tree import FolderTree, NotUsable
from ai_coder.domain.source import LineRange
from ai_coder.edits import FORMATS, AppliedAnswer, Change, apply_answer
from ai_coder.errors import AiCoderError, ConfigurationError

_REFUSED = 1
_NOT_USABLE = "not_usable"
"""Code of a refusal that is the folder's, not the engine's: no text, a link, changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An edit that the engine or the folder refuses."""

    block: int
    """0 where it is the folder that refuses."""
    path: str
    code: str
    message: str
    places: tuple[LineRange, ...] = ()


def apply(arguments: argparse.Namespace) -> int:
    """Print one JSON object; exit status 0 where the answer fits, 1 where it is refused. Raises: AiCoderError."""
    if arguments.format not in FORMATS:
        msg = f"--format {arguments.format!r} is no format"
        raise ConfigurationError(msg, hint=f"Use one of: {', '.join(FORMATS)}.")
    answer = read_answer(arguments.answer)
    tree = FolderTree(Path(arguments.root))
    applied, refused = apply_to(tree, answer, arguments.format)
    is_written = not refused and not arguments.check
    if is_written:
        _write(tree, applied.changes)
    shown = {
        "applied": is_written,
        "changes": [] if refused else list(_change_rows(applied.changes)),
        "refusals": [_refusal_row(one) for one in refused],
        "notes": list(applied.notes),
    }
    sys.stdout.write(json.dumps(shown) + "\n")
    return _REFUSED if refused else 0


def apply_to(tree: FolderTree, answer: str, edit_format: str) -> tuple[AppliedAnswer, list[Refused]]:
    """What the answer makes of the folder, and why not. Raises: ConfigurationError.

    Only files whose name stands in the answer are read. Others are there by name, as empty ones; when an edit turns
    out to touch one of them, it is read too and the answer is applied again.
    """
    texts = dict.fromkeys(tree.paths(), "")
    unread, unusable = set(texts), dict[str, str]()
    wanted = set(texts) if len(texts) == 1 else {path for path in texts if path.rpartition("/")[2] in answer}
    while True:
        for path in wanted:
            try:
                texts[path] = tree.read(path)
            except NotUsable as error:
                unusable[path] = str(error)
        unread -= wanted
        applied = apply_answer(texts, answer, edit_format=edit_format)
        wanted = _touched(applied) & unread
        if not wanted:
            return applied, [*_by_engine(applied, unusable), *_by_folder(tree, applied.changes, unusable)]


def _touched(applied: AppliedAnswer) -> set[str]:
    return {change.path for change in applied.changes} | {refusal.path for refusal in applied.refusals}


def _by_engine(applied: AppliedAnswer, unusable: Mapping[str, str]) -> Iterator[Refused]:
    """The engine's refusals; of a file that could not be read, the reason for that."""
    for refusal in applied.refusals:
        if refusal.path in unusable:
            yield Refused(refusal.block, refusal.path, _NOT_USABLE, f"`{refusal.path}` {unusable[refusal.path]}.")
        else:
            yield Refused(refusal.block, refusal.path, refusal.code, refusal.message, refusal.places)


def _by_folder(tree: FolderTree, changes: Iterable[Change], unusable: Mapping[str, str]) -> Iterator[Refused]:
    """What stands against changes that the engine was content with."""
    for change in changes:
        reason = unusable.get(change.path, "")
        if not reason:
            try:
                tree.check(change)
            except NotUsable as error:
                reason = str(error)
        if reason:
            yield Refused(0, change.path, _NOT_USABLE, f"`{change.path}` {reason}.")


def _write(tree: FolderTree, changes: Iterable[Change]) -> None:
    try:
        tree.write(changes)
    except NotPutBack as error:
        msg = f"the files could not be written, nor all of them put back: {error}"
        raise AiCoderError(msg, hint="Rename these by hand.") from error
    except OSError as error:
        msg = f"the files could not be written, and are as they were: {error}"
        raise AiCoderError(msg, hint="Check the folder's permissions and free space.") from error


def _refusal_row(refused: Refused) -> dict[str, object]:
    lines = [[place.first, place.last] for place in refused.places]
    return {
        "block": refused.block,
        "path": refused.path,
        "code": refused.code,
        "message": refused.message,
        "lines": lines,
    }


def _change_rows(changes: Iterable[Change]) -> Iterator[dict[str, str]]:
    """A moved file is one row: its old path is told in it."""
    changes = tuple(changes)
    left = {change.moved_from for change in changes}
    for change in changes:
        if change.moved_from:
            yield {"path": change.path, "status": "renamed", "moved_from": change.moved_from}
        elif change.after is None:
            if change.path not in left:
                yield {"path": change.path, "status": "removed"}
        else:
            yield {"path": change.path, "status": "added" if change.before is None else "modified"}
