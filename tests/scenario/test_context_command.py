"""`ai_coder context`: the files of a local repository for an issue, as a table for a person and JSON for a program."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest

from ai_coder.entry import main
from fakes.git_repositories import GitRepository

ISSUE = "# Wait longer between retries\n\n`RetryPolicy` in app/retry.py gives up too early.\n"
FILES = {
    "app/retry.py": b"class RetryPolicy:\n    def delay(self, attempt):\n        return 2 ** attempt\n",
    "app/client.py": b"from app.retry import RetryPolicy\n",
    "lib/other.py": b"unrelated = 1\n",
    "tests/test_retry.py": b"from app.retry import RetryPolicy\n",
    "logo.png": b"\x89PNG\0retries",
}


@pytest.fixture(name="root")
def _root(tmp_path):
    """A repository whose working copy differs from HEAD, and an issue beside it."""
    repository = GitRepository(tmp_path / "repository", FILES)
    (repository.folder / "app" / "retry.py").write_bytes(b"checked out, not committed\n")
    (repository.folder / "ignored.py").write_bytes(b"class RetryPolicy: pass\n")
    (tmp_path / "issue.md").write_text(ISSUE, encoding="utf-8")
    return repository.folder


def context(root, *more):
    """Exit status, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["context", "--root", str(root), "--issue", str(root.parent / "issue.md"), *more], {})
    return status, out.getvalue(), err.getvalue()


def test_json(root):
    """The JSON object holds the files in order, with reasons and lines of HEAD, and how many are left out."""
    status, out, err = context(root, "--budget", "2000", "--json")

    said = json.loads(out)
    assert (status, err, list(said)) == (0, "", ["files", "left_out"])
    assert [file["path"] for file in said["files"]] == ["app/retry.py", "app/client.py", "tests/test_retry.py"]
    first = said["files"][0]
    assert list(first) == ["path", "score", "tokens", "reasons", "lines"]
    assert first["lines"] == [[1, 3]]
    assert "path is quoted in the issue" in first["reasons"]
    assert sum(file["tokens"] for file in said["files"]) <= 2_000
    assert said["left_out"] == 1


def test_table(root):
    """Without --json a person reads the score, the lines and the reasons of every file."""
    status, out, _ = context(root)

    assert status == 0
    assert "app/retry.py: 1-3\n" in out
    assert "defines `RetryPolicy`, which the issue names" in out
    assert out.endswith("of 16000 tokens; 1 file(s) left out\n")


def test_nothing_answers(root):
    """An issue that has no word in common with the repository gets an empty ranking, not an error."""
    (root.parent / "issue.md").write_text("# Zebra\n", encoding="utf-8")

    assert context(root)[:2] == (0, "nothing of the repository answers the issue; 4 file(s) left out\n")
    assert json.loads(context(root, "--json")[1]) == {"files": [], "left_out": 4}


def test_no_repository(tmp_path):
    """A folder that is no git repository is told in one sentence."""
    (tmp_path / "issue.md").write_text(ISSUE, encoding="utf-8")
    (tmp_path / "plain").mkdir()

    status, out, err = context(tmp_path / "plain", "--json")
    assert (status, out) == (2, "")
    assert "is in no git repository" in err
    assert "Traceback" not in err


def test_no_commit(tmp_path):
    """A repository without a commit is told as such."""
    (tmp_path / "issue.md").write_text(ISSUE, encoding="utf-8")
    repository = GitRepository(tmp_path / "empty")

    status, out, err = context(repository.folder, "--json")
    assert (status, out) == (3, "")
    assert "has no commit yet" in err


@pytest.mark.parametrize("budget", ["0", "-1", "many", "1.5", ""])
def test_wrong_budgets(root, budget):
    """A budget that is no whole number above 0 is refused with the value."""
    status, out, err = context(root, f"--budget={budget}")
    assert (status, out) == (2, "")
    assert repr(budget) in err


def test_as_a_process(root):
    """The command runs as `python -m ai_coder` with nothing in its environment but PATH."""
    command = [sys.executable, "-m", "ai_coder", "context", "--root", ".", "--issue", "../issue.md", "--json"]
    done = subprocess.run(command, cwd=root, env={"PATH": os.environ["PATH"]}, capture_output=True, check=True)
    assert json.loads(done.stdout)["files"][0]["path"] == "app/retry.py"
