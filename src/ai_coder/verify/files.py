"""Tree and change -> the files of a box."""

from collections.abc import Mapping

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.source import EXECUTABLE, REGULAR, RepoPath
from ai_coder.errors import SandboxError
from ai_coder.ports import BoxFile, SourceTree

Laid = Mapping[RepoPath, BoxFile | None]
"""Files over a tree; None is a file that is gone."""


def tree_files(tree: SourceTree) -> dict[RepoPath, BoxFile]:
    """Every regular file of the tree; links and submodules are none. Raises: ForgeError, SandboxError."""
    entries = {path: entry for path, entry in tree.entries().items() if entry.mode in {REGULAR, EXECUTABLE}}
    contents = tree.read(entries)
    missing = [path for path in entries if path not in contents]
    if missing:
        msg = f"{len(missing)} files of the repository could not be read, `{missing[0]}` among them"
        raise SandboxError(msg, hint="Tests on a tree with holes would say nothing; run the job again.")
    return {path: BoxFile(contents[path], entry.mode == EXECUTABLE) for path, entry in entries.items()}


def laid_by(change_set: ChangeSet) -> dict[RepoPath, BoxFile | None]:
    """What the change lays over its tree."""
    return {
        change.path: None if change.after is None else BoxFile(change.after.encode(), change.mode == EXECUTABLE)
        for change in change_set.changes
    }


def with_laid(files: Mapping[RepoPath, BoxFile], laid: Laid) -> dict[RepoPath, BoxFile]:
    """The files with the change over them."""
    return {path: file for path, file in {**files, **laid}.items() if file is not None}


def step_between(files: Mapping[RepoPath, BoxFile], old: Laid, new: Laid) -> dict[RepoPath, BoxFile | None]:
    """What has to be put into a box that holds `files` under `old`, so that it holds `files` under `new`."""
    wanted = {path: new[path] if path in new else files.get(path) for path in {*old, *new}}
    stands = {path: old[path] if path in old else files.get(path) for path in wanted}
    return {path: wanted[path] for path in sorted(wanted) if wanted[path] != stands[path]}
