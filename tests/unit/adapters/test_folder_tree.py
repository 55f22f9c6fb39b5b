"""A folder's files as text, and several of them changed as one."""

from __future__ import annotations

import os

import pytest

from ai_coder.adapters.file_swap import FileSwap, NotPutBack
from ai_coder.adapters.folder_tree import FolderTree, NotUsable
from ai_coder.edits import Change
from ai_coder.errors import ConfigurationError

FILES = {"a.txt": b"a\n", "b/c.txt": b"c\n", "d.txt": b"d\n"}


@pytest.fixture(name="root")
def _root(tmp_path):
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path


def tree_of(root):
    """Every file with its content, ours for the time being too."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def folders_of(root):
    """Every folder."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}


def test_paths_are_listed(root):
    """Files and links are listed, what stands in `.git` or behind a link is not."""
    (root / ".git").mkdir()
    (root / ".git/config").write_bytes(b"")
    (root / "link").symlink_to(root / "b")
    (root / os.fsdecode(b"\xff.txt")).write_bytes(b"")
    assert FolderTree(root).paths() == ["a.txt", "b/c.txt", "d.txt", "link"]


def test_no_folder(tmp_path):
    """A folder that is not there is the caller's mistake."""
    with pytest.raises(ConfigurationError, match="is no folder"):
        FolderTree(tmp_path / "x").paths()


def test_text_is_exact(root):
    """Byte order mark, line endings and a missing final newline are part of the text."""
    (root / "x.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree")
    assert FolderTree(root).read("x.txt") == "\ufeffone\r\ntwo\rthree"


@pytest.mark.parametrize(
    ("path", "word"),
    [("../x", "no path inside"), ("b", "no regular file"), ("nothing", "cannot be read"), ("a.txt/x", "lies below")],
)
def test_what_cannot_be_read(root, path, word):
    """A path that is no readable file is not usable, and the message says why."""
    with pytest.raises(NotUsable, match=word):
        FolderTree(root).read(path)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (Change("a.txt", "other\n", "new\n"), "changed by somebody else"),
        (Change("a.txt", None, "new\n"), "exists already"),
        (Change("b", None, "new\n"), "exists already"),
        (Change("a.txt/x", None, "new\n"), "lies below"),
        (Change("new.txt", None, "\ud800"), "not be valid Unicode"),
    ],
)
def test_what_cannot_be_changed(root, change, word):
    """A change is checked against the folder as it is now."""
    with pytest.raises(NotUsable, match=word):
        FolderTree(root).check(change)


def test_nothing_is_left_beside_the_files(root):
    """After a change there is what was asked for, and no other file."""
    changes = [
        Change("a.txt", "a\n", "A\n"),
        Change("d.txt", "d\n", None),
        Change("x/y/z.txt", None, "z\n"),
    ]
    FolderTree(root).write(changes)
    assert tree_of(root) == {"a.txt": b"A\n", "b/c.txt": b"c\n", "x/y/z.txt": b"z\n"}


def test_two_files_swap_their_names(root):
    """Moves are made as if all at once."""
    changes = [Change("a.txt", "a\n", "d\n", moved_from="d.txt"), Change("d.txt", "d\n", "a\n", moved_from="a.txt")]
    FolderTree(root).write(changes)
    assert tree_of(root) == FILES | {"a.txt": b"d\n", "d.txt": b"a\n"}


def swap_all(root, interfere):
    """Change, remove and create; `interfere` happens after everything is written beside its place."""
    with FileSwap() as swap:
        swap.put(root / "a.txt", b"A\n", 0o600)
        swap.remove(root / "d.txt")
        swap.put(root / "new/deep/e.txt", b"e\n", None)
        swap.put(root / "b/c.txt", b"C\n", 0o600)
        interfere(root)
        swap.commit()


def lose_the_last(root):
    """The last new file vanishes before it can be moved in, when the others are in place already."""
    next((root / "b").glob(".ai_coder-*")).unlink()


def interrupt(root):
    """A person presses Ctrl+C."""
    raise KeyboardInterrupt


@pytest.mark.parametrize(("interfere", "error"), [(lose_the_last, FileNotFoundError), (interrupt, KeyboardInterrupt)])
def test_a_failure_in_the_middle_is_undone(root, interfere, error):
    """Whatever ends the work early, the folder is as it was: contents, modes, folders, the very same files."""
    (root / "a.txt").chmod(0o751)
    before = (root / "a.txt").stat()
    with pytest.raises(error):
        swap_all(root, interfere)
    assert tree_of(root) == FILES
    assert folders_of(root) == {"b"}
    assert (root / "a.txt").stat().st_ino == before.st_ino
    assert (root / "a.txt").stat().st_mode == before.st_mode


def test_a_place_that_cannot_be_written(root):
    """A name that is too long for the file system fails before anything is moved."""
    too_long = f"new/{'x' * 300}/y.txt"
    with pytest.raises(OSError, match="too long"):
        FolderTree(root).write([Change("a.txt", "a\n", "A\n"), Change(too_long, None, "y\n")])
    assert tree_of(root) == FILES
    assert folders_of(root) == {"b"}


def lose_a_place(root):
    """The work fails, and before it is undone a folder stands where a file was."""
    with FileSwap() as swap:
        swap.remove(root / "d.txt")
        swap.put(root / "b/c.txt", b"C\n", None)
        lose_the_last(root)
        with pytest.raises(FileNotFoundError):
            swap.commit()
        (root / "d.txt/x").mkdir(parents=True)


def test_what_cannot_be_put_back_is_said(root):
    """A file whose place was taken meanwhile is not lost: the error says where it is. The others are put back."""
    with pytest.raises(NotPutBack) as caught:
        lose_a_place(root)
    kept = next(root.glob(".ai_coder-*"))
    assert str(caught.value) == f"{str(root / 'd.txt')!r} is now {str(kept)!r}"
    assert kept.read_bytes() == b"d\n"
    assert (root / "b/c.txt").read_bytes() == b"c\n"
