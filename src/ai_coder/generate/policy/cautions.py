"""`ChangeSet` -> what a person should look at before anything else. None of it is forbidden. Pure."""

import re
from collections.abc import Iterator

from ai_coder.domain.change import Caution, ChangeSet, FileChange
from ai_coder.domain.source import WriteSet
from ai_coder.domain.unasked import is_run_unasked
from ai_coder.generate.policy.dependencies import added_names, is_manifest

_MAX_NAMED, _MAX_FOLDERS = 100, 8
_LONG_LINES, _KEPT = 30, 0.4
_SHORTENS = re.compile(
    r"\b(?:remov|delet|drop|clean|clear|empt|shrink|shorten|rewrit|replac|simplif|split|mov|extract)", re.IGNORECASE
)


def cautions(change_set: ChangeSet, write_set: WriteSet) -> tuple[Caution, ...]:
    """What to look at first, in order of the files."""
    found = [caution for change in change_set.changes for caution in _of(change, write_set)]
    return (*found, *_of_scope(change_set, write_set))


def _of(change: FileChange, write_set: WriteSet) -> Iterator[Caution]:
    path = change.path
    if is_run_unasked(path):
        yield Caution(f"`{path}` is run by tools without being asked.")
    if is_manifest(path.text):
        names = added_names(change.before or "", change.after or "")
        listed = ", ".join(f"`{name}`" for name in names[:_MAX_NAMED])
        more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
        yield Caution(f"`{path}` says what is installed. New in it: {listed or 'nothing'}{more}.")
    before, after = (change.before or "").count("\n"), (change.after or "").count("\n")
    is_shrunk = change.after is not None and before >= _LONG_LINES and after < _KEPT * before
    if is_shrunk and not _SHORTENS.search(write_set.request):
        yield Caution(f"`{path}` loses {before - after} of its {before} lines.")


def _of_scope(change_set: ChangeSet, write_set: WriteSet) -> Iterator[Caution]:
    """More places than one request is about."""
    folders = {"/".join(change.path.text.split("/")[:-1][:2]) for change in change_set.changes}
    unnamed = [folder for folder in folders if folder.casefold() not in write_set.request.casefold()]
    if write_set.linked is None and len(unnamed) > _MAX_FOLDERS:
        yield Caution(f"The change touches {len(folders)} folders, {len(unnamed)} of which the request does not name.")
