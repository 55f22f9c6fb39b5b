"""The commands of a person's own machine, through the real entry point; once each in a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest

from ai_coder.entry import main
from builders import a_block
from fakes.git_repositories import GitRepository
from fakes.stage import LINK

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
ISSUE = "# Greet in French\n\nSay it in French, in [hello.py](hello.py).\n"


def typed(environ, *argv):
    """Exit status, standard output and standard error of a command."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(argv, environ)
    return status, out.getvalue(), err.getvalue()


def environ_of(scene, **more):
    """What a person's shell holds."""
    return {
        "PATH": os.environ["PATH"],
        "GITHUB_TOKEN": scene.github.token_for("mona"),
        "GITHUB_API_URL": scene.github.url,
        "OPENAI_KEY": "sk-stage-0123456789",
        "OPENAI_BASE_URL": scene.model.url,
        "INPUT_MODEL": "scripted",
        **more,
    }


@pytest.fixture(name="local")
def _local(tmp_path):
    """A local repository with an issue in a file beside it."""
    repository = GitRepository(tmp_path / "repository", {"hello.py": b"print('hello')\n"})
    (tmp_path / "issue.md").write_text(ISSUE, encoding="utf-8")
    return repository


def run_local(scene, local, *more):
    """`ai_coder run` on the local repository."""
    issue = str(local.folder.parent / "issue.md")
    return typed(environ_of(scene), "run", "--root", str(local.folder), "--issue", issue, *more)


def test_a_local_issue(stage, local):
    """A local run commits to a branch named after the issue, and touches neither HEAD nor index nor files."""
    scene = stage(SALUT)
    (local.folder / "hello.py").write_bytes(b"print('mine')\n")
    before = local.git("status", "--porcelain", "--branch")

    status, out, _ = run_local(scene, local)

    assert status == 0
    assert "ai_coder/greet-in-french" in out
    assert local.git("show", "ai_coder/greet-in-french:hello.py") == b"print('salut')\n"
    assert local.git("status", "--porcelain", "--branch") == before
    assert (local.folder / "hello.py").read_bytes() == b"print('mine')\n"


def test_a_local_issue_twice(stage, local):
    """The second run continues on the branch."""
    scene = stage(SALUT, a_block("hello.py", "print('salut')\n", "print('salut!')\n"))
    run_local(scene, local)
    status, _, _ = run_local(scene, local)

    assert status == 0
    assert local.git("show", "ai_coder/greet-in-french:hello.py") == b"print('salut!')\n"
    assert local.git("rev-list", "--count", "main..ai_coder/greet-in-french").strip() == b"2"


def test_json_is_one_object_on_standard_output(stage, local):
    """`--json` prints one object there and nothing else."""
    status, out, _ = run_local(stage(SALUT), local, "--json")
    said = json.loads(out)

    assert (status, said["status"], said["branch"]) == (0, "changed", "ai_coder/greet-in-french")
    assert said["changed_files"] == ["hello.py"]


def test_an_issue_on_github(stage):
    """`run --repo --issue` does from here what the workflow does there; the commit credits nobody else."""
    scene = stage(SALUT)
    number = scene.open()

    status, out, _ = typed(environ_of(scene), "run", "--repo", scene.repo.full_name, "--issue", f"#{number}")

    assert status == 0
    assert "Pull request #2" in out
    assert scene.text(f"ai_coder/issue-{number}", "hello.py") == "print('salut')\n"
    assert "Co-authored-by" not in scene.repo.log(f"ai_coder/issue-{number}")[0].message


def test_waiting_issues_as_a_matrix(stage):
    """`scan --json` lists accepted issues that wait, and no others."""
    scene = stage()
    waiting = scene.open()
    scene.repo.add_label(waiting, "ai_coder", actor="mona")
    labelled_by_nobody = scene.open(title="By the wrong one")
    scene.repo.add_label(labelled_by_nobody, "ai_coder", actor="reed")
    scene.open(title="[ai_coder] By a stranger", by="stan")
    scene.open(title="Not for us")

    status, out, _ = typed(environ_of(scene), "scan", "--repo", scene.repo.full_name, "--json")

    assert status == 0
    assert json.loads(out) == {"include": [{"issue": waiting, "title": "Greet in French"}]}


@pytest.mark.parametrize("argument", [True, False])
def test_the_oldest_way_in(stage, argument):
    """`python -m ai_coder.github_main [owner/name]` works through every accepted open issue, pull requests skipped."""
    scene = stage(SALUT, "NO CHANGE: Nothing to do.")
    for title in ("Greet in French", "Greet again", "Not accepted"):
        number = scene.open(title=title)
        if title != "Not accepted":
            scene.repo.add_label(number, "ai_coder", actor="mona")
    scene.repo.commit("theirs", {"a.txt": "a\n"}, author="mona")
    pull = scene.repo.open_pull_request(author="mona", head="theirs", title="[ai_coder] A pull request")
    environ = environ_of(scene) if argument else environ_of(scene, GITHUB_REPOSITORY=scene.repo.full_name)
    command = [sys.executable, "-m", "ai_coder.github_main", *([scene.repo.full_name] if argument else [])]

    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    ends = [line for line in done.stderr.splitlines() if line.startswith("issue #") and "(" not in line]
    assert ends == ["issue #1: changed", "issue #2: no_change"]
    assert scene.text("ai_coder/issue-1", "hello.py") == "print('salut')\n"
    assert scene.repo.comments(pull.number) == []


