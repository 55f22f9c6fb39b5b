"""Suggestions of reviewers are committed exactly as they stand, and no model is asked."""

import pytest

from ai_coder.domain.verification import Ran
from builders import a_block
from fakes.pull_requests import BOT, answer, on_lines, remark, resolved, submit, talk
from fakes.sandbox import ScriptedSandbox

BRANCH = "ai_coder/issue-1"
LINES = "".join(f"line {n}\r\n" for n in range(1, 21)) + "last"
DRAFT = LINES.replace("line 10\r\n", "line ten\r\n")
LINK = "[a.txt](../blob/main/a.txt)"
PULL = 2
WRITTEN = a_block("a.txt", "line 10\n", "line ten\n")


def suggest(*lines, words=""):
    """A comment that suggests these lines."""
    return "\n".join([*([words, ""] if words else []), "```suggestion", *lines, "```"])


@pytest.fixture(name="scene")
def _scene(stage):
    """Makes a stage on which the first run has opened pull request 2 for a file with CRLF."""

    def make(*replies, **inputs):
        scene = stage(WRITTEN, *replies, files={"a.txt": LINES, ".github/workflows/x.yml": "a: 1\n"}, **inputs)
        scene.label(scene.open(body=f"Spell numbers in {LINK}."))
        assert scene.text(BRANCH, "a.txt") == DRAFT
        return scene

    return make


def test_a_suggestion_is_committed_without_a_model(scene):
    """The lines that the comment stands on are replaced, and only they; the file keeps its CRLF."""
    scene = scene()
    asked = len(scene.model.asked)

    ran = remark(scene, PULL, suggest("line TEN", "and a half").replace("\n", "\r\n"), "a.txt:10")

    head = scene.repo.head(BRANCH)
    assert (ran.exit_status, ran.outputs["status"], ran.outputs["commit_sha"]) == (0, "changed", head), ran.log
    assert scene.text(BRANCH, "a.txt") == DRAFT.replace("line ten\r\n", "line TEN\r\nand a half\r\n")
    assert len(scene.model.asked) == asked
    assert talk(scene, PULL)[0][1] == (BOT, f"Applied as suggested in {head[:12]}.")
    assert resolved(scene, PULL) == [True]
    assert f"suggestion applied in {head[:12]}" in scene.status_comment(1)
    assert scene.repo.log(BRANCH)[0].message.startswith("Apply a suggestion to a.txt")


def test_suggestions_of_several_lines_and_none(scene):
    """A range is replaced whole, an empty suggestion removes its line, and one commit holds a review's suggestions."""
    scene = scene()
    commits = len(scene.repo.log(BRANCH))

    submit(
        scene, PULL, ("a.txt:8-9", suggest("eight and nine")), ("a.txt:11", suggest()), ("a.txt:13", suggest("", "x"))
    )

    after = DRAFT.replace("line 8\r\nline 9\r\n", "eight and nine\r\n").replace("line 11\r\n", "")
    assert scene.text(BRANCH, "a.txt") == after.replace("line 13\r\n", "\r\nx\r\n")
    assert len(scene.repo.log(BRANCH)) == commits + 1
    assert resolved(scene, PULL) == [True, True, True]


def test_an_outdated_suggestion_is_explained(scene):
    """A suggestion on lines that were changed since is not applied anywhere, and the thread says why."""
    scene = scene()
    scene.repo.review_comment(PULL, author="mona", body=suggest("TEN"), path="a.txt", line=10)
    scene.repo.commit(BRANCH, {"a.txt": DRAFT.replace("line ten", "ten")}, author="mona")
    head = scene.repo.head(BRANCH)

    ran = scene.comment(PULL, "/ai_coder apply suggestions")

    assert ran.outputs["status"] == "cannot"
    assert scene.repo.head(BRANCH) == head
    assert "lines were changed after the suggestion was made" in talk(scene, PULL)[0][1][1]
    assert resolved(scene, PULL) == [False]


def test_overlapping_suggestions_are_not_guessed_at(scene):
    """Of two suggestions for the same line the first is applied and the other is explained."""
    scene = scene()

    submit(scene, PULL, ("a.txt:9-10", suggest("one")), ("a.txt:10", suggest("two")))

    assert scene.text(BRANCH, "a.txt") == DRAFT.replace("line 9\r\nline ten\r\n", "one\r\n")
    assert "overlap" in talk(scene, PULL)[1][1][1]
    assert resolved(scene, PULL) == [True, False]


def test_our_own_suggestion_is_applied_when_somebody_agrees(scene):
    """A suggestion of our review is committed when an authorised person answers it with `apply`."""
    scene = scene("Fine.\nFINDING a.txt:10\nCapitals.\n```suggestion\nLine ten\n```")
    scene.comment(PULL, "/ai_coder review")
    [thread] = scene.repo.threads(PULL)
    asked = len(scene.model.asked)

    ran = answer(scene, thread[0].id, "Apply it.")

    assert ran.outputs["status"] == "changed", ran.log
    assert scene.text(BRANCH, "a.txt") == DRAFT.replace("line ten", "Line ten")
    assert len(scene.model.asked) == asked
    assert resolved(scene, PULL) == [True]


