"""The base branch goes on while the pull request is open: the branch is merged with it where both changed the same."""

import pytest

from ai_coder.domain.verification import Ran
from ai_coder.loopback import File
from ai_coder.loopback.model import Call, Say
from builders import a_block
from fakes.sandbox import ScriptedSandbox
from fakes.stage import LINK

BRANCH = "ai_coder/issue-1"
HELLO = "def hello():\n    print('hello')\n\n\ndef bye():\n    print('bye')\n"
SALUT = a_block("hello.py", "    print('hello')\n", "    print('salut')\n")
LOUD = a_block("hello.py", "    print('salut')\n", "    print('salut!')\n")
BYE_NOW = HELLO.replace("'bye'", "'bye now'")
GOOD_DAY = HELLO.replace("'hello'", "'good day'")
RESOLVED = HELLO.replace("'hello'", "'salut, good day'")
MARKS = ("<<<<<<< ai_coder/issue-1", "=======", ">>>>>>> main")


def whole(path, text):
    """An answer that gives the whole text of the file."""
    return f"Title: Resolve the conflict\n\nBoth greetings.\n\n{path}\n```\n{text}```\n"


@pytest.fixture(name="scene")
def _scene(stage):
    """Makes a stage with a pull request of ours on hello.py; further replies are for the next requests."""

    def make(*replies, body=f"Say it in French, in {LINK}.", files=(), **inputs):
        scene = stage(SALUT, *replies, files={"hello.py": HELLO, "other.py": "1\n", **dict(files)}, **inputs)
        assert scene.label(scene.open(body=body)).outputs["status"] == "changed"
        return scene

    return make


def move_main(scene, **files):
    """Somebody pushes to main: `hello_py="text"`."""
    named = {name.replace("_", "."): text for name, text in files.items()}
    return scene.repo.commit("main", named, author="mona", message="Go on").sha


def head_parents(scene, branch=BRANCH):
    """The parents of the branch's head."""
    return list(scene.repo.log(branch)[0].parents)


def untouched(scene, before):
    """Whether the branch stands where it stood, and nothing else was made."""
    return scene.repo.head(BRANCH) == before and sorted(scene.repo.branches) == [BRANCH, "main"]


def test_a_base_that_moved_elsewhere_is_left_alone(scene):
    """Where main changed other files, the next commit is an ordinary one: the pull request merges as it is."""
    scene = scene(LOUD)
    before = scene.repo.head(BRANCH)
    move_main(scene, other_py="2\n")

    ran = scene.comment(1, "Louder.")

    assert ran.outputs["status"] == "changed", ran.log
    assert head_parents(scene) == [before]
    assert scene.text(BRANCH, "other.py") == "1\n"


def test_a_base_that_touched_our_file_is_merged_in(scene):
    """One commit merges main and holds the new change; the model works on the merged file, and people are told."""
    scene = scene(LOUD)
    before, main = scene.repo.head(BRANCH), move_main(scene, hello_py=BYE_NOW, other_py="2\n")

    ran = scene.comment(1, "Louder.")

    assert ran.outputs["status"] == "changed", ran.log
    assert head_parents(scene) == [before, main]
    assert scene.text(BRANCH, "hello.py") == BYE_NOW.replace("'hello'", "'salut!'")
    assert scene.text(BRANCH, "other.py") == "2\n"
    assert "print('bye now')" in scene.prompts[-1]
    assert "print('salut')" in scene.prompts[-1]
    assert f"`main` ({main[:7]}) changed the same files" in scene.status_comment(1)
    assert ran.outputs["changed_files"] == '["hello.py"]'
    assert f"The last commit merges `main` ({main[:7]}) into the branch." in scene.repo.pull_requests[0].body
    assert "Merges main (" in scene.repo.log(BRANCH)[0].message


def test_nothing_is_downloaded_of_what_only_one_side_changed(scene):
    """Of a merge only the texts that both sides changed are read, and the prompt's; the rest goes by object names."""
    big = {f"data/{number}.txt": f"{number}\n" for number in range(30)}
    scene = scene(LOUD)
    scene.repo.commit("main", {**big, "hello.py": BYE_NOW}, author="mona")
    start = len(scene.github.requests)

    scene.comment(1, "Louder.")

    paths = [f"{one.request.method} {one.request.path.rpartition('/git/')[2]}" for one in scene.github.requests[start:]]
    assert len([path for path in paths if path.startswith("GET blobs/")]) == len(["base", "ours", "theirs"])
    assert not any("tarball" in path for path in paths)
    assert scene.text(BRANCH, "data/7.txt") == "7\n"


