"""What a user can get wrong: one clear sentence with a hint, the contract's exit status, nothing written."""

from pathlib import Path

import pytest

from ai_coder.loopback import File
from builders import a_block
from fakes.stage import REPOSITORY, act

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")


def refused(scene, ran, exit_status, *words):
    """One error that holds the words, no traceback, no branch."""
    assert ran.exit_status == exit_status
    assert all(word in ran.log for word in words), ran.log
    assert "Traceback" not in ran.log
    assert [name for name in scene.repo.branches if name.startswith("ai_coder/")] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, ["event file", "cannot be read"]),
        (b"", ["event file", "not JSON"]),
        (b"{", ["event file", "not JSON"]),
        (b"[1]", ["event file", "list"]),
        (b"\xff\xfe", ["event file", "UTF-8"]),
    ],
)
def test_a_broken_event_file(stage, content, words):
    """An event file that is missing, cut or of another kind is named."""
    scene = stage()
    environ = scene.runner.environ("issues", {})
    path = Path(environ["GITHUB_EVENT_PATH"])
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    refused(scene, act(environ), 2, *words)


def test_no_event_file_named(stage):
    """A runner that names no event file is told which variable is missing."""
    scene = stage()
    environ = scene.runner.environ("issues", {}) | {"GITHUB_EVENT_PATH": ""}
    refused(scene, act(environ), 2, "GITHUB_EVENT_PATH")


def test_a_missing_key(stage):
    """Without a key and an endpoint of one's own, the input to set is named, also where it was asked for."""
    scene = stage()
    number = scene.open()
    ran = scene.label(number, openai_api_key="", openai_base_url="")
    refused(scene, ran, 2, "openai_api_key", "secrets.OPENAI_API_KEY")
    assert "`openai_api_key` is empty" in scene.status_comment(number)
    assert ran.outputs["status"] == "failed"


def test_a_missing_token(stage):
    """Without a token for GitHub the input is named."""
    scene = stage()
    refused(scene, scene.label(scene.open(), github_token=""), 2, "github_token")


def test_all_wrong_inputs_are_named_at_once(stage):
    """Whoever made three mistakes reads of three mistakes."""
    scene = stage()
    ran = scene.label(scene.open(), scope="everything", timeout_minutes="soon", allowed_bots="*")
    refused(scene, ran, 2, "`scope`", "`timeout_minutes`", "`allowed_bots`")


def test_a_wrong_settings_file(stage):
    """A misspelt name in the repository's settings file is told with the nearest right one."""
    scene = stage(SALUT, files={"hello.py": "print('hello')\n", ".github/ai_coder.yml": "scoop: repo\n"})
    number = scene.open()
    ran = scene.label(number)
    refused(scene, ran, 2, "`scoop`", "`scope`")
    assert "scoop" in scene.status_comment(number)


def test_a_repository_without_commits(stage):
    """A repository without a first commit is told to make one."""
    scene = stage(SALUT, files={})
    refused(scene, scene.label(scene.open(body="Begin.")), 3, "no commit yet", "first commit")


def test_another_default_branch(stage, tmp_path):
    """The default branch is asked of GitHub, whatever its name."""
    scene = stage(SALUT)
    scene.repo.commit("trunk", {"hello.py": "print('hello')\n"}, author="mona")
    scene.repo.state.default_branch = "trunk"

    ran = scene.label(scene.open(body="Greet in French."))

    assert ran.outputs["status"] == "changed"
    assert [pull.base for pull in scene.repo.pull_requests] == ["trunk"]


@pytest.mark.parametrize("body", [None, "", " \n", "\u200b"])
def test_an_issue_without_a_body(stage, body):
    """The title alone may say what is wanted."""
    scene = stage(SALUT)
    assert scene.label(scene.open(body=body)).outputs["status"] == "changed"


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("binary.dat", "binary or not UTF-8"),
        ("latin.txt", "binary or not UTF-8"),
        ("folder", "is a folder"),
        ("link", "symbolic link"),
        ("big.bin", "Git LFS"),
        ("hello.py/below.py", "no folder"),
    ],
)
def test_links_that_cannot_be_worked_on(stage, path, word):
    """A linked file that is no text is named with the reason, and no model is asked."""
    files = {
        "hello.py": "print('hello')\n",
        "binary.dat": b"\0\1\2",
        "latin.txt": "é".encode("latin-1"),
        "folder/a.py": "1\n",
        "link": File(b"hello.py", "120000"),
        "big.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    }
    scene = stage(files=files)
    number = scene.open(body=f"See [it](../blob/main/{path}).")

    ran = scene.label(number)

    refused(scene, ran, 0)
    assert ran.outputs["status"] == "cannot"
    assert word in scene.status_comment(number)
    assert scene.model.requests == []


def test_an_unknown_repository(stage):
    """A repository that the token cannot see is one sentence."""
    scene = stage()
    environ = scene.runner.environ(
        "issues", scene.repo.payload("issues", "labeled", sender="mona", issue=scene.open(), label="ai_coder")
    )
    refused(scene, act(environ | {"GITHUB_REPOSITORY": f"{REPOSITORY}-gone"}), 0, "no write permission")


def test_a_token_without_permissions(stage):
    """A missing permission is named as it is written in the workflow."""
    scene = stage(SALUT)
    scene.github.permit(contents="read")
    number = scene.open()
    ran = scene.label(number)
    refused(scene, ran, 3, "contents: write")
    assert "contents: write" in scene.status_comment(number)
