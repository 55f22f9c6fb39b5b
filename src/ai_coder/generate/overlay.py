"""A tree with edits laid over it: what the model sees while it works. Nothing is written anywhere."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.source import EXECUTABLE, REGULAR, SUBMODULE, SYMLINK, RepoPath, TreeEntry, decode, is_lfs_pointer
from ai_coder.edits import Change
from ai_coder.ports import SourceTree

_MAX_TEXT_BYTES = 1_000_000


@dataclass(slots=True)
class Overlay:
    """The files of a commit as the edits so far leave them."""

    tree: SourceTree
    _base: dict[RepoPath, str | None] = field(default_factory=dict)
    """Texts that were read; None is no text that can be worked on."""
    _now: dict[RepoPath, str | None] = field(default_factory=dict)
    """Texts of the files that were edited; None is gone."""
    _modes: dict[RepoPath, str] = field(default_factory=dict)
    """Of files that were moved."""
    _missed: set[RepoPath] = field(default_factory=set)
    """Files that the tree did not hand over among many."""

    @property
    def paths(self) -> list[RepoPath]:
        """Every path that exists now, in order."""
        gone = {path for path, text in self._now.items() if text is None}
        return sorted(({*self.tree.entries()} - gone) | {path for path, text in self._now.items() if text is not None})

    def exists(self, path: RepoPath) -> bool:
        """Whether something stands at the path now."""
        return self._now[path] is not None if path in self._now else path in self.tree.entries()

    def text(self, path: RepoPath) -> str | None:
        """The text as it is now; None for what is no text or is not there. Raises: ForgeError."""
        if path not in self._now:
            self.load([path])
        return self.loaded(path)

    def loaded(self, path: RepoPath) -> str | None:
        """The text as it is now, where it was read before."""
        return self._now.get(path, self._base.get(path))

    def objection(self, path: RepoPath) -> str:
        """Why there is no text at the path, as a sentence; empty when there is one. Raises: ForgeError."""
        if self.text(path) is not None:
            return ""
        entry = self.tree.entries().get(path)
        if entry is None or path in self._now:
            is_folder = any(other.text.startswith(f"{path}/") for other in self.paths)
            return f"`{path}` is a folder." if is_folder else f"There is no file `{path}`."
        kinds = {SYMLINK: "a symbolic link", SUBMODULE: "a submodule"}
        return f"`{path}` is {kinds.get(entry.mode, 'binary, not UTF-8, in Git LFS or too large')}."

    def load(self, paths: Iterable[RepoPath]) -> None:
        """Read many texts in one go. Raises: ForgeError."""
        entries = self.tree.entries()
        wanted = [path for path in paths if path not in self._base and path not in self._now]
        if not wanted:
            return
        readable = {path for path in wanted if path in entries and is_readable(entries[path])}
        contents = self.tree.read(readable)
        self._missed |= readable - contents.keys()
        for path in wanted:
            text = decode(contents[path]) if path in contents else None
            if path in contents or path not in readable:
                self._base[path] = None if text is not None and is_lfs_pointer(text) else text

    def load_all(self) -> int:
        """Read every text of the tree in one go; how many texts it did not hand over. Raises: ForgeError."""
        self.load(path for path in self.tree.entries() if path not in self._missed)
        return len(self._missed - self._base.keys() - self._now.keys())

    def apply(self, changes: Iterable[Change]) -> None:
        """Lay the changes over what stands there now."""
        by_path = [(RepoPath.parse(change.path), change) for change in changes]
        modes = {path: self.mode(RepoPath.parse(change.moved_from)) for path, change in by_path if change.moved_from}
        for path, change in by_path:
            self._now[path] = change.after
            if change.after is None:
                self._modes.pop(path, None)
        self._modes |= modes

    def with_changes(self, changes: Iterable[Change]) -> "Overlay":
        """Another overlay on the same tree, with the changes on top; this one stays as it is."""
        other = Overlay(self.tree, dict(self._base), dict(self._now), dict(self._modes))
        other.apply(changes)
        return other

    def mode(self, path: RepoPath) -> str:
        """The mode that the file has or will have."""
        entry = self.tree.entries().get(path)
        mode = self._modes.get(path) or (entry.mode if entry else REGULAR)
        return mode if mode in {REGULAR, EXECUTABLE} else REGULAR

    def change_set(self) -> ChangeSet:
        """What differs from the commit."""
        entries = self.tree.entries()
        before = {path: self._base.get(path) if path in entries else None for path in self._now}
        changed = [path for path, text in self._now.items() if text != before[path]]
        return ChangeSet.of(
            self.tree.commit, (FileChange(path, before[path], self._now[path], self.mode(path)) for path in changed)
        )


def is_readable(entry: TreeEntry) -> bool:
    """Whether the entry is a file of a size that is worked on."""
    return entry.mode in {REGULAR, EXECUTABLE} and entry.size_bytes <= _MAX_TEXT_BYTES
