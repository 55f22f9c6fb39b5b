"""A change as a patch: git makes the same files of it."""

import subprocess

import pytest

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.source import RepoPath
from ai_coder.report.patch import MAX_PATCH_BYTES, render_patch
from fakes.git_repositories import PROGRAM

BASE = "0" * 40


def a_set(**files):
    """A change set of path -> (before, after)."""
    return ChangeSet.of(BASE, [FileChange(RepoPath(path), *texts) for path, texts in files.items()])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1\n2\n3\n", "1\nzwei\n3\n"),
        ("1\n2", "1\n2\n"),
        ("1\n2\n", "1\n2"),
        ("a", "b"),
        (None, "new\n"),
        (None, "new"),
        ("old\n", None),
        ("1\r\n2\r\n", "1\r\nzwei\r\n"),
        ("--- a\n+++ b\n", "+++ c\n--- d\n"),
        ("1\n-- a", "1\n-- b"),
        ("1\n", "1\n++ a"),
        ("x\u2028y\x0cz\n1\n", "x\u2028y\x0cz\n2\n"),
    ],
)
def test_git_applies_it(tmp_path, before, after):
    """Line ends, missing last line feeds, new and deleted files: all of it comes out to the byte."""
    path = tmp_path / "a.txt"
    if before is not None:
        path.write_bytes(before.encode())

    patch = render_patch(a_set(**{"a.txt": (before, after)}))

    subprocess.run([PROGRAM, "apply", "-"], input=patch.encode(), cwd=tmp_path, check=True)
    assert (path.read_bytes() if path.exists() else None) == (None if after is None else after.encode())


def test_what_does_not_fit_is_named():
    """A patch is never longer than a summary holds; whole files are left out, and the words before it name them."""
    patch = render_patch(a_set(big=(None, "x" * MAX_PATCH_BYTES), small=(None, "1\n")))

    assert len(patch.encode()) < MAX_PATCH_BYTES
    assert patch.startswith("Left out, since the patch is too long: big\n")
    assert "+++ b/small" in patch
