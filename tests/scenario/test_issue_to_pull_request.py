"""From an issue to a pull request: whole runs through the real entry point, real adapters, servers on the loopback."""

import json
from itertools import pairwise

import pytest

from ai_coder.loopback import File
from builders import a_block
from fakes.stage import LINK

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
BRANCH = "ai_coder/issue-1"


def test_a_label_makes_a_pull_request(stage):
    """A maintainer labels an issue: one commit on its branch, one draft that closes it, one answer, honest outputs."""
    scene = stage(f"Title: Greet in French\n\nSays salut now.\n\n{SALUT}")
    number = scene.open()

    ran = scene.label(number)

    [pull] = scene.repo.pull_requests
    assert (ran.exit_status, ran.outputs["status"]) == (0, "changed")
    assert scene.text(BRANCH, "hello.py") == "print('salut')\n"
    assert (pull.title, pull.head, pull.base, pull.draft) == ("Greet in French", BRANCH, "main", True)
    assert "Closes #1" in pull.body
    assert "> Says salut now." in pull.body
    assert ran.outputs["commit_sha"] == scene.repo.head(BRANCH)
    assert ran.outputs["pull_request_number"] == str(pull.number)
    assert json.loads(ran.outputs["changed_files"]) == ["hello.py"]
    assert ran.outputs["verified"] == "not_run"
    assert f"Pull request #{pull.number}" in scene.status_comment(number)
    assert f"Pull request #{pull.number}" in ran.summary
    assert ran.report["status"] == "changed"
    assert scene.repo.reactions(number) == [("github-actions[bot]", "eyes"), ("github-actions[bot]", "rocket")]
    assert scene.repo.log("main")[0].message.startswith("Begin")


def test_the_commit_is_the_bots_and_names_who_asked(stage):
    """No author is sent, so that GitHub signs; the person who asked is a co-author."""
    scene = stage(SALUT)
    scene.label(scene.open())

    commit = scene.repo.log(BRANCH)[0]
    assert commit.parents == (scene.repo.head("main"),)
    assert "Co-authored-by: mona <" in commit.message
    [made] = [one for one in scene.github.requests if one.path.endswith("/git/commits") and one.method == "POST"]
    assert set(made.body) == {"message", "tree", "parents"}


def test_a_title_makes_a_pull_request(stage):
    """An issue opened with the prefix starts a run; the prefix does not stand in the pull request's title."""
    scene = stage(SALUT)
    number = scene.open(title="[AI_coder] Greet in French")

    scene.run("issues", scene.repo.payload("issues", "opened", sender="mona", issue=number))

    assert [pull.title for pull in scene.repo.pull_requests] == ["Greet in French"]


def test_every_run_improves_the_file(stage):
    """Comments continue on the branch: each run sees what the last one made, and one pull request holds them all."""
    steps = ["print('hello')\n", "print('salut')\n", "print('salut!')\n", "print('salut!!')\n"]
    scene = stage(*(a_block("hello.py", old, new) for old, new in pairwise(steps)))
    number = scene.open()

    scene.label(number)
    scene.comment(number, "Louder.")
    last = scene.comment(number, "/ai_coder louder still")

    assert scene.text(BRANCH, "hello.py") == steps[-1]
    assert len(scene.repo.log(BRANCH)) == 4
    assert len(scene.repo.pull_requests) == 1
    assert steps[-2].strip() in scene.prompts[-1]
    assert "has a new commit" in scene.status_comment(number)
    assert last.outputs["pull_request_number"] == str(scene.repo.pull_requests[0].number)


def test_a_persons_commit_survives(stage):
    """What somebody pushed to the branch is built upon."""
    scene = stage(SALUT, a_block("hello.py", "print('salut')\n", "print('salut!')\n"))
    number = scene.open()
    scene.label(number)
    theirs = scene.repo.commit(BRANCH, {"theirs.txt": "mine\n"}, author="mona")

    scene.comment(number, "Louder.")

    assert scene.repo.log(BRANCH)[0].parents == (theirs.sha,)
    assert scene.text(BRANCH, "theirs.txt") == "mine\n"
    assert scene.text(BRANCH, "hello.py") == "print('salut!')\n"


