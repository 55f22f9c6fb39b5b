"""`ai_coder apply`: a model's answer onto the files of a folder, all of it or nothing."""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ai_coder.adapters.answer_file import read_answer
from ai_coder.adapters.folder_tree import FolderTree, NotUsable
from ai_coder.edits import FORMATS, AppliedAnswer, Change, Refusal, apply_answer
from ai_coder.errors import AiCoderError, ConfigurationError

_REFUSED = 1
_NOT_USABLE = "not_usable"
"""Code of a refusal that is the folder's, not the engine's: no text, a link, changed meanwhile."""


def apply(arguments: argparse.Namespace) -> int:
    """Print one JSON object; exit status 0 where the answer fits, 1 where it is refused. Raises: AiCoderError."""
    if arguments.format not in FORMATS:
        msg = f"--format {arguments.format!r} is no format"
        raise ConfigurationError(msg, hint=f"Use one of: {', '.join(FORMATS)}.")
    answer = read_answer(arguments.answer)
    tree = FolderTree(Path(arguments.root))
    applied, refusals = apply_to(tree, answer, arguments.format)
    is_written = not refusals and not arguments.check
    if is_written:
        _write(tree, applied.changes)
    shown = {
        "applied": is_written,
        "changes": [] if refusals else [*_rows(applied.changes)],
        "refusals": refusals,
        "notes": list(applied.notes),
    }
    sys.stdout.write(json.dumps(shown) + "\n")
    return _REFUSED if refusals else 0


def apply_to(tree: FolderTree, answer: str, edit_format: str) -> tuple[AppliedAnswer, list[dict[str, Any]]]:
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
            return applied, [*_refusals(applied, unusable), *_objections(tree, applied.changes, unusable)]


def _touched(applied: AppliedAnswer) -> set[str]:
    return {change.path for change in applied.changes} | {refusal.path for refusal in applied.refusals}


def _refusals(applied: AppliedAnswer, unusable: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    for refusal in applied.refusals:
        if refusal.path in unusable:
            yield _refusal(refusal, _NOT_USABLE, f"`{refusal.path}` {unusable[refusal.path]}.")
        else:
            yield _refusal(refusal, refusal.code, refusal.message)


def _refusal(refusal: Refusal, code: str, message: str) -> dict[str, Any]:
    lines = [[place.first, place.last] for place in refusal.places]
    return {"block": refusal.block, "path": refusal.path, "code": code, "message": message, "lines": lines}


def _objections(tree: FolderTree, changes: Iterable[Change], unusable: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    """What stands against changes that the engine was content with."""
    for change in changes:
        reason = unusable.get(change.path, "")
        if not reason:
            try:
                tree.check(change)
            except NotUsable as error:
                reason = str(error)
        if reason:
            message = f"`{change.path}` {reason}."
            yield {"block": 0, "path": change.path, "code": _NOT_USABLE, "message": message, "lines": []}


def _write(tree: FolderTree, changes: Iterable[Change]) -> None:
    try:
        tree.write(changes)
    except OSError as error:
        msg = f"the files could not be written, and are as they were: {error}"
        raise AiCoderError(msg, hint="Check the folder's permissions and free space.") from error


def _rows(changes: Iterable[Change]) -> Iterable[dict[str, str]]:
    """A moved file is one row: its old path is told in it."""
    changes = tuple(changes)
    left = {change.moved_from for change in changes}
    for change in changes:
        if change.after is None and change.path in left:
            continue
        status = "removed" if change.after is None else "modified" if change.before is not None else "added"
        if change.moved_from:
            yield {"path": change.path, "status": "renamed", "moved_from": change.moved_from}
        else:
            yield {"path": change.path, "status": status}
