"""The project's own tests decide: what they say is told to the model, and stands in the pull request."""

import re

import pytest

from ai_coder.domain.verification import Ran
from ai_coder.loopback.model import Call, Say
from builders import a_block
from fakes.sandbox import ScriptedSandbox

FILES = {
    "greet.py": "def greet():\n    return 'hello'\n",
    "old.py": "1\n",
    "tests/test_greet.py": "def test_french():\n    assert greet() == 'salut'\n",
}
RIGHT = a_block("greet.py", "    return 'hello'\n", "    return 'salut'\n")
WRONG = a_block("greet.py", "    return 'hello'\n", "    return greet\n")
BRANCH = "ai_coder/issue-1"
DONE = Call("finish", {"outcome": "changed", "title": "Greet in French", "summary": "Says salut now."})


def pytest_of(files, command):
    """Tests that look at the greeting: `test_french` wants salut, `test_polite` any text, `test_old` is broken."""
    files["leftover.txt"] = "written by the tests\n"
    if command != "pytest -v":
        return Ran(0, "installed\n")
    code = files.get("greet.py", "")
    ends = {"test_french": "salut" in code, "test_polite": "'" in code, "test_old": False}
    lines = [f"tests/test_greet.py::{name} {'PASSED' if ended else 'FAILED'}" for name, ended in ends.items()]
    failed = sum(not ended for ended in ends.values())
    lines.append(f"===== {failed} failed, {len(ends) - failed} passed in 0.01s =====")
    return Ran(1, "\n".join(["collected 3 items", "", *lines, ""]), seconds=0.01)


@pytest.fixture(name="scene")
def _scene(stage):
    """Makes a stage whose tests are those above, with an issue that links the file."""

    def make(*replies, **inputs):
        sandbox = ScriptedSandbox(pytest_of)
        scene = stage(*replies, files=FILES, sandbox=sandbox, **{"test_command": "pytest -v"} | inputs)
        scene.open(body="Greet in French, in [greet.py](../blob/main/greet.py).")
        return scene

    return make


def counts(body):
    """How many tests the table counts as fixed, broken, still failing and still passing."""
    rows = dict(re.findall(r"(?m)^\| (fixed|broken|still failing|still passing) \| (\d+) \|", body))
    return [rows[name] for name in ("fixed", "broken", "still failing", "still passing")]


def test_a_verified_change_is_ready_for_review(scene):
    """Tests ran on base and result: the pull request is no draft, and holds what they say."""
    scene = scene(RIGHT, setup_command="pip install .")

    ran = scene.label(1)

    assert (ran.outputs["status"], ran.outputs["verified"]) == ("changed", "passed"), ran.log
    [pull] = scene.repo.pull_requests
    assert not pull.draft
    assert counts(pull.body) == ["1", "0", "1", "1"]
    assert counts(scene.status_comment(1)) == ["1", "0", "1", "1"]
    assert "`tests/test_greet.py::test_french`" in pull.body
    assert scene.sandbox.commands == ["pip install .", "pytest -v"] * 2
    assert scene.sandbox.open_boxes == 0


def test_setup_may_use_the_network_and_tests_may_not(scene):
    """Only the set-up command has the network, unless the workflow gives it to the tests."""
    closed, opened = (scene(RIGHT, setup_command="pip install .", test_network=word) for word in ("false", "true"))

    for one in (closed, opened):
        one.label(1)

    assert {(command, network) for box in closed.sandbox.boxes for command, network, _ in box.runs} == {
        ("pip install .", True),
        ("pytest -v", False),
    }
    assert {network for box in opened.sandbox.boxes for _, network, _ in box.runs} == {True}


def test_what_broke_is_told_back_in_one_reply(scene):
    """A reply that breaks tests is told their output as data, and the next one is right."""
    scene = scene(WRONG, RIGHT)

    ran = scene.label(1)

    assert (ran.outputs["status"], ran.outputs["verified"], ran.outputs["steps"]) == ("changed", "passed", "2")
    told = scene.model.asked[-1]["messages"][-1]["content"]
    assert "Broken by the change:\n  tests/test_greet.py::test_polite" in told
    assert "| tests/test_greet.py::test_polite FAILED" in told
    assert scene.text(BRANCH, "greet.py") == "def greet():\n    return 'salut'\n"


