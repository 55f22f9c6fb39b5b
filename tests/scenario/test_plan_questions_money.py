"""Before the work and around it: plans, questions with boxes, and the money of an issue."""

import json
import re

import pytest

from ai_coder.loopback.model import Call, Say

FILES = {"src/greet.py": "def greet():\n    return 'hello'\n", "docs/guide.md": "# Guide\n"}
BRANCH = "ai_coder/issue-1"
PLAN = "1. Change `greet` in src/greet.py to say salut.\n2. Ask @everyone.\n"
EDIT = Call(
    "edit_file", {"path": "src/greet.py", "old_text": "    return 'hello'\n", "new_text": "    return 'salut'\n"}
)
DONE = Call("finish", {"outcome": "changed", "title": "Greet in French", "summary": "Says salut now."})
ASK = Call(
    "finish",
    {"outcome": "need_info", "summary": "Two ways.", "questions": ["How formal? | Salut | Bonjour", "And the guide?"]},
)
PRICES = {"price_input_per_mtok": "100", "price_output_per_mtok": "100"}


def says(*calls):
    """One turn of the model with tool calls."""
    return Say(calls=calls)


@pytest.fixture(name="scene")
def _scene(stage):
    """Makes a stage in mode `agent` with one open issue that nobody has labelled."""

    def make(*replies, **inputs):
        scene = stage(*replies, files=FILES, mode="agent", **inputs)
        scene.open(body="Greet in French.")
        return scene

    return make


def planned(scene):
    """Have a plan made."""
    return scene.comment(1, "/ai_coder plan")


def tick(scene, option, by="mona", old=None):
    """Tick a box of the status comment, and run."""
    [comment] = [one for one in scene.repo.comments(1) if one.author.login == "github-actions[bot]"]
    before = comment.body if old is None else old
    scene.repo.edit_comment(comment.id, comment.body.replace(f"- [ ] {option}", f"- [x] {option}"))
    changes = {"body": {"from": before}}
    payload = scene.repo.payload("issue_comment", "edited", sender=by, issue=1, comment=comment.id, changes=changes)
    return scene.run("issue_comment", payload)


def test_a_plan_changes_nothing(scene):
    """A plan is posted with its files and a guess of its cost; no branch is made, and the model had no tool to edit."""
    finish = Call("finish", {"outcome": "planned", "plan": PLAN, "files": ["src/greet.py"]})
    scene = scene(says(Call("read_file", {"path": "src/greet.py"})), says(finish), **PRICES)

    ran = planned(scene)

    [request] = [one for one in scene.repo.comments(1) if one.author.login == "mona"]
    assert ("github-actions[bot]", "+1") in scene.repo.reactions(1, request.id)
    comment = scene.status_comment(1)
    assert (ran.exit_status, ran.outputs["status"]) == (0, "planned")
    assert "> 1. Change `greet` in src/greet.py to say salut." in comment
    assert "`@everyone`" in comment
    assert "Files it would touch: `src/greet.py`" in comment
    assert re.search(r"may take [0-9,]+ tokens, about \$[0-9.]+", comment)
    assert list(scene.repo.branches) == ["main"]
    assert "edit_file" not in json.dumps(scene.model.asked[0]["tools"])


def test_go_carries_out_that_plan(scene):
    """`go` hands the model the plan that was posted, and the plan leaves the comment once it is carried out."""
    finish = Call("finish", {"outcome": "planned", "plan": PLAN})
    scene = scene(says(finish), says(EDIT), says(DONE), says(DONE))
    planned(scene)

    ran = scene.comment(1, "/ai_coder go")

    assert ran.outputs["status"] == "changed"
    assert "carry it out" in scene.prompts[1]
    assert "say salut" in scene.prompts[1]
    assert "ai_coder:plan" not in scene.status_comment(1)


def test_a_plan_survives_a_failure(scene):
    """When carrying out fails, the plan still stands there for the next `go`."""
    finish = Call("finish", {"outcome": "planned", "plan": PLAN})
    cannot = Call("finish", {"outcome": "cannot", "summary": "Not today."})
    scene = scene(says(finish), says(cannot), says(EDIT), says(DONE), says(DONE))
    planned(scene)
    scene.comment(1, "/ai_coder go")

    assert scene.comment(1, "/ai_coder go").outputs["status"] == "changed"
    assert "say salut" in scene.prompts[2]


def test_go_without_a_plan(scene):
    """Without a plan there is nothing to carry out, and no model is asked."""
    scene = scene()

    ran = scene.comment(1, "/ai_coder go")

    assert ran.outputs["status"] == "cannot"
    assert "/ai_coder plan" in scene.status_comment(1)
    assert scene.model.asked == []


