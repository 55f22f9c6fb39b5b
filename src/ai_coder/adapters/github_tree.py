"""The files of one commit on GitHub: the recursive listing, blobs for a few files, one archive for many.

An archive is not trusted: export-ignore, export-subst and line-ending attributes change what it holds.
Every file out of it is checked against the listing's object name; what differs or is missing is read as a blob.
"""

import base64
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property, partial
from typing import IO, Any, cast

import requests

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_shape import OddAnswer, number, record, records, text, texts
from ai_coder.domain.cassette import Asked, Given
from ai_coder.domain.listing import Listing, Unnamed, listed
from ai_coder.domain.source import EXECUTABLE, REGULAR, SUBMODULE, RepoPath, TreeEntry
from ai_coder.errors import ForgeError

_FEW_FILES = 6
"""Up to this many files are read as blobs: an archive costs two requests and holds everything."""
_MAX_BLOBS = 60
"""Most files read one by one after an archive lied."""
_MAX_ARCHIVE_BYTES = 400_000_000
_CHUNK_BYTES = 1 << 16
_TIMEOUT_S = 60


class GithubTree:
    """Port `SourceTree` over a commit of a GitHub repository."""

    def __init__(self, api: GithubApi, commit: str) -> None:
        self._api = api
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
        return Listing.of(self._listed(self._commit, ""))

    def _listed(self, tree: str, prefix: str) -> Iterator[TreeEntry | Unnamed]:
        """The recursive listing of a tree or a commit; where GitHub cuts it off, folder by folder."""
        path = f"/git/trees/{tree}"
        whole = self._api.get(path, partial(_whole, prefix), recursive="1")
        if whole is not None:
            yield from whole
            return
        entries, folders = self._api.get(path, partial(_one_level, prefix))
        yield from entries
        for name, folder in folders:
            yield from self._listed(name, folder)

    def read(self, paths: Iterable[RepoPath]) -> Mapping[RepoPath, bytes]:
        """The exact bytes of these regular files; others are missing."""
        entries = self.entries()
        wanted = {path: entries[path] for path in paths if path in entries}
        wanted = {path: entry for path, entry in wanted.items() if entry.mode in {REGULAR, EXECUTABLE}}
        found = self._from_archive(wanted) if len(wanted) > _FEW_FILES else {}
        rest = [entry for path, entry in wanted.items() if path not in found]
        for entry in rest[:_MAX_BLOBS]:
            found[entry.path] = self._blob(entry)
        return found

    def _blob(self, entry: TreeEntry) -> bytes:
        content = self._api.get(f"/git/blobs/{entry.blob}", _content)
        if not _is(content, entry.blob):
            msg = f"GitHub answered blob {entry.blob} of {entry.path} with other bytes"
            raise ForgeError(msg, hint="Try again later.")
        return content

    def _from_archive(self, wanted: Mapping[RepoPath, TreeEntry]) -> dict[RepoPath, bytes]:
        """Those of the files that the archive holds as they are. One that breaks off is asked for once more."""
        by_text = {path.text: entry for path, entry in wanted.items()}
        for is_last in (False, True):
            try:
                with self._archive() as raw, tarfile.open(fileobj=raw, mode="r|gz") as archive:
                    return dict(_unpacked(archive, by_text))
            except (requests.RequestException, tarfile.TarError, OSError, EOFError, zlib.error) as error:
                if is_last:
                    msg = f"the archive of commit {self._commit[:12]} could not be read ({type(error).__name__})"
                    raise ForgeError(msg, hint="Try again later.") from error
        raise AssertionError  # the last round returns or raises

    @contextmanager
    def _archive(self) -> Iterator[IO[bytes]]:
        """The archive as a stream; whole in memory where it is recorded or played back."""
        if not self._api.line.keeps:
            with self._stream() as stream:
                yield stream
            return

        def send() -> Given:
            with self._stream() as stream:
                return Given(200, content=stream.read())

        yield io.BytesIO(self._api.line.exchange(Asked("archive", "GET", f"/tarball/{self._commit}"), send).content)

    @contextmanager
    def _stream(self) -> Iterator[IO[bytes]]:
        url = self._api.redirect(f"/tarball/{self._commit}")
        self._api.requests_made += 1
        with closing(requests.get(url, stream=True, timeout=_TIMEOUT_S)) as answer:
            answer.raise_for_status()
            yield cast(IO[bytes], _Bounded(answer.iter_content(_CHUNK_BYTES)))


class _Bounded:
    """Chunks as a stream, which ends the reading of an endless archive."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._waiting = bytearray()
        self._left = _MAX_ARCHIVE_BYTES

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._waiting) < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            self._waiting += chunk
            self._left -= len(chunk)
            if self._left < 0:
                msg = f"more than {_MAX_ARCHIVE_BYTES} bytes"
                raise OSError(msg)
        end = len(self._waiting) if size < 0 else size
        content = bytes(self._waiting[:end])
        del self._waiting[:end]
        return content


def _unpacked(archive: tarfile.TarFile, wanted: Mapping[str, TreeEntry]) -> Iterator[tuple[RepoPath, bytes]]:
    """The wanted files, below the one folder of the archive, whose bytes are those that the listing names."""
    for member in archive:
        entry = wanted.get(member.name.partition("/")[2])
        if entry is None or not member.isfile() or member.size != entry.size_bytes:
            continue
        stream = archive.extractfile(member)
        content = stream.read() if stream else b""
        if _is(content, entry.blob):
            yield entry.path, content


def _content(blob: object) -> bytes:
    """The bytes of a blob; an encoding that is unknown is none of ours."""
    content = text(blob, "content")
    if text(blob, "encoding") != "base64":
        return content.encode("utf-8", "replace")
    try:
        return base64.b64decode(content)
    except ValueError as error:
        raise OddAnswer("`content` is no base64") from error


def _whole(prefix: str, listing: object) -> list[TreeEntry | Unnamed] | None:
    """What a recursive listing holds; None where it was cut off."""
    items = records(listing, "tree")
    if record(listing).get("truncated"):
        return None
    return [_entry(prefix, item) for item in items if item.get("type") != "tree"]


def _one_level(prefix: str, listing: object) -> tuple[list[TreeEntry | Unnamed], list[tuple[str, str]]]:
    """What a tree holds itself, and its folders: object name, and the beginning of the paths in there."""
    items = [(text(item, "type") == "tree", item) for item in records(listing, "tree")]
    folders = [(text(item, "sha"), f"{prefix}{text(item, 'path')}/") for is_folder, item in items if is_folder]
    return [_entry(prefix, item) for is_folder, item in items if not is_folder], folders


def _entry(prefix: str, item: Mapping[str, Any]) -> TreeEntry | Unnamed:
    path, mode, kind, blob = texts(item, "path", "mode", "type", "sha")
    return listed(prefix + path, SUBMODULE if kind == "commit" else mode, blob, number(item, "size", absent=0))


def _is(content: bytes, name: str) -> bool:
    """Whether git gives `content` the object name `name`: SHA-1 of 40 digits or SHA-256 of 64."""
    digest = hashlib.new("sha256" if len(name) == 64 else "sha1", usedforsecurity=False)  # noqa: PLR2004
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest() == name