def test_the_merge_alone_is_published(scene):
    """A request that needs no change of the model's own brings the branch up to date, and the answer is kept."""
    scene = scene("NO CHANGE: It greets in French already.")
    before, main = scene.repo.head(BRANCH), move_main(scene, hello_py=BYE_NOW)

    ran = scene.comment(1, "Please update the branch.")

    assert ran.outputs["status"] == "changed", ran.log
    assert head_parents(scene) == [before, main]
    assert scene.text(BRANCH, "hello.py") == BYE_NOW.replace("'hello'", "'salut'")
    assert "It greets in French already." in scene.status_comment(1)


def greeting_test(files, _):
    """A test that wants salut and a goodbye of now; nothing else is right."""
    is_right = "salut" in files["hello.py"] and "bye now" in files["hello.py"]
    end = "PASSED" if is_right else "FAILED"
    count = "1 passed" if is_right else "1 failed"
    return Ran(not is_right, f"collected 1 item\n\ntest_hello.py::test_both {end}\n\n==== {count} in 0.01s ====\n")


def test_a_merge_is_tested_as_a_whole(scene):
    """The project's tests run on the merged files, though the model changes none of them."""
    sandbox = ScriptedSandbox(greeting_test)
    scene = scene("NO CHANGE: Fine.", sandbox=sandbox, test_command="pytest -v", draft="never")
    move_main(scene, hello_py=BYE_NOW)

    ran = scene.comment(1, "Please update the branch.")

    assert (ran.outputs["status"], ran.outputs["verified"]) == ("changed", "passed"), ran.log


def test_the_model_resolves_a_conflict(scene):
    """Lines that both sides changed stand before the model between markers; it writes what both meant."""
    scene = scene(whole("hello.py", RESOLVED))
    before, main = scene.repo.head(BRANCH), move_main(scene, hello_py=GOOD_DAY)

    ran = scene.comment(1, "Merge that, please.")

    assert ran.outputs["status"] == "changed", ran.log
    assert all(mark in scene.prompts[-1] for mark in MARKS)
    assert "hold conflict markers" in scene.prompts[-1]
    assert head_parents(scene) == [before, main]
    assert scene.text(BRANCH, "hello.py") == RESOLVED


def test_the_model_resolves_a_conflict_step_by_step(scene):
    """With tools it goes the same way, though the conflict is in a file that nobody linked."""
    marked = "<<<<<<< ai_coder/issue-1\n    print('salut')\n=======\n    print('good day')\n>>>>>>> main\n"
    edit = Call("edit_file", {"path": "hello.py", "old_text": marked, "new_text": "    print('salut, good day')\n"})
    done = Call("finish", {"outcome": "changed", "title": "Greet twice", "summary": "Both."})
    scene = scene(Say(calls=[edit]), Say(calls=[done]), Say(calls=[done]), body="Say it in French.")
    before, main = scene.repo.head(BRANCH), move_main(scene, hello_py=GOOD_DAY)

    ran = scene.comment(1, "Go on.", mode="agent")

    assert ran.outputs["status"] == "changed", ran.log
    assert head_parents(scene) == [before, main]
    assert scene.text(BRANCH, "hello.py") == RESOLVED


def test_a_conflict_that_the_model_leaves_in_is_refused(scene):
    """A change with a marker left in it is told back once, and is not published."""
    left = RESOLVED + "# >>>>>>> main\n>>>>>>> main\n"
    scene = scene(whole("hello.py", left), whole("hello.py", left + "\n"))
    before = scene.repo.head(BRANCH)
    move_main(scene, hello_py=GOOD_DAY)

    ran = scene.comment(1, "Merge that, please.")

    assert (ran.exit_status, ran.outputs["status"]) == (0, "cannot"), ran.log
    assert "still holds conflict markers ('>>>>>>> main')" in scene.prompts[-1]
    assert "still holds conflict markers" in scene.status_comment(1)
    assert untouched(scene, before)


