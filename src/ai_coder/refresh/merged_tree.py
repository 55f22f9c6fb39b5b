"""`MergedTree`: the files of a merge that nobody committed yet, composed of two trees and of merged texts."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ai_coder.domain.change import FileChange, TakenOver
from ai_coder.domain.listing import Unnamed
from ai_coder.domain.source import RepoPath, TreeEntry
from ai_coder.ports import SourceTree

_SHA1_DIGITS = 40


@dataclass(slots=True)
class MergedTree:
    """Port `SourceTree` over the base branch's tree, with entries of the branch and merged texts laid over it."""

    ours: SourceTree
    theirs: SourceTree
    taken: tuple[TakenOver, ...] = ()
    texts: tuple[FileChange, ...] = ()
    """From the base branch's text to the merged one; the mode is that of the merge."""
    _entries: dict[RepoPath, TreeEntry] = field(default_factory=dict)

    @property
    def commit(self) -> str:
        """The head of the branch: the merge has no name yet."""
        return self.ours.commit

    def entries(self) -> Mapping[RepoPath, TreeEntry]:
        """Every entry of the merge, in order of path, under the object names that it will have."""
        if not self._entries:
            ours, entries = self.ours.entries(), dict(self.theirs.entries())
            for taken in self.taken:
                sides = (ours.get(taken.path), entries.pop(taken.path, None))
                size = next((entry.size_bytes for entry in sides if entry and entry.blob == taken.blob), 0)
                if taken.blob:
                    entries[taken.path] = TreeEntry(taken.path, taken.mode, taken.blob, size)
            for text in self.texts:
                entries[text.path] = _entry(text, entries[text.path].blob)
            self._entries = dict(sorted(entries.items()))
        return self._entries

    def unnamed(self) -> frozenset[Unnamed]:
        """As the base branch has them: the merge starts from its tree."""
        return self.theirs.unnamed()

    def read(self, paths: Iterable[RepoPath]) -> Mapping[RepoPath, bytes]:
        """The exact bytes of these files, each from the side it comes from."""
        merged = {text.path: text.after for text in self.texts}
        ours, theirs = self.ours.entries(), self.theirs.entries()
        found: dict[RepoPath, bytes] = {}
        left: tuple[list[RepoPath], list[RepoPath]] = [], []
        for path in paths:
            entry = self.entries().get(path)
            if (text := merged.get(path)) is not None:
                found[path] = text.encode()
            elif entry and path in theirs and theirs[path].blob == entry.blob:
                left[1].append(path)
            elif entry and path in ours:
                left[0].append(path)
        for tree, wanted in zip((self.ours, self.theirs), left, strict=True):
            found |= tree.read(wanted) if wanted else {}
        return found


def _entry(text: FileChange, like: str) -> TreeEntry:
    """The merged file under the name that git gives it, in the hash of the repository."""
    content = (text.after or "").encode()
    digest = hashlib.new("sha1" if len(like) == _SHA1_DIGITS else "sha256", usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return TreeEntry(text.path, text.mode, digest.hexdigest(), len(content))