def test_create_change_delete_rename_and_modes(stage):
    """One commit creates, changes, deletes and moves files; an executable stays one."""
    files = {
        "run.sh": File(b"#!/bin/sh\necho hello\n", "100755"),
        "old.txt": "old\n",
        "name.txt": "a\nb\nc\n",
        "crlf.txt": "one\r\ntwo\r\n",
    }
    answer = (
        a_block("run.sh", "echo hello\n", "echo salut\n")
        + "\n*** Delete File: old.txt\n\n*** Move File: name.txt\n*** Move to: names/first.txt\n\n"
        + a_block("crlf.txt", "two\n", "deux\n")
        + "\nnew.txt\n```\nnew\n```\n"
    )
    scene = stage(answer, files=files)
    scene.label(scene.open(body="Tidy up."))

    assert {path: content.decode() for path, content in scene.repo.files(BRANCH).items()} == {
        "run.sh": "#!/bin/sh\necho salut\n",
        "names/first.txt": "a\nb\nc\n",
        "crlf.txt": "one\r\ndeux\r\n",
        "new.txt": "new\n",
    }
    assert scene.repo.modes(BRANCH)["run.sh"] == "100755"


@pytest.mark.parametrize("files", [{"README.md": "x\n"}, {"README.md": "x\n", "docs/greet ings.md": ""}])
def test_a_linked_file_may_be_missing_or_empty(stage, files):
    """The oldest promise: a linked file that does not exist yet, or is empty, is written."""
    scene = stage("docs/greet ings.md\n```\n# Greetings\n```\n", files=files)
    scene.label(scene.open(body="Begin [it](../blob/main/docs/greet%20ings.md)."))

    assert scene.text(BRANCH, "docs/greet ings.md") == "# Greetings\n"


def test_a_link_in_a_later_comment_counts(stage):
    """A comment may bring further files in."""
    scene = stage(SALUT, a_block("a.py", "1\n", "2\n"), files={"hello.py": "print('hello')\n", "a.py": "1\n"})
    number = scene.open()
    scene.label(number)

    ran = scene.comment(number, "And [this](../blob/main/a.py).")

    assert ran.outputs["status"] == "changed"
    assert scene.text(BRANCH, "a.py") == "2\n"


def test_a_links_branch_is_the_base(stage):
    """The branch that a link names is built upon and proposed to, slashes in its name or not."""
    scene = stage(a_block("hello.py", "print('v2')\n", "print('salut')\n"))
    scene.repo.commit("release/2", {"hello.py": "print('v2')\n"}, author="mona")
    scene.label(scene.open(body="In [it](../blob/release/2/hello.py)."))

    [pull] = scene.repo.pull_requests
    assert pull.base == "release/2"
    assert scene.text(BRANCH, "hello.py") == "print('salut')\n"


def test_who_may_write_is_heard_in_order(stage):
    """Comments of people who may write reach the model in order; those of others do not, nor what came later."""
    scene = stage(SALUT)
    number = scene.open()
    for login, words in (("mona", "first wish"), ("stan", "evil wish"), ("reed", "idle wish"), ("mona", "second wish")):
        scene.repo.comment(number, author=login, body=words)

    scene.label(number)

    [asked] = scene.prompts
    assert 0 < asked.index("first wish") < asked.index("second wish")
    assert "evil wish" not in asked
    assert "idle wish" not in asked


def test_a_refused_edit_is_told_back(stage):
    """An edit that fits nowhere is told back with the file's own lines, and the next answer counts."""
    scene = stage(a_block("hello.py", "print('bye')\n", "print('salut')\n"), SALUT)

    ran = scene.label(scene.open())

    assert ran.outputs["status"] == "changed"
    assert ran.outputs["steps"] == "2"
    assert "print('hello')" in scene.prompts[1].rpartition("REPLACE")[2]


def test_garbage_ends_in_an_honest_refusal(stage):
    """A model that answers nonsense four times changes nothing, and the answer says so."""
    scene = stage(*(f"Lorem ipsum {n}." for n in range(4)))
    number = scene.open()

    ran = scene.label(number)

    assert (ran.exit_status, ran.outputs["status"], ran.outputs["steps"]) == (0, "cannot", "4")
    assert BRANCH not in scene.repo.branches
    assert "could not be done" in scene.status_comment(number)
    assert ("github-actions[bot]", "confused") in scene.repo.reactions(number)


