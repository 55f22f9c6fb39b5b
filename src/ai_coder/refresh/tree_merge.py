"""Three listings -> what a merge takes over by name, what has to be read for it, and what nobody can merge.

A rename is a deletion and a new file here: guessing renames is left to people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ai_coder.domain.change import TakenOver
from ai_coder.domain.source import EXECUTABLE, REGULAR, SUBMODULE, SYMLINK, RepoPath, TreeEntry

Entries = Mapping[RepoPath, TreeEntry]
_KINDS = {REGULAR: "a file", EXECUTABLE: "a file", SYMLINK: "a symbolic link", SUBMODULE: "a submodule"}


@dataclass(frozen=True, slots=True)
class Sides:
    """The listings of the commit at which two histories parted, and of both as they are now."""

    base: Entries
    ours: Entries
    """Of the branch."""
    theirs: Entries
    """Of the base branch."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A path that cannot be merged, and why, as the rest of a sentence."""

    path: RepoPath
    reason: str

    def __str__(self) -> str:
        return f"`{self.path}` {self.reason}."


@dataclass(frozen=True, slots=True)
class BothChanged:
    """A file whose contents differ on all three sides: its texts have to be read."""

    path: RepoPath
    mode: str
    """Of the merged file."""


@dataclass(frozen=True, slots=True)
class TreeMerge:
    """How the tree of the base branch becomes that of the merge. Every tuple is in order of path."""

    taken: tuple[TakenOver, ...] = ()
    """The branch's own entries and deletions, laid over the tree of the base branch."""
    to_read: tuple[BothChanged, ...] = ()
    clashes: tuple[Clash, ...] = ()
    touched: bool = False
    """Whether both sides changed a path, and differently: the branch needs the merge."""


def plan_merge(sides: Sides) -> TreeMerge:
    """What becomes of every path that the branch changed; all others are as the base branch has them."""
    taken: list[TakenOver] = []
    to_read: list[BothChanged] = []
    clashes: list[Clash] = []
    touched = False
    for path in sorted(_changed(sides.base, sides.ours)):
        base, ours, theirs = sides.base.get(path), sides.ours.get(path), sides.theirs.get(path)
        if _same(ours, theirs):
            continue
        touched = touched or not _same(base, theirs)
        merged = _taken(path, ours) if _same(base, theirs) else _merge_entry(path, base, ours, theirs)
        match merged:
            case TakenOver():
                taken.append(merged)
            case BothChanged():
                to_read.append(merged)
            case Clash():
                clashes.append(merged)
    clashes += _collisions(sides.theirs, taken)
    clashes.sort(key=lambda clash: clash.path)
    return TreeMerge(tuple(taken), tuple(to_read), tuple(clashes), touched=touched or bool(clashes))


def _changed(base: Entries, ours: Entries) -> set[RepoPath]:
    return {path for path in base.keys() | ours.keys() if not _same(base.get(path), ours.get(path))}


def _same(one: TreeEntry | None, other: TreeEntry | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.mode, one.blob) == (other.mode, other.blob)


def _taken(path: RepoPath, entry: TreeEntry | None) -> TakenOver:
    return TakenOver(path, entry.mode, entry.blob) if entry else TakenOver(path)


def _merge_entry(
    path: RepoPath, base: TreeEntry | None, ours: TreeEntry | None, theirs: TreeEntry | None
) -> TakenOver | BothChanged | Clash:
    """The path where both sides changed it, and differently."""
    if ours is None:
        return Clash(path, "was deleted or renamed on the branch and changed on the base branch")
    if theirs is None:
        return Clash(path, "was changed on the branch and deleted or renamed on the base branch")
    kinds = {_KINDS.get(entry.mode, "something else") for entry in (ours, theirs)}
    if kinds != {_KINDS[REGULAR]}:
        kind = kinds.pop() if len(kinds) == 1 else "not a file"
        return Clash(path, f"was changed on both sides and is {kind}")
    mode = _merge_mode(base, ours, theirs)
    if base and ours.blob == base.blob:
        return TakenOver(path, mode, theirs.blob)
    if ours.blob == theirs.blob or (base and theirs.blob == base.blob):
        return TakenOver(path, mode, ours.blob)
    return BothChanged(path, mode)


def _merge_mode(base: TreeEntry | None, ours: TreeEntry, theirs: TreeEntry) -> str:
    """The mode that a side chose; a new file is executable where a side made it so."""
    if ours.mode == theirs.mode:
        return ours.mode
    if base and base.mode in {ours.mode, theirs.mode}:
        return theirs.mode if ours.mode == base.mode else ours.mode
    return EXECUTABLE


def _collisions(theirs: Entries, taken: list[TakenOver]) -> Iterator[Clash]:
    """Files that one side has where the other side has a folder."""
    gone = {entry.path for entry in taken if not entry.blob}
    new = [entry.path for entry in taken if entry.blob and entry.path not in theirs]
    if not new:
        return
    paths = [*(path for path in theirs if path not in gone), *new]
    files = {path.text for path in paths}
    folders = {folder for path in paths for folder in path.folders}
    for path in new:
        if path.text in folders:
            yield Clash(path, "is a file on the branch and a folder on the base branch")
        elif any(folder in files for folder in path.folders):
            yield Clash(path, "lies in a folder on the branch that is a file on the base branch")
