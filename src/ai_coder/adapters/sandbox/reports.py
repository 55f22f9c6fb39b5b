"""JUnit XML files that a command wrote into a tree: found and read without following a link, within bounds."""

import os
import stat
from collections.abc import Iterator

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a folder is opened that may be a trap."""
MAX_REPORTS, MAX_REPORT_BYTES = 20, 1_000_000
LEFT_ALONE = frozenset({"node_modules", "__pycache__", ".venv", "venv", ".tox", ".git"})
"""Folders of many files in which no report is looked for."""
_MAX_ENTRIES, _MAX_DEPTH = 200_000, 30
_MARK, _MARK_WITHIN_BYTES = b"<testsuite", 4_096


def read_reports(tree: int, since_ns: int) -> tuple[str, ...]:
    """The texts of those in the open folder that changed after that moment, the first by folder and name."""
    found: list[str] = []
    for folder in _folders(tree):
        try:
            for name in _changed(folder, since_ns):
                if len(found) == MAX_REPORTS:
                    return tuple(found)
                if content := _read(name, folder):
                    found.append(content.decode("utf-8", "replace"))
        finally:
            os.close(folder)
    return tuple(found)


def is_report(content: bytes) -> bool:
    """Whether it looks like JUnit XML."""
    return _MARK in content[:_MARK_WITHIN_BYTES]


def enter(name: str, parent: int) -> int:
    """Open a folder by its name in an open one; its owner may have closed it to himself. Raises: OSError."""
    try:
        return os.open(name, FOLDER, dir_fd=parent)
    except PermissionError:
        os.chmod(name, 0o700, dir_fd=parent)
        return os.open(name, FOLDER, dir_fd=parent)


def _folders(tree: int) -> Iterator[int]:
    """Every folder of the tree, open, the outer ones first; who asked closes it."""
    waiting: list[tuple[str, ...]] = [()]
    entries = 0
    while waiting and entries < _MAX_ENTRIES:
        path = waiting.pop(0)
        try:
            folder = _open(path, tree)
            with os.scandir(folder) as found:
                inside = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
        except OSError:
            continue
        entries += len(inside)
        if len(path) < _MAX_DEPTH:
            waiting += [(*path, name) for name, is_folder in sorted(inside) if is_folder and name not in LEFT_ALONE]
        yield folder


def _open(path: tuple[str, ...], tree: int) -> int:
    """Raises: OSError."""
    folder = os.dup(tree)
    for name in path:
        try:
            inner = enter(name, folder)
        finally:
            os.close(folder)
        folder = inner
    return folder


def _changed(folder: int, since_ns: int) -> list[str]:
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".xml") and entry.is_file(follow_symlinks=False):
                state = entry.stat(follow_symlinks=False)
                if state.st_ctime_ns > since_ns and 0 < state.st_size <= MAX_REPORT_BYTES:
                    names.append(entry.name)
    return sorted(names)


def _read(name: str, folder: int) -> bytes:
    """The content of a report that is a regular file with this one name; of any other hardly more than its state."""
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return b""
    with open(file, "rb") as source:  # noqa: PTH123 - an open file, not a path
        state = os.fstat(file)
        if not (stat.S_ISREG(state.st_mode) and state.st_nlink == 1):
            return b""
        head = source.read(_MARK_WITHIN_BYTES)
        return head + source.read(MAX_REPORT_BYTES - len(head)) if is_report(head) else b""
