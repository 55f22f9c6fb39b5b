"""The files of a folder on this machine, as text: listed, read one by one, changed all or not at all."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from ai_coder.adapters.file_swap import FileSwap
from ai_coder.domain.source import RepoPath
from ai_coder.edits import Change
from ai_coder.errors import ConfigurationError

_MAX_FILE_BYTES = 8_000_000


class NotUsable(Exception):
    """A path that cannot be read or written as text; the message is the rest of a sentence about it."""


class FolderTree:
    """A folder whose regular UTF-8 files may be changed. No link is followed, `.git` stays unseen."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def paths(self) -> list[str]:
        """Every file, link or special file with a safe name, in order. Raises: ConfigurationError, no such folder."""
        if not self._root.is_dir():
            msg = f"{str(self._root)!r} is no folder"
            raise ConfigurationError(msg, hint="`--root` names the folder that the answer's paths start from.")
        return sorted(self._walk())

    def read(self, path: str) -> str:
        """The text, line endings and byte order mark as they are. Raises: NotUsable."""
        self._check_way(path)
        place = self._root / path
        try:
            facts = place.lstat()
            if not stat.S_ISREG(facts.st_mode):
                raise NotUsable("is no regular file" if not stat.S_ISLNK(facts.st_mode) else "is a symbolic link")
            if facts.st_size > _MAX_FILE_BYTES:
                raise NotUsable(f"is larger than {_MAX_FILE_BYTES:,} bytes")
            content = place.read_bytes()
        except OSError as error:
            raise NotUsable(f"cannot be read: {error.strerror}") from error
        if b"\0" in content:
            raise NotUsable("is binary")
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise NotUsable(f"is not UTF-8 (byte {error.start})") from error

    def check(self, change: Change) -> None:
        """Whether the folder is as the change supposes, and can hold the result. Raises: NotUsable."""
        self._check_way(change.path)
        if change.before is not None and self.read(change.path) != change.before:
            raise NotUsable("was changed by somebody else meanwhile")
        if change.before is None and os.path.lexists(self._root / change.path):
            raise NotUsable("exists already")
        try:
            (change.after or "").encode()
        except UnicodeEncodeError as error:
            raise NotUsable("would not be valid Unicode") from error

    def write(self, changes: Iterable[Change]) -> None:
        """Carry out checked changes, modes kept. Raises: OSError, all being as it was; NotPutBack, where it is not."""
        with FileSwap() as swap:
            for change in changes:
                if change.after is None:
                    swap.remove(self._root / change.path)
                    continue
                origin = change.moved_from or (change.path if change.before is not None else "")
                swap.put(
                    self._root / change.path,
                    change.after.encode(),
                    mode=stat.S_IMODE((self._root / origin).lstat().st_mode) if origin else None,
                )
            swap.commit()

    def _walk(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self._root):
            prefix = Path(folder).relative_to(self._root)
            links = [name for name in folders if (Path(folder) / name).is_symlink()]
            folders[:] = [name for name in folders if _is_safe((prefix / name).as_posix()) and name not in links]
            yield from filter(_is_safe, ((prefix / name).as_posix() for name in [*files, *links]))

    def _check_way(self, path: str) -> None:
        """Raises: NotUsable where the path is not safe, or leads through a link or a file."""
        try:
            RepoPath.parse(path)
        except ValueError as error:
            raise NotUsable("is no path inside the folder") from error
        place = self._root
        for component in path.split("/")[:-1]:
            place /= component
            if place.is_symlink():
                raise NotUsable(f"leads through the symbolic link `{place.name}`")
            if os.path.lexists(place) and not place.is_dir():
                raise NotUsable(f"lies below `{place.name}`, which is a file")


def _is_safe(path: str) -> bool:
    try:
        RepoPath.parse(path)
    except ValueError:
        return False
    return True