def test_what_stays_broken_is_a_draft_that_says_so(scene):
    """When no reply is right, the last one is proposed as a draft: nothing that was paid for is thrown away."""
    scene = scene(WRONG, WRONG)

    ran = scene.label(1)

    assert (ran.outputs["status"], ran.outputs["verified"]) == ("changed", "failed"), ran.log
    [pull] = scene.repo.pull_requests
    assert pull.draft
    assert counts(pull.body) == ["0", "1", "2", "0"]
    assert "Broken:\n\n- `tests/test_greet.py::test_polite`" in pull.body


def test_what_stays_broken_where_there_are_no_drafts(scene):
    """It is an ordinary pull request with its labels, and that it could not be made a draft is said of it."""
    scene = scene(WRONG, WRONG, labels="bot")
    scene.repo.state.allow_drafts = False

    ran = scene.label(1)

    [pull] = scene.repo.pull_requests
    assert (ran.outputs["status"], ran.outputs["pull_request_number"], pull.draft) == ("changed", "2", False)
    assert pull.labels == ["bot"]
    assert "could not be made a draft" in scene.status_comment(1)
    assert "but the pull request does not" not in scene.status_comment(1)


@pytest.mark.parametrize(("draft", "is_draft"), [("auto", False), ("always", True), ("never", False)])
def test_draft_is_the_workflows_word(scene, draft, is_draft):
    """`draft` may overrule the tests."""
    scene = scene(RIGHT, draft=draft)

    scene.label(1)

    assert scene.repo.pull_requests[0].draft is is_draft


def says(*calls):
    """A turn of the model."""
    return Say("", calls=calls)


def an_edit(new):
    """Whatever the greeting is, it becomes `new`."""
    return Call("edit_file", {"path": "greet.py", "old_text": "def greet():\n    return 'hello'\n", "new_text": new})


def test_the_loop_runs_tests_and_is_told_at_its_end(scene):
    """In mode `agent` the model runs tests on unfinished work, and sees the verdict beside its whole diff."""
    wrong, right = "def greet():\n    return greet\n", "def greet():\n    return 'salut'\n"
    mend = Call("edit_file", {"path": "greet.py", "old_text": wrong, "new_text": right})
    scene = scene(
        says(an_edit(wrong)),
        says(Call("run_tests", {})),
        says(mend),
        says(DONE),
        says(DONE),
        mode="agent",
    )

    ran = scene.label(1)

    assert (ran.outputs["status"], ran.outputs["verified"]) == ("changed", "passed"), ran.log
    results = [message["content"] for message in scene.model.asked[-1]["messages"] if message["role"] == "tool"]
    assert "Broken by the change:" in results[1]
    assert "The tests pass." in results[3]
    assert "`run_tests`" in scene.status_comment(1) or "run_tests" in ran.log
    assert scene.sandbox.open_boxes == 0


@pytest.mark.parametrize("inputs", [{"test_command": ""}, {}])
def test_without_tests_the_tool_is_not_offered(scene, inputs):
    """Where nothing can be run the model has no tool for it."""
    scene = scene(says(Call("finish", {"outcome": "no_change", "summary": "Fine."})), mode="agent", **inputs)
    scene.sandbox.objection_text = "The sandbox does not hold." if not inputs else ""

    scene.label(1)

    assert "run_tests" not in {tool["function"]["name"] for tool in scene.model.asked[0]["tools"]}