def test_all_open_suggestions_are_applied_by_one_command(scene):
    """`/ai_coder apply suggestions` takes ours and those of people who may write, and nobody else's."""
    scene = scene("Fine.\nFINDING a.txt:10\nCapitals.\n```suggestion\nLine ten\n```", comment_trigger="command")
    scene.comment(PULL, "/ai_coder review")
    scene.repo.review_comment(PULL, author="mona", body=suggest("L9"), path="a.txt", line=9)
    scene.repo.review_comment(PULL, author="stan", body=suggest("evil"), path="a.txt", line=8)

    ran = scene.comment(PULL, "/ai_coder apply suggestions")

    assert ran.outputs["status"] == "changed", ran.log
    assert scene.text(BRANCH, "a.txt") == DRAFT.replace("line ten", "Line ten").replace("line 9", "L9")
    assert resolved(scene, PULL) == [True, True, False]


def test_a_suggestion_beside_other_work(scene):
    """The suggestion is committed first, then the model works on what else is asked, on top of it."""
    reply = "Title: Shout\nThread T2: fixed: Shouted.\n\n" + a_block("a.txt", "line 11\n", "LINE 11\n")
    scene = scene(reply)

    ran = submit(scene, PULL, ("a.txt:10", suggest("TEN")), ("a.txt:11", "Shout this."))

    after = DRAFT.replace("line ten", "TEN").replace("line 11", "LINE 11")
    assert ran.outputs["status"] == "changed"
    assert scene.text(BRANCH, "a.txt") == after
    first, second = talk(scene, PULL)
    assert first[1][1].startswith("Applied as suggested in ")
    assert second[1][1].startswith("Fixed in ")
    assert "TEN" in scene.prompts[-1].partition("file a.txt")[2]
    assert "review thread T1" not in scene.prompts[-1]
    assert [one.message.split("\n")[0] for one in scene.repo.log(BRANCH)[:2]] == [
        "Shout",
        "Apply a suggestion to a.txt",
    ]


def test_a_suggestion_with_a_wish_beside_it(scene):
    """What the comment asks beyond its suggestion goes to the model; the thread gets one reply for both."""
    scene = scene("NO CHANGE: Nothing else has it.\nThread T1: not changed: No other line needs it.")

    remark(scene, PULL, suggest("TEN", words="And everywhere else, too."), "a.txt:10")

    [[_, (_, reply)]] = talk(scene, PULL)
    assert reply.startswith("Applied as suggested in ")
    assert "> No other line needs it." in reply
    assert resolved(scene, PULL) == [True]


def test_a_protected_file_is_not_changed_by_a_suggestion(scene):
    """The rules for what may be changed hold for suggestions as well."""
    scene = scene()
    scene.repo.commit(BRANCH, {".github/workflows/x.yml": "a: 2\n"}, author="mona")

    ran = remark(scene, PULL, suggest("a: 3"), ".github/workflows/x.yml:1")

    assert ran.outputs["status"] == "cannot"
    assert "is protected" in talk(scene, PULL)[0][1][1]


def test_there_is_nothing_to_apply(scene):
    """Without an open suggestion the command says so."""
    scene = scene()

    assert scene.comment(PULL, "/ai_coder apply suggestions").outputs["status"] == "cannot"
    assert "no open suggestion" in scene.status_comment(1)


def test_the_last_line_keeps_its_missing_line_feed(scene):
    """A file without a line feed at its end still has none after its last line is replaced."""
    scene = scene()
    scene.repo.commit(BRANCH, {"a.txt": DRAFT.replace("line 20", "line twenty")}, author="mona")
    scene.repo.review(PULL, author="mona", lines=on_lines(("a.txt:21", suggest("the end"))))

    scene.comment(PULL, "/ai_coder apply suggestions")

    assert scene.text(BRANCH, "a.txt").endswith("line twenty\r\nthe end")


def loud(files, command):
    """Tests that want a capital letter nowhere."""
    is_quiet = files["a.txt"] == files["a.txt"].lower()
    return Ran(int(not is_quiet), f"t.py::test_quiet {'PASSED' if is_quiet else 'FAILED'}\n=== 1 test in 0.01s ===\n")


@pytest.mark.parametrize(("said", "verified", "done"), [("ten", "passed", True), ("TEN", "failed", False)])
def test_a_suggestion_is_tested(scene, said, verified, done):
    """The project's tests look at a suggestion as at any change, and a thread whose fix breaks them stays open."""
    scene = scene(sandbox=ScriptedSandbox(loud), test_command="pytest -v")

    ran = remark(scene, PULL, suggest(said), "a.txt:10")

    assert (ran.outputs["status"], ran.outputs["verified"]) == ("changed", verified), ran.log
    assert talk(scene, PULL)[0][1][1].startswith("Applied as suggested in ")
    assert resolved(scene, PULL) == [done]
    assert scene.repo.pull_requests[0].draft is not done


def test_workflows_look_at_a_suggestion_as_well(scene):
    """`dispatch_workflows` are started after every commit, also after one that no model made."""
    scene = scene(dispatch_workflows="y.yml")
    scene.repo.commit("main", {".github/workflows/y.yml": "on: workflow_dispatch\n"}, author="mona")

    remark(scene, PULL, suggest("line TEN"), "a.txt:10")

    assert scene.repo.state.dispatched == [("y.yml", BRANCH)]
