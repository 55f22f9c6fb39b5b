"""The files of one commit of a repository on this machine: git's objects, never the checked-out files."""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO

from ai_coder.adapters.git_program import PARTIAL_CLONE_HINT, GitProgram
from ai_coder.domain.source import EXECUTABLE, REGULAR, RepoPath, TreeEntry
from ai_coder.errors import ForgeError

_MODES = {"100664": REGULAR}
"""A mode that old versions of git wrote, and what it means today. Source: git's fsck-msgs, `badFilemode`."""


class LocalTree:
    """Port `SourceTree` over a commit of a local repository."""

    def __init__(self, repository: GitProgram, commit: str) -> None:
        self._git = repository
        self._commit = commit
        self._entries: dict[RepoPath, TreeEntry] | None = None
        self._unnamed: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def commit(self) -> str:
        """Object name of the commit."""
        return self._commit

    def entries(self) -> Mapping[RepoPath, TreeEntry]:
        """Every entry whose path is safe, in order of path; read once."""
        if self._entries is None:
            listed = self._git.run("ls-tree", "-r", "-z", "-l", "--full-tree", "--end-of-options", self._commit)
            found = [_entry(record) for record in listed.split(b"\0") if record]
            entries = [entry for entry in found if isinstance(entry, TreeEntry)]
            self._unnamed = frozenset(entry for entry in found if not isinstance(entry, TreeEntry))
            self._entries = {entry.path: entry for entry in sorted(entries, key=lambda e: e.path)}
        return self._entries

    def unnamed(self) -> frozenset[tuple[str, str, str]]:
        """What stands at paths that are not safe to name."""
        self.entries()
        return self._unnamed

    def read(self, paths: Iterable[RepoPath]) -> Mapping[RepoPath, bytes]:
        """The exact bytes of these regular files; others are missing."""
        return dict(self.stream(paths))

    def stream(self, paths: Iterable[RepoPath]) -> Iterator[tuple[RepoPath, bytes]]:
        """The same, one after the other, while git unpacks those that follow. Raises: ForgeError."""
        entries = self.entries()
        wanted = [entries[path] for path in dict.fromkeys(paths) if path in entries]
        wanted = [entry for entry in wanted if entry.mode in {REGULAR, EXECUTABLE}]
        if wanted:
            given = "".join(f"{entry.blob}\n" for entry in wanted).encode()
            with self._git.reading("cat-file", "--batch", given=given) as output:
                yield from ((entry.path, _content(output)) for entry in wanted)


def _entry(record: bytes) -> TreeEntry | tuple[str, str, str]:
    """One record of `ls-tree -z -l`; the bare facts for a path that is not safe to name, which stays untouched.

    Shape: mode, kind, object name, size (`-` for a submodule), between blanks; a tab; the path.
    """
    facts, _, path = record.partition(b"\t")
    mode, _, blob, size = facts.decode("ascii").split()
    try:
        checked = RepoPath.parse(path.decode())
    except ValueError:
        return mode, blob, path.decode("utf-8", "surrogateescape")
    return TreeEntry(checked, _MODES.get(mode, mode), blob, int(size) if size.isdigit() else 0)


def _content(output: IO[bytes]) -> bytes:
    """The next content in the answer of `cat-file --batch`.

    Shape, for each object: name, kind, size, between blanks; a line end; the content; a line end.
    Raises: EOFError when the answer is over, ForgeError when the object is not there.
    """
    head = output.readline()
    if not head.endswith(b"\n"):
        raise EOFError
    name, *facts = head.decode("utf-8", "replace").split()
    if len(facts) != len(("kind", "size")):
        msg = f"object {name} is not in this repository"
        raise ForgeError(msg, hint=PARTIAL_CLONE_HINT)
    size = int(facts[1])
    content = output.read(size + 1)
    if len(content) <= size:
        raise EOFError
    return content[:size]