def test_a_plan_in_one_reply(stage):
    """A model without tools writes its plan in one reply."""
    scene = stage("1. Say salut.", files=FILES, mode="single")
    scene.open(body="Greet in French.")

    assert planned(scene).outputs["status"] == "planned"
    assert "> 1. Say salut." in scene.status_comment(1)


def test_questions_have_boxes(scene):
    """A question is posted with a box for each option, the model's own choice first."""
    scene = scene(says(ASK))

    ran = scene.label(1)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "need_info")
    lines = scene.status_comment(1).splitlines()
    at = lines.index("**1.** How formal?")
    assert lines[at + 2 : at + 4] == ["- [ ] Salut (what it would do by itself)", "- [ ] Bonjour"]
    assert "**2.** And the guide?" in lines


def test_a_tick_resumes(scene):
    """A box that a maintainer ticks goes on with the work; question and answer are in the prompt."""
    scene = scene(says(ASK), says(EDIT), says(DONE), says(DONE))
    scene.label(1)

    ran = tick(scene, "Bonjour")

    assert ran.outputs["status"] == "changed", ran.log
    assert "**1.** How formal?\n- [x] Bonjour" in scene.prompts[1]
    assert len(scene.repo.comments(1)) == 1


@pytest.mark.parametrize(("by", "option"), [("stan", "Bonjour"), ("reed", "Bonjour"), ("mona", "No such option")])
def test_ticks_that_count_for_nothing(scene, by, option):
    """A stranger's tick, and an edit that ticks nothing, start nothing."""
    scene = scene(says(ASK))
    scene.label(1)

    ran = tick(scene, option, by=by)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "skipped")
    assert len(scene.model.asked) == 1


def test_a_comment_answers_a_question_too(scene):
    """A comment after a question is read together with the question."""
    scene = scene(says(ASK), says(EDIT), says(DONE), says(DONE))
    scene.label(1)

    scene.comment(1, "Formal, please.")

    assert "How formal?" in scene.prompts[1]
    assert "Formal, please." in scene.prompts[1]


def test_the_money_of_an_issue_adds_up(scene):
    """What all runs cost stands in the status comment, and the next run goes on counting."""
    nothing = Call("finish", {"outcome": "no_change", "summary": "Fine."})
    scene = scene(says(nothing), says(nothing), max_cost_usd="5", **PRICES)

    first, second = scene.label(1), scene.comment(1, "Really?")

    mark = json.loads(
        scene.status_comment(1).splitlines()[0].removeprefix("<!-- ai_coder:status ").removesuffix(" -->")
    )
    assert mark["spent_usd"] == pytest.approx(sum(float(ran.outputs["cost_usd"]) for ran in (first, second)))
    assert "of $10.00)" in scene.status_comment(1)


def test_the_limit_of_an_issue(scene):
    """An issue that has cost what it may is parked, and `/ai_coder budget` lets it go on."""
    nothing = Call("finish", {"outcome": "no_change", "summary": "Fine."})
    scene = scene(says(nothing), says(nothing), max_cost_usd="9", max_issue_cost_usd="1.8", **PRICES)
    scene.label(1)

    refused = scene.comment(1, "Really?")
    assert refused.outputs["status"] == "parked"
    assert "/ai_coder budget 4" in scene.status_comment(1)
    assert len(scene.model.asked) == 1

    assert scene.comment(1, "/ai_coder budget $5").outputs["status"] == "no_change"


def test_a_budget_that_is_no_number(scene):
    """A budget that is no number of dollars is told so."""
    scene = scene()
    assert scene.comment(1, "/ai_coder budget a lot").outputs["status"] == "cannot"
    assert "/ai_coder budget 5" in scene.status_comment(1)


@pytest.mark.parametrize("mode", ["single", "agent"])
def test_a_run_that_would_cost_too_much(stage, mode):
    """A call that could cost more than the run may is not made; the run is parked and says which input to raise."""
    scene = stage(mode=mode, max_cost_usd="0.5", **PRICES)

    ran = scene.label(scene.open())

    assert (ran.exit_status, ran.outputs["status"]) == (0, "parked")
    assert "`max_cost_usd`" in scene.status_comment(1)
    assert scene.model.asked == []


def test_a_tick_in_a_checklist_is_no_answer(scene):
    """Boxes that ask nothing, such as those of work that is left, start nothing."""
    left = {"outcome": "changed", "title": "Half", "summary": "Half.", "remaining": ["The guide"]}
    scene = scene(says(EDIT), says(Call("finish", left)), max_steps="2")
    scene.label(1)

    assert tick(scene, "The guide").outputs["status"] == "skipped"
    assert len(scene.model.asked) == 2
