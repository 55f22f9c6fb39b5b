"""R50 for a local repository: a run that is killed at any git process, and run again, changes what it should."""

from __future__ import annotations

import os
import shutil
import signal

import pytest

from ai_coder.loopback.model import Say
from builders import a_block
from fakes.git_repositories import GitRepository
from fakes.git_shim import GitShim
from fakes.speaking import model, steps
from fakes.stage import Stage
from fakes.stories import STORIES

BRANCH = "ai_coder/greet-in-french"
FRENCH = a_block("src/hello.py", "print('hello')\n", "print('salut')\n") + a_block("docs/new.md", "", "# New\n")
FILES = {"src/hello.py": b"print('hello')\n", "mine.txt": b"mine\n", "staged.txt": b"staged\n"}

WRITES = ("hash-object", "mktree", "commit-tree", "update-ref")


class Desk:
    """A repository with work of its owner in it, an issue, and the command that is run on them."""

    def __init__(self, folder, scene, forks):
        self._folder, self._forks = folder, forks
        self._root, self._copy = folder / "repository", folder / "as it was"
        self.shim = GitShim(folder / "bin")
        repository = GitRepository(self._root, FILES)
        (self._root / "mine.txt").write_bytes(b"not saved yet\n")
        (self._root / "staged.txt").write_bytes(b"to be committed\n")
        repository.git("add", "staged.txt")
        shutil.copytree(self._root, self._copy)
        (folder / "issue.md").write_text(
            "# Greet in French\n\nSee [hello](src/hello.py), and write [docs](docs/new.md).\n"
        )
        self._environ = {
            "PATH": f"{self.shim.folder}{os.pathsep}{os.environ['PATH']}",
            "HOME": os.devnull,
            "OPENAI_KEY": "sk-stage-0123456789",
            "OPENAI_BASE_URL": scene.model.url,
            "INPUT_MODEL": "scripted",
            "INPUT_API": "chat",
            "INPUT_MODE": "single",
        }

    def begin_again(self):
        """Everything as its owner left it."""
        shutil.rmtree(self._root)
        shutil.copytree(self._copy, self._root)

    def run(self, number=0, when="never"):
        """The exit status of `ai_coder run`, killed at that git process."""
        self.shim.set(number, when)
        argv = ("run", "--root", str(self._root), "--issue", str(self._folder / "issue.md"))
        return self._forks.call(argv, self._environ, self._folder / "log")

    def owners(self):
        """What is the owner's: files, index, HEAD, configuration."""
        return GitRepository.at(self._root).snapshot()

    def picture(self):
        """Branches with their commits and files, and what was left lying about."""
        repository = GitRepository.at(self._root)
        found = {
            name: (repository.message(head), repository.parents(head), repository.entries(head))
            for name, head in repository.branches().items()
        }
        locks = [path.name for path in repository.git_dir.rglob("*") if ".lock" in path.name or "tmp_" in path.name]
        return found, locks, repository.git("--no-optional-locks", "status", "--porcelain", "--branch")

    @property
    def log(self):
        """What the last run printed."""
        return (self._folder / "log").read_text(encoding="utf-8")


@pytest.fixture(name="desk")
def _desk(tmp_path, forks):
    with Stage(tmp_path / "stage", model(("French", steps(Say(FRENCH))))) as scene:
        yield Desk(tmp_path, scene, forks)


@pytest.mark.slow
def test_killed_at_any_git_process(desk):
    """SIGKILL at each git process that writes, and at every third other: one commit, and nobody's work is touched."""
    before, problems = desk.owners(), []
    assert desk.run() == 0, desk.log
    whole, calls = desk.picture(), desk.shim.calls
    assert (len(whole[0]), whole[1], desk.owners()) == (2, [], before)
    writes = [number for number, call in enumerate(calls, 1) if any(f" {word} " in f"{call} " for word in WRITES)]
    others = [number for number in range(1, len(calls) + 1) if number not in writes]
    cuts = [(number, when) for when in ("before", "after") for number in (writes[0], writes[-1])]
    for number, when in [*cuts, *((one, "after") for one in writes[1:-1]), *((one, "before") for one in others[::3])]:
        desk.begin_again()
        theirs = desk.owners()
        killed = desk.run(number, when)
        left = desk.picture()[1]
        again = desk.run()
        facts = (killed, left, again, desk.picture() == whole, desk.owners() == theirs)
        if facts != (-signal.SIGKILL, [], 0, True, True):
            problems.append((number, when, *facts, desk.log[-300:]))
    assert problems == []
    assert [word for word in WRITES if any(f" {word} " in f"{call} " for call in calls)] == list(WRITES)


@pytest.mark.slow
@pytest.mark.parametrize("theatre", [STORIES[1]], ids=["follow-up"], indirect=True)
def test_no_git_process_on_github(theatre, forks, tmp_path):
    """A run of the action starts no git: all of its git operations are requests, at each of which it is killed."""
    shim = GitShim(tmp_path / "bin")
    for delivery in theatre.acts():
        environ = theatre.environ(delivery)
        ran = forks.run({**environ, "PATH": f"{shim.folder}{os.pathsep}{os.environ['PATH']}"}, str)
        assert ran.outputs["status"] == "changed", ran.log
    assert shim.calls == []
