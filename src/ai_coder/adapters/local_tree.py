"""The files of one commit of a repository on this machine: git's objects, never the checked-out files."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import IO

from ai_coder.adapters.git_program import PARTIAL_CLONE_HINT, GitProgram
from ai_coder.domain.listing import Listing, Unnamed, listed
from ai_coder.domain.source import EXECUTABLE, REGULAR, RepoPath, TreeEntry
from ai_coder.errors import ForgeError

_MODES = {"100664": REGULAR}
"""A mode that old versions of git wrote, and what it means today. Source: git's fsck-msgs, `badFilemode`."""


class LocalTree:
    """Port `SourceTree` over a commit of a local repository."""

    def __init__(self, repository: GitProgram, commit: str) -> None:
        self._git = repository
        self._commit = commit

    @property
    def commit(self) -> str:
        """Object name of the commit."""
        return self._commit

    def entries(self) -> Mapping[RepoPath, TreeEntry]:
        """Every entry whose path is safe, in order of path; read once."""
        return self._listing.entries

    def unnamed(self) -> frozenset[Unnamed]:
        """What stands at paths that are not safe to name."""
        return self._listing.unnamed

    @cached_property
    def _listing(self) -> Listing:
        output = self._git.run("ls-tree", "-r", "-z", "-l", "--full-tree", "--end-of-options", self._commit)
        return Listing.of(_entry(record) for record in output.split(b"\0") if record)

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


def _entry(record: bytes) -> TreeEntry | Unnamed:
    """One record of `ls-tree -z -l`.

    Shape: mode, kind, object name, size (`-` for a submodule), between blanks; a tab; the path.
    """
    facts, _, path = record.partition(b"\t")
    mode, _, blob, size = facts.decode("ascii").split()
    path_text = path.decode("utf-8", "surrogateescape")
    return listed(path_text, _MODES.get(mode, mode), blob, int(size) if size.isdigit() else 0)


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