def test_no_change_keeps_its_line(stage):
    """A model that wants no change says why; the log holds the line that it always held."""
    scene = stage("NO CHANGE: It greets in French already.")
    number = scene.open()

    ran = scene.label(number)

    assert ran.outputs["status"] == "no_change"
    assert "LLM does not want to perform any new change for now." in ran.log.splitlines()
    assert "It greets in French already." in scene.status_comment(number)
    assert ("github-actions[bot]", "+1") in scene.repo.reactions(number)
    assert scene.repo.pull_requests == []


def test_outside_of_the_links(stage):
    """A file that is not linked stays as it is; the answer names the command that would allow it, and that works."""
    other = a_block("a.py", "1\n", "2\n")
    scene = stage(other, other, other, files={"hello.py": "print('hello')\n", "a.py": "1\n"})
    number = scene.open()

    refused = scene.label(number)
    assert refused.outputs["status"] == "cannot"
    assert "/ai_coder scope repo" in scene.status_comment(number)

    allowed = scene.comment(number, "/ai_coder scope repo")
    assert allowed.outputs["status"] == "changed"
    assert scene.text(BRANCH, "a.py") == "2\n"


@pytest.mark.parametrize(
    "path", [".github/workflows/ci.yml", ".gitattributes", "AGENTS.md", "action.yml", "CODEOWNERS"]
)
def test_protected_files_are_never_written(stage, path):
    """Whatever is asked for, a protected file is not written, and no tree is sent to GitHub."""
    answer = f"{path}\n```\nevil\n```\n"
    scene = stage(answer, answer)

    ran = scene.label(scene.open(body=f"Write [it](../blob/main/{path})."))

    assert ran.outputs["status"] == "cannot"
    assert not [one for one in scene.github.requests if one.method != "GET" and "/git/" in one.path]


def test_a_manual_start(stage):
    """`workflow_dispatch` names the issue and may say more."""
    scene = stage(SALUT)
    number = scene.open()
    inputs = {"issue": str(number), "instructions": "Say salut."}

    ran = scene.run("workflow_dispatch", scene.repo.payload("workflow_dispatch", sender="mona", inputs=inputs))

    assert ran.outputs["status"] == "changed"
    assert "Say salut." in scene.prompts[0]


def test_a_schedule_answers_what_waits(stage):
    """A scheduled run takes up accepted issues without an answer, and leaves strangers' alone."""
    scene = stage(SALUT)
    waiting = scene.open()
    scene.repo.add_label(waiting, "ai_coder", actor="mona")
    scene.open(title="[ai_coder] Evil", by="stan")

    scene.run("schedule", scene.repo.payload("schedule", sender="mona"))
    again = scene.run("schedule", scene.repo.payload("schedule", sender="mona"))

    assert [pull.head for pull in scene.repo.pull_requests] == [BRANCH]
    assert again.outputs["status"] == "skipped"
    assert len(scene.model.requests) == 1


def test_a_dry_run_leaves_no_trace(stage):
    """With `dry_run` the plan is printed, and nothing on the forge is touched."""
    scene = stage(SALUT)
    ran = scene.label(scene.open(), dry_run="true")

    assert ran.exit_status == 0
    assert "+print('salut')" in ran.log
    assert [one for one in scene.github.requests if one.method != "GET"] == []


def test_instructions_and_settings_of_the_base(stage):
    """AGENTS.md and .github/ai_coder.yml of the base commit count; inputs of the workflow win."""
    files = {
        "hello.py": "print('hello')\n",
        "AGENTS.md": "Use single quotes.\n",
        "a.py": "1\n",
        ".github/ai_coder.yml": "protected_paths: hello.py\ninstructions: Be brief.\n",
    }
    scene = stage(SALUT, SALUT, files=files)
    number = scene.open(body=f"{LINK} and [a](../blob/main/a.py)")

    first = scene.label(number)
    assert first.outputs["status"] == "cannot"
    assert "protected_paths" in scene.status_comment(number)
    assert "Use single quotes." in scene.prompts[0]
    assert "Be brief." in scene.prompts[0]


def test_a_run_asks_github_few_things(stage):
    """A change of two files takes at most 28 requests: looking for what an earlier run left costs a few."""
    scene = stage(SALUT + a_block("a.py", "1\n", "2\n"), files={"hello.py": "print('hello')\n", "a.py": "1\n"})
    ran = scene.label(scene.open(body=f"{LINK} and [a](../blob/main/a.py)"))

    assert json.loads(ran.outputs["changed_files"]) == ["a.py", "hello.py"]
    assert len(scene.github.requests) <= 28