def test_a_change_beside_the_conflict_is_refused(scene):
    """A change of another file leaves the conflict where it is, and is refused as well."""
    scene = scene(*[a_block("other.py", "1\n", f"{number}\n") for number in (2, 3)], body="Say it in French.")
    before = scene.repo.head(BRANCH)
    move_main(scene, hello_py=GOOD_DAY)

    ran = scene.comment(1, "Change other.py.")

    assert ran.outputs["status"] == "cannot", ran.log
    assert untouched(scene, before)


def test_a_question_under_a_conflict_is_answered(scene):
    """Who only asks something gets the answer, and hears of the conflict."""
    scene = scene("NO CHANGE: Because French was asked for.")
    before = scene.repo.head(BRANCH)
    move_main(scene, hello_py=GOOD_DAY)

    ran = scene.comment(1, "Why French?")

    assert ran.outputs["status"] == "no_change", ran.log
    assert "Because French was asked for." in scene.status_comment(1)
    assert "in conflict with its base in `hello.py`" in scene.status_comment(1)
    assert untouched(scene, before)


def test_a_conflict_outside_of_the_write_set(scene):
    """A conflict in a file that may not be changed is named with the command that allows it; no model is asked."""
    scene = scene()
    scene.repo.commit(BRANCH, {"other.py": "mine\n"}, author="mona")
    before, asked = scene.repo.head(BRANCH), len(scene.model.asked)
    move_main(scene, other_py="theirs\n")

    ran = scene.comment(1, "Louder.")

    assert (ran.exit_status, ran.outputs["status"]) == (0, "cannot"), ran.log
    assert "Both sides changed the same lines of a file: `other.py` is not linked" in scene.status_comment(1)
    assert "/ai_coder scope repo" in scene.status_comment(1)
    assert "Merge `main` into `ai_coder/issue-1` by hand" in scene.status_comment(1)
    assert len(scene.model.asked) == asked
    assert untouched(scene, before)


@pytest.mark.parametrize(
    ("path", "first", "ours", "theirs", "reason"),
    [
        ("logo.png", b"\0one", b"\0two", b"\0three", "is binary"),
        ("gone.txt", "1\n", None, "2\n", "was deleted or renamed on the branch and changed on the base branch"),
        ("link", File(b"hello.py", "120000"), File(b"a", "120000"), File(b"b", "120000"), "is a symbolic link"),
        ("AGENTS.md", "1\n\n2\n", "one\n\n2\n", "1\n\ntwo\n", "was changed on both sides and is protected"),
    ],
)
def test_what_is_left_to_people(scene, path, first, ours, theirs, reason):
    """What is no text, gone on one side, or protected is named with its reason, and nothing is written."""
    scene = scene(body="Say it in French.", files={path: first})
    scene.repo.commit(BRANCH, {path: ours}, author="mona")
    before = scene.repo.head(BRANCH)
    scene.repo.commit("main", {path: theirs}, author="mona")

    ran = scene.comment(1, "Louder.")

    assert ran.outputs["status"] == "cannot", ran.log
    assert reason in scene.status_comment(1)
    assert f"`{path}`" in scene.status_comment(1)
    assert untouched(scene, before)


def test_a_plan_needs_no_merge(scene):
    """A plan is made on the branch as it is: a conflict does not stand in its way."""
    scene = scene("1. Say it louder.")
    before = scene.repo.head(BRANCH)
    move_main(scene, hello_py=GOOD_DAY)

    assert scene.comment(1, "/ai_coder plan").outputs["status"] == "planned"
    assert untouched(scene, before)


def test_a_merge_is_made_once(scene):
    """After a merge the next request finds nothing to merge, and builds on it."""
    scene = scene(LOUD, a_block("hello.py", "    print('salut!')\n", "    print('salut!!')\n"))
    move_main(scene, hello_py=BYE_NOW)
    scene.comment(1, "Louder.")
    merged = scene.repo.head(BRANCH)

    ran = scene.comment(1, "Still louder.")

    assert ran.outputs["status"] == "changed", ran.log
    assert head_parents(scene) == [merged]
    assert "merged with the next commit" not in scene.status_comment(1)