@pytest.mark.parametrize(
    ("inputs", "objection", "words"),
    [
        ({"test_command": ""}, "", "No `test_command` is set."),
        ({}, "Containers cannot be started here.", "Containers cannot be started here."),
        ({"timeout_minutes": "1"}, "", "too little time left"),
    ],
)
def test_what_was_not_run_says_why(scene, inputs, objection, words):
    """Without tests the pull request is a draft, and says why nothing was run."""
    scene = scene(RIGHT, **inputs)
    scene.sandbox.objection_text = objection

    ran = scene.label(1)

    assert (ran.outputs["status"], ran.outputs["verified"]) == ("changed", "not_run"), ran.log
    [pull] = scene.repo.pull_requests
    assert pull.draft
    assert "**Tests:** not run." in pull.body
    assert words in pull.body
    assert words in scene.status_comment(1)
    assert scene.sandbox.boxes == []


def test_what_tests_write_is_never_committed(scene):
    """The commit is the base and the edits; what the tests left in their box stays there."""
    scene = scene(RIGHT)

    scene.label(1)

    assert sorted(scene.repo.files(BRANCH)) == sorted(FILES)
    assert "leftover.txt" in scene.sandbox.boxes[0].files


def test_weakened_tests_are_named(stage):
    """A change that passes because it weakens a test is a draft that names the test."""
    skipped = a_block("tests/test_greet.py", "def test_french():\n", "@pytest.mark.skip\ndef test_french():\n")
    scene = stage(RIGHT + "\n" + skipped, files=FILES, sandbox=ScriptedSandbox(pytest_of), test_command="pytest -v")
    scene.open(body="Greet in French, in [greet.py](../blob/main/greet.py).")

    ran = scene.label(1)

    assert ran.outputs["status"] == "changed", ran.log
    [pull] = scene.repo.pull_requests
    assert pull.draft
    assert "**This change weakens tests:**" in pull.body
    assert "test_french" in pull.body.partition("weakens tests")[2]


def test_the_output_stands_in_the_log_and_in_the_report(scene):
    """What the tests printed is a folded, harmless part of the log, and a file beside the report."""
    scene = scene(RIGHT)
    scene.sandbox.program = lambda files, command: Ran(0, f"::error::evil\n{pytest_of(files, command).output}")

    ran = scene.label(1)

    assert "\n::error::evil" not in ran.log
    assert "evil" in ran.log
    report = ran.report
    assert report["tests"]["head"]["output"].startswith("::error::evil")
    assert report["verified"] == ran.outputs["verified"]


def test_a_follow_up_is_measured_against_the_base_branch(scene):
    """What an earlier commit of ours broke is still ours: the base is where the branch parted from main."""
    still = a_block("greet.py", "    return greet\n", "    return greet  # salut\n")
    scene = scene(WRONG, WRONG, still, still)
    scene.label(1)

    ran = scene.comment(1, "Add a word about it.")

    assert ran.outputs["verified"] == "failed", ran.log
    assert re.search(r"Broken:\n\n- `tests/test_greet.py::test_polite`", scene.status_comment(1))


def test_a_change_that_mends_a_draft_is_marked_ready(scene):
    """When the next commit passes, the draft becomes ready for review; when one breaks something, a draft again."""
    scene = scene(
        WRONG,
        WRONG,
        a_block("greet.py", "    return greet\n", "    return 'salut'\n"),
        a_block("greet.py", "    return 'salut'\n", "    return salut\n"),
        a_block("greet.py", "    return 'salut'\n", "    return salut\n"),
    )
    scene.label(1)
    [pull] = scene.repo.pull_requests
    drafts = [pull.draft]

    for words in ("Mend it.", "Now break it."):
        scene.comment(1, words)
        drafts.append(pull.draft)

    assert drafts == [True, False, True]


class UntouchedSandbox(ScriptedSandbox):
    """A sandbox that nobody may ask anything."""

    def objection(self):
        """Never asked."""
        raise AssertionError("the sandbox was looked at")


def test_a_plan_looks_at_no_sandbox(stage):
    """A plan runs nothing, so nobody asks whether a sandbox holds."""
    scene = stage("1. Do it.", files=FILES, sandbox=UntouchedSandbox(pytest_of), test_command="pytest -v")
    scene.open(body="Greet in French, in [greet.py](../blob/main/greet.py).")

    ran = scene.comment(1, "/ai_coder plan")

    assert ran.outputs["status"] == "planned", ran.log
