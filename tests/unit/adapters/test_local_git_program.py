"""Where git is, which repository it works on, and in whose name."""

from datetime import UTC

import pytest

from ai_coder.adapters.clock import SystemClock
from ai_coder.adapters.git_program import GitProgram, Identity
from ai_coder.errors import ConfigurationError, ForgeError
from fakes.git_repositories import GitRepository


def test_without_git(tmp_path):
    """A machine without git hears what to install."""
    with pytest.raises(ConfigurationError, match="`git` was not found") as caught:
        GitProgram(tmp_path, search_path=str(tmp_path)).run("version")
    assert "Install git" in caught.value.hint


@pytest.mark.parametrize(("name", "said"), [("plain", "not a git repository"), ("nowhere", "there is no folder")])
def test_no_repository(tmp_path, name, said):
    """A folder that is no repository is a wrong argument, with the folder's name and a hint."""
    (tmp_path / "plain").mkdir()

    with pytest.raises(ConfigurationError, match=said) as caught:
        GitProgram(tmp_path / name).run("version")
    assert name in str(caught.value)
    assert "--root" in caught.value.hint


def test_a_refusal_is_told_in_gits_own_words(tmp_path):
    """What git refuses is an error with git's last line."""
    GitRepository(tmp_path / "r", {"a": b""})

    with pytest.raises(ForgeError, match=r"Not a valid object name nowhere|ambiguous argument 'nowhere'"):
        GitProgram(tmp_path / "r").run("ls-tree", "nowhere")
    with pytest.raises(ForgeError, match="null byte"):
        GitProgram(tmp_path / "r").run("ls-tree", "a\0b")


@pytest.mark.parametrize(
    ("persons", "repositorys", "found"),
    [
        ("", {}, None),
        ("[user]\n\tname = Ada\n", {}, None),
        ("[user]\n\tname = Ada\n\temail = ada@example.com\n", {}, Identity("Ada", "ada@example.com")),
        (
            "[user]\n\tname = Ada\n\temail = ada@example.com\n",
            {"user.email": "ada@work.example"},
            Identity("Ada", "ada@work.example"),
        ),
        ("", {"user.name": "Ada L.", "user.email": "a@b.example"}, Identity("Ada L.", "a@b.example")),
    ],
)
def test_identity(tmp_path, persons, repositorys, found):
    """Name and address come from the person's own configuration, the repository's above it; half of it is nothing."""
    repository = GitRepository(tmp_path / "r", {"a": b""})
    (tmp_path / ".gitconfig").write_text(persons)
    for name, value in repositorys.items():
        repository.git("config", name, value)

    environ = {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "GIT_DIR": "/nowhere"}
    assert GitProgram(repository.folder).identity(environ) == found


def test_clock():
    """The time has its zone, seconds only grow, and a negative wait is none."""
    clock = SystemClock()
    before = clock.monotonic_s()
    clock.sleep(-1.0)
    assert clock.now().tzinfo is UTC
    assert clock.monotonic_s() >= before
