"""A folder in which foreign commands ran: written, read and removed without ever being led out of it.

Every name is opened relative to its open parent, and no link is followed. Nothing foreign runs meanwhile.
"""

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ai_coder.adapters.sandbox.reports import FOLDER, enter, read_reports
from ai_coder.domain.source import RepoPath
from ai_coder.errors import SandboxError
from ai_coder.ports import BoxFile

_NO_FOLDER = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_SUBFOLDERS = ("tree", "home", "tmp")


class BoxFolder:
    """`tree`, `home` and `tmp`, which belong to the box's user, in a folder that does not."""

    def __init__(self, parent: str, uid: int) -> None:
        """Make it; `uid` 0 leaves all to the user who runs this. Raises: OSError."""
        self.uid = uid
        self.path = Path(tempfile.mkdtemp(prefix="ai_coder-box-", dir=parent))
        if uid:
            self.path.chmod(0o711)
        for name in _SUBFOLDERS:
            (self.path / name).mkdir(0o700)
            if uid:
                os.chown(self.path / name, uid, uid)
        self._tree = os.open(self.tree, FOLDER)

    @property
    def tree(self) -> Path:
        """Where the repository's files are."""
        return self.path / "tree"

    @property
    def home(self) -> Path:
        """The home of the box's user."""
        return self.path / "home"

    @property
    def temporary(self) -> Path:
        """Where temporary files go."""
        return self.path / "tmp"

    def put(self, path: RepoPath, file: BoxFile | None) -> None:
        """Write the file with whatever stands in its way removed; None removes it. Raises: OSError."""
        with self._folder_of(path) as folder:
            _remove(path.name, folder)
            if file is None:
                return
            handle = os.open(path.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
            with open(handle, "wb") as target:  # noqa: PTH123 - an open file, not a path
                target.write(file.content)
                os.fchmod(handle, 0o755 if file.is_executable else 0o644)
                self._give(handle)

    def reports(self, since_ns: int) -> tuple[str, ...]:
        """Texts of the JUnit XML files in the tree that were changed after that moment."""
        return read_reports(self._tree, since_ns)

    def moment_ns(self) -> int:
        """Now, by the clock that stamps files."""
        with tempfile.TemporaryFile(dir=self.path) as file:
            return os.fstat(file.fileno()).st_ctime_ns

    def free_bytes(self) -> int:
        """Room that is left on the disk."""
        disk = os.statvfs(self.path)
        return disk.f_bavail * disk.f_frsize

    def close(self) -> None:
        """Remove everything; twice is once. Raises: SandboxError when something stays."""
        if self._tree < 0:
            return
        os.close(self._tree)
        self._tree = -1
        for program in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):  # of any depth, and no link is followed
            subprocess.run([*program, "--", str(self.path)], capture_output=True, check=False)
        if self.path.exists():
            msg = f"{str(self.path)!r} could not be removed"
            raise SandboxError(msg, hint="Remove the folder by hand; nothing runs in it any more.")

    @contextmanager
    def _folder_of(self, path: RepoPath) -> Iterator[int]:
        """The open folder that the file is in; it is made, in place of whatever stands there, where there is none."""
        folder = os.dup(self._tree)
        try:
            for name in path.text.split("/")[:-1]:
                inner = self._enter_or_make(name, folder)
                os.close(folder)
                folder = inner
            yield folder
        finally:
            os.close(folder)

    def _enter_or_make(self, name: str, parent: int) -> int:
        try:
            return enter(name, parent)
        except OSError as error:
            if error.errno not in _NO_FOLDER:
                raise
        _remove(name, parent)
        os.mkdir(name, 0o755, dir_fd=parent)
        inner = enter(name, parent)
        self._give(inner)
        return inner

    def _give(self, handle: int) -> None:
        if self.uid:
            os.fchown(handle, self.uid, self.uid)


def _remove(name: str, parent: int) -> None:
    """Remove whatever has that name, if anything has. Raises: OSError."""
    try:
        os.unlink(name, dir_fd=parent)
    except FileNotFoundError:
        return
    except IsADirectoryError:
        shutil.rmtree(name, dir_fd=parent)
