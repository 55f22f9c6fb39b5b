"""What is closed, merged or gone: who asks then gets an answer, and nothing that a person ended is begun again."""

import pytest

from builders import a_block

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
LOUD = a_block("hello.py", "print('salut')\n", "print('salut!')\n")
LOUD_ON_MAIN = a_block("hello.py", "print('hello')\n", "print('hello!')\n")
BRANCH = "ai_coder/issue-1"


def test_a_command_on_a_closed_issue_is_answered(stage):
    """A closed issue is not worked on; who orders it by a command is told to reopen it, and no model is asked."""
    scene = stage()
    number = scene.open()
    scene.repo.set_state(number, "closed", actor="mona")

    ran = scene.comment(number, "/ai_coder say it louder")

    assert (ran.exit_status, ran.outputs["status"]) == (0, "cannot")
    assert "The issue is closed" in scene.status_comment(number)
    assert "Reopen it" in scene.status_comment(number)
    assert scene.model.requests == []


def test_talk_under_a_closed_issue_starts_nothing(stage):
    """People may go on talking under an issue that is done."""
    scene = stage(SALUT)
    number = scene.open()
    scene.label(number)
    scene.repo.set_state(number, "closed", actor="mona")

    ran = scene.comment(number, "Thank you!")

    assert (ran.exit_status, ran.outputs["status"]) == (0, "skipped")
    assert len(scene.model.requests) == 1


def test_what_is_asked_after_a_merge_gets_a_branch_of_its_own(stage):
    """A merged pull request is done; the next request on the reopened issue makes another branch and pull request."""
    scene = stage(SALUT, LOUD, a_block("hello.py", "print('salut!')\n", "print('salut!!')\n"))
    number = scene.open()
    scene.label(number)
    scene.repo.merge(scene.repo.pull_requests[0].number, actor="mona")
    scene.repo.set_state(number, "open", actor="mona")

    ran = scene.comment(number, "Louder.")
    again = scene.comment(number, "Still louder.")

    assert (ran.outputs["branch"], again.outputs["branch"]) == (f"{BRANCH}-2", f"{BRANCH}-2"), ran.log
    assert [pull.head for pull in scene.repo.pull_requests] == [BRANCH, f"{BRANCH}-2"]
    assert scene.text(f"{BRANCH}-2", "hello.py") == "print('salut!!')\n"
    assert scene.text("main", "hello.py") == "print('salut')\n"


def test_a_merged_branch_that_was_deleted_is_not_made_again(stage):
    """Where GitHub deletes branches after a merge, the next request gets a new name all the same."""
    scene = stage(SALUT, LOUD)
    number = scene.open()
    scene.label(number)
    scene.repo.merge(scene.repo.pull_requests[0].number, actor="mona")
    scene.repo.move_branch(BRANCH, None, actor="mona")
    scene.repo.set_state(number, "open", actor="mona")

    assert scene.comment(number, "Louder.").outputs["branch"] == f"{BRANCH}-2"


def test_a_pull_request_that_a_person_closed_stays_closed(stage):
    """Closing is a decision: the next request is told how to go on, and after reopening it goes on."""
    scene = stage(SALUT, LOUD)
    number = scene.open()
    scene.label(number)
    [pull] = scene.repo.pull_requests
    scene.repo.set_state(pull.number, "closed", actor="mona")

    asked = scene.comment(number, "Louder.")

    assert asked.outputs["status"] == "cannot"
    assert f"delete the branch `{BRANCH}`" in scene.status_comment(number)
    scene.repo.set_state(pull.number, "open", actor="mona")
    again = scene.comment(number, "/ai_coder retry")
    assert (again.outputs["status"], again.outputs["pull_request_number"]) == ("changed", str(pull.number))
    assert scene.text(BRANCH, "hello.py") == "print('salut!')\n"


def test_a_deleted_branch_starts_anew(stage):
    """Who deletes the branch wants another try: it is made again from the base, with a new pull request."""
    scene = stage(SALUT, LOUD_ON_MAIN)
    number = scene.open()
    scene.label(number)
    scene.repo.move_branch(BRANCH, None, actor="mona")

    ran = scene.comment(number, "Rather keep it English, and loud.")

    assert ran.outputs["status"] == "changed", ran.log
    assert [pull.state for pull in scene.repo.pull_requests] == ["closed", "open"]
    assert scene.text(BRANCH, "hello.py") == "print('hello!')\n"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_locked_issue(stage, when):
    """GitHub takes no new comment under a locked issue: the work is done, and the summary is the word about it."""
    scene = stage(SALUT, LOUD)
    number = scene.open()
    if when == "after":
        scene.label(number)
    scene.repo.state.issue(number).locked = True

    ran = scene.comment(number, "/ai_coder say it louder") if when == "after" else scene.label(number)

    assert ran.outputs["status"] == "changed", ran.log
    assert "Pull request #2" in ran.summary
