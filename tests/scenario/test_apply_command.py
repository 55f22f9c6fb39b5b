"""`ai_coder apply`: a model's answer onto a folder, all of it or nothing, told as one JSON object."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest

from ai_coder.entry import main
from builders import a_block

FILES = {"hello.py": b"print('hello')\n", "deep/notes.md": b"one\r\ntwo\r\n", "raw.bin": b"\0\xff\n"}
SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
DEUX = a_block("deep/notes.md", "two\n", "deux\n")
LOST = a_block("hello.py", "print('nowhere to be found')\n", "print('salut')\n")
MOVE = (
    "*** Begin Patch\n*** Update File: hello.py\n*** Move to: app/salut.py\n"
    "-print('hello')\n+print('salut')\n*** End Patch\n"
)


@pytest.fixture(name="root")
def _root(tmp_path):
    """A folder that is no git repository."""
    root = tmp_path / "tree"
    for path, content in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def tree_of(root):
    """Every file with its content; a link with its target."""
    return {
        path.relative_to(root).as_posix(): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in root.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def apply(root, answer, *more):
    """Exit status, what was printed as a value, and what was said to the person."""
    (root.parent / "answer.txt").write_bytes(answer.encode())
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["apply", "--root", str(root), "--answer", str(root.parent / "answer.txt"), *more], {})
    return status, json.loads(out.getvalue()) if out.getvalue() else None, err.getvalue()


def check_refused(root, answer, word):
    """Nothing changes, the exit status is 1, and one refusal holds `word`."""
    before = tree_of(root)
    status, said, _ = apply(root, answer)
    assert (status, said["applied"], said["changes"]) == (1, False, [])
    assert any(word in refusal["message"] for refusal in said["refusals"]), said["refusals"]
    assert tree_of(root) == before


def test_an_answer_is_applied(root):
    """Edits of several files are written, with the line endings that the files have."""
    status, said, _ = apply(root, SALUT + "\n" + DEUX)

    assert status == 0
    assert said == {
        "applied": True,
        "changes": [{"path": "deep/notes.md", "status": "modified"}, {"path": "hello.py", "status": "modified"}],
        "refusals": [],
        "notes": said["notes"],
    }
    wanted = {"hello.py": b"print('salut')\n", "deep/notes.md": b"one\r\ndeux\r\n"}
    assert tree_of(root) == FILES | wanted


def test_check_changes_nothing(root):
    """`--check` says what would be done; its exit status tells whether the answer fits."""
    status, said, _ = apply(root, SALUT, "--check")

    assert status == 0
    assert said["applied"] is False
    assert said["changes"] == [{"path": "hello.py", "status": "modified"}]
    assert tree_of(root) == FILES
    assert apply(root, LOST, "--check")[0] == 1


def test_all_or_nothing(root):
    """One edit that does not fit keeps every file as it is."""
    status, said, _ = apply(root, SALUT + "\n" + a_block("deep/notes.md", "three\n", "trois\n"))

    assert (status, said["applied"], said["changes"]) == (1, False, [])
    assert [(refusal["path"], refusal["code"]) for refusal in said["refusals"]] == [("deep/notes.md", "not_found")]
    assert tree_of(root) == FILES


def test_files_come_and_go(root):
    """Files are created in new folders, moved with their mode, and deleted."""
    (root / "hello.py").chmod(0o751)
    answer = MOVE.replace("*** End", "*** Add File: a/b/c.txt\n+c\n*** Delete File: deep/notes.md\n*** End")
    status, said, _ = apply(root, answer)

    assert status == 0, said
    assert said["changes"] == [
        {"path": "a/b/c.txt", "status": "added"},
        {"path": "app/salut.py", "status": "renamed", "moved_from": "hello.py"},
        {"path": "deep/notes.md", "status": "removed"},
    ]
    assert tree_of(root) == {"a/b/c.txt": b"c\n", "app/salut.py": b"print('salut')\n", "raw.bin": FILES["raw.bin"]}
    assert stat.S_IMODE((root / "app/salut.py").stat().st_mode) == 0o751


def test_modes_are_kept(root):
    """A changed file keeps its mode."""
    (root / "hello.py").chmod(0o640)
    apply(root, SALUT)
    assert stat.S_IMODE((root / "hello.py").stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("path", "content", "word"),
    [
        ("raw.bin", b"\0old\n", "is binary"),
        ("latin.txt", b"old \xe9\n", "is not UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_by_name(root, path, content, word):
    """A file that is not UTF-8 text cannot be edited, and the refusal says why."""
    (root / path).write_bytes(content)
    check_refused(root, a_block(path, "old\n", "new\n"), word)


def test_what_is_no_text_may_be_spoken_of(root):
    """A binary file that the answer only mentions is no reason to refuse."""
    status, _, _ = apply(root, "I leave raw.bin alone.\n\n" + SALUT)
    assert status == 0


@pytest.mark.parametrize("path", ["link.py", "folder/x.py", "folder/new.py", "dangling.py"])
def test_no_link_is_followed(root, path):
    """Neither a file behind a link nor a file in a linked folder is changed or made."""
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "x.py").write_bytes(b"x\n")
    (root / "link.py").symlink_to(outside / "x.py")
    (root / "folder").symlink_to(outside)
    (root / "dangling.py").symlink_to(outside / "made.py")
    before = tree_of(root)

    assert apply(root, a_block(path, "x\n", "y\n"))[0] == 1
    assert apply(root, f"*** Begin Patch\n*** Add File: {path}\n+y\n*** End Patch\n")[0] == 1
    assert apply(root, f"*** Begin Patch\n*** Delete File: {path}\n*** End Patch\n")[0] == 1
    assert tree_of(root) == before
    assert tree_of(outside) == {"x.py": b"x\n"}


@pytest.mark.parametrize("path", ["../x.py", "a/../../x.py", ".git/hooks/pre-commit", "/x/y.py", "hello.py/x.py"])
def test_no_path_leads_out(root, path):
    """A new file stands in the folder, outside of `.git`, and not below another file."""
    before = tree_of(root.parent)
    status, said, _ = apply(root, f"*** Begin Patch\n*** Add File: {path}\n+y\n*** End Patch\n")

    assert (status, said["applied"]) == (1, False)
    assert {name: text for name, text in tree_of(root.parent).items() if name != "answer.txt"} == before


def test_git_is_not_looked_into(root):
    """A file below `.git` is not even seen, so that no base name leads there."""
    (root / ".git").mkdir()
    (root / ".git/config").write_bytes(b"[core]\n")
    before = tree_of(root)
    assert apply(root, a_block("config", "[core]\n", "[evil]\n"))[0] == 1
    assert tree_of(root) == before


def test_an_answer_without_edits(root):
    """Prose alone is refused."""
    check_refused(root, "All is well as it is.\n", "")


def test_arguments_that_are_wrong(root, tmp_path):
    """No such folder, no such answer, no such format, an answer that is no text: exit status 2, nothing printed."""
    assert apply(root, SALUT, "--format", "telepathy")[:2] == (2, None)
    assert apply(root, SALUT, "--root", str(tmp_path / "nowhere"))[:2] == (2, None)
    assert apply(root, SALUT, "--answer", str(tmp_path / "nothing.txt"))[:2] == (2, None)
    (tmp_path / "noise.txt").write_bytes(b"\xff\xfe")
    assert apply(root, SALUT, "--answer", str(tmp_path / "noise.txt"))[:2] == (2, None)
    assert apply(root, SALUT, "--loudly")[:2] == (2, None)
    assert tree_of(root) == FILES


def test_an_answer_from_standard_input(root):
    """As a process of its own, with `--answer -`: the answer is read from standard input."""
    ended = subprocess.run(
        [sys.executable, "-m", "ai_coder", "apply", "--root", str(root), "--answer", "-"],
        input=SALUT.encode(),
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert json.loads(ended.stdout)["applied"] is True
    assert (root / "hello.py").read_bytes() == b"print('salut')\n"