def test_a_proxy_of_the_machine(stage):
    """GitHub is asked through the proxy that the environment names, every time."""
    scene = stage()
    waiting = scene.open()
    scene.repo.add_label(waiting, "ai_coder", actor="mona")
    scene.github.requests.clear()
    environ = environ_of(scene, GITHUB_API_URL="http://github.example", http_proxy=scene.github.url)
    command = [sys.executable, "-m", "ai_coder", "scan", "--repo", scene.repo.full_name, "--json"]

    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["include"][0]["issue"] == waiting
    assert {one.headers["host"] for one in scene.github.requests} == {"github.example:80"}
    assert len(scene.github.requests) > 1


def test_the_action_as_a_process(stage):
    """`python -m ai_coder` in a process of its own, as the image runs it: label, comment, one pull request."""
    scene = stage(SALUT, a_block("hello.py", "print('salut')\n", "print('salut!')\n"))
    number = scene.open(body=f"Say it in French, in {LINK}.")
    scene.repo.add_label(number, "ai_coder", actor="mona")
    labelled = scene.repo.payload("issues", "labeled", sender="mona", issue=number, label="ai_coder")
    first = scene.runner.run("issues", labelled)
    comment = scene.repo.comment(number, author="mona", body="Louder.")
    second = scene.runner.run(
        "issue_comment",
        scene.repo.payload("issue_comment", "created", sender="mona", issue=number, comment=comment.id),
    )

    assert [ran.outputs["status"] for ran in (first, second)] == ["changed", "changed"], first.log + second.log
    assert scene.text(f"ai_coder/issue-{number}", "hello.py") == "print('salut!')\n"
    assert len(scene.repo.pull_requests) == 1


def test_the_demo(tmp_path):
    """`ai_coder demo` plays both runs, says that the model is scripted, and shows diffs, pull request and comment."""
    command = [sys.executable, "-m", "ai_coder", "demo", "--folder", str(tmp_path / "kept")]
    done = subprocess.run(
        command, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for words in ('+    "pt": "Olá",', '+    "fr": "Bonjour",', "Closes #1", "scripted", "Pull request #2", "rocket"):
        assert words in done.stdout
    assert (tmp_path / "kept" / "run-2" / "workspace" / "ai_coder_report" / "report.json").is_file()


@pytest.mark.parametrize(
    ("argv", "status", "words"),
    [
        ([], 0, "usage: ai_coder"),
        (["--version"], 0, "ai_coder 0."),
        (["run", "--repo", "x", "--issue", "1"], 2, "owner/name"),
        (["run", "--repo", "a/..", "--issue", "1"], 2, "owner/name"),
        (["run", "--repo", "../b", "--issue", "1"], 2, "owner/name"),
        (["run", "--repo", "a/b", "--issue", "one"], 2, "issue number"),
        (["demo", "--folder", "/dev/null/x"], 2, "`--folder`"),
        (["run", "--root", "/no/such/folder", "--issue", "x.md"], 2, "x.md"),
        (["run", "--root", ".", "--all"], 2, "--repo"),
        (["run", "--root", ".", "--issue", "x.md", "--scope", "all"], 2, "`scope`"),
        (["scan", "--repo", "a/b"], 2, "token"),
        (["no-such-command"], 2, "there is no command"),
    ],
)
def test_what_a_person_can_mistype(argv, status, words):
    """A wrong command line is one sentence and a hint, and exit status 2; no arguments print the help."""
    token = {"GITHUB_TOKEN": "t"} if argv[:1] == ["run"] else {}
    ended, out, err = typed({"PATH": os.environ["PATH"], **token}, *argv)
    assert ended == status
    assert words in out + err
    assert "Traceback" not in err


def test_a_report_that_cannot_be_written(stage, local, tmp_path):
    """What was paid for is told all the same, and then what to name instead."""
    scene = stage(SALUT)
    (tmp_path / "file").touch()

    status, out, err = run_local(scene, local, "--report", str(tmp_path / "file"))

    assert status == 2
    assert "has a new commit" in out
    assert "`--report`" in err


def test_a_local_branch_is_merged_with_its_base(stage, local):
    """A second local run merges the base branch in where both changed the file, and touches no checked-out file."""
    scene = stage(SALUT, a_block("hello.py", "print('salut')\n", "print('salut!')\n"))
    branch = "ai_coder/greet-in-french"
    local.commit("main", {"hello.py": b"print('hello')\n\n\nprint('bye')\n"})
    run_local(scene, local)
    local.commit("main", {"hello.py": b"print('hello')\n\n\nprint('bye now')\n"})
    before, parents = local.snapshot(), [local.head(branch), local.head("main")]

    status, out, _ = run_local(scene, local)

    assert status == 0, out
    assert local.parents(branch) == parents
    assert local.content(branch, "hello.py") == b"print('salut!')\n\n\nprint('bye now')\n"
    assert local.snapshot() == before
