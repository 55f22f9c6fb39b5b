"""A dry run: reads are read, writes are said."""

import pytest

from ai_coder.adapters.dry_run import NOTE, DryRunForge, DryRunTracker
from ai_coder.adapters.local_forge import LocalForge
from ai_coder.adapters.local_tracker import LocalTracker
from ai_coder.domain.source import RepoPath
from ai_coder.domain.task import Labelled, Person, Role
from fakes.git_repositories import GitRepository
from fakes.plans import a_plan


@pytest.fixture(name="repository")
def _repository(tmp_path):
    return GitRepository(tmp_path / "r", {"hello.py": b"print('hi')\n1\n", "old": b"1\n2"})


@pytest.fixture(name="said")
def _said():
    return []


@pytest.fixture(name="tracker")
def _tracker(tmp_path, said):
    (tmp_path / "issue.md").write_text("# Greet\n")
    written = []
    return DryRunTracker(LocalTracker(tmp_path / "issue.md", written.append), said.append), written


def test_the_forge_is_read(repository, said):
    """Branches and files are those of the forge."""
    forge = DryRunForge(LocalForge(repository.folder), said.append)
    head = forge.head(forge.default_branch())

    assert head == repository.head("main")
    assert forge.pull_request("main") is None
    assert forge.tree(head).read([RepoPath("old")]) == {RepoPath("old"): b"1\n2"}
    assert said == []


def test_the_plan_is_said_and_not_done(repository, said):
    """The plan is told with every file and its lines; no branch is made."""
    changes = {
        "hello.py": ("print('hi')\n1\n", "print('salut')\n1\n2\n"),
        "new.py": (None, "a\nb"),
        "old": ("1\n2", None),
    }
    plan = a_plan(repository.head("main"), changes, labels=("bot", "easy"), is_draft=True)

    published = DryRunForge(LocalForge(repository.folder), said.append).publish(plan)

    told, diff = said[0].partition("--- hello.py")[::2]
    assert "+print('salut')" in diff
    assert "--- /dev/null\n+++ new.py" in diff
    assert told.splitlines() == [
        f"dry run: would create branch ai_coder/issue-7 with one commit on {plan.parent[:12]} (base main)",
        "  modified hello.py (+2 -1)",
        "  added    new.py (+2 -0)",
        "  removed  old (+0 -2)",
        "  message: Greet in Portuguese",
        "  draft pull request: Greet in Portuguese",
        "  labels: bot, easy",
    ]
    assert (published.commit, published.pull_request.number, published.notes) == ("", 0, (NOTE,))
    assert [file.path for file in published.files] == ["hello.py", "new.py", "old"]
    assert list(repository.branches()) == ["main"]


def test_lines_are_counted_as_git_counts_them(repository, said):
    """The plan's own account of a change is what git says of it afterwards."""
    repeated = "".join(f"{n % 7}\n" for n in range(300))
    changes = {
        "a": (None, repeated),
        "hello.py": ("print('hi')\n1\n", "\u2028print('hi')\r\n1\n"),
        "old": ("1\n2", "1\n2\n"),
    }
    plan = a_plan(repository.head("main"), changes)
    forge = LocalForge(repository.folder, {})

    assert DryRunForge(forge, said.append).publish(plan).files == forge.publish(plan).files


def test_the_tracker_is_read(tracker, said):
    """Issues, people and reactions are those of the tracker."""
    dry, _ = tracker
    assert dry.issue(1).title == "Greet"
    assert dry.open_issues() == (dry.issue(1),)
    assert dry.role(Person()) is Role.ADMIN
    assert (dry.comments(1), dry.reacted_by(1, 0, "eyes"), dry.labelled_by(1, "x")) == ((), (), Labelled())
    assert said == []


def test_reactions_and_status_are_said_in_one_line(tracker, said):
    """What would be written is one line each; the tracker hears nothing."""
    dry, written = tracker
    assert dry.react(1, 0, "eyes").is_new
    dry.react(1, 70, "rocket")
    assert dry.write_status(1, 0, "<!-- ai_coder:status -->\n\n### Working\n\nmore") == 0
    assert dry.write_status(1, 5, "### Done") == 5

    assert said == [
        "dry run: would react with eyes to issue 1",
        "dry run: would react with rocket to comment 70 of issue 1",
        "dry run: would comment on issue 1: Working",
        "dry run: would edit the status comment on issue 1: Done",
    ]
    assert (written, dry.reacted_by(1, 0, "eyes")) == ([], ())
