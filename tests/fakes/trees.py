"""A commit's files in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ai_coder.domain.listing import Unnamed
from ai_coder.domain.source import EXECUTABLE, REGULAR, RepoPath, TreeEntry


@dataclass
class MemoryTree:
    """Port `SourceTree` over texts; hands over regular files only, like the real ones."""

    files: dict[str, str]
    commit: str = "c0"
    modes: dict[str, str] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()
    """Paths that are listed and not handed over."""

    def entries(self) -> Mapping[RepoPath, TreeEntry]:
        """Every file, in order; the object name is made of the text."""
        return {
            RepoPath(path): TreeEntry(
                RepoPath(path), self.modes.get(path, REGULAR), self.files[path].encode().hex(), len(self.files[path])
            )
            for path in sorted(self.files)
        }

    def unnamed(self) -> frozenset[Unnamed]:
        """Every path is safe to name."""
        return frozenset()

    def read(self, paths: Iterable[RepoPath]) -> Mapping[RepoPath, bytes]:
        """The bytes."""
        entries = self.entries()
        wanted = [path for path in paths if path in entries and path.text not in self.unreadable]
        return {path: self.files[path.text].encode() for path in wanted if entries[path].mode in {REGULAR, EXECUTABLE}}
