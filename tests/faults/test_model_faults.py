"""R18-R27: the model's endpoint refuses, is late, or answers nonsense; each run has a visible end."""

from __future__ import annotations

import pytest

from ai_coder.loopback import Answer
from ai_coder.loopback.model import Call, Say
from builders import a_block
from fakes.faults import CUT, EMPTY, HANG_UP, PAGE, Fault, inject, said
from fakes.models import first

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
BRANCH = "ai_coder/issue-1"
BOT = "github-actions[bot]"
KEY = "sk-stage-0123456789"


def error(status, message="no", code=None, **headers):
    """An endpoint's refusal."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"error": {"message": message, "code": code, "type": "x"}}, names)


def failed(scene, answer, times=9, **inputs):
    """A run at an endpoint that answers so."""
    scene.model.interceptors.append(first(*[answer] * times))
    return scene.label(scene.open(), **inputs)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused(stage, status):
    """R18: asked once, exit 4, and neither key nor host is told."""
    scene = stage(SALUT)

    ran = failed(scene, error(status, f"Incorrect key {KEY}"))

    assert (ran.exit_status, ran.outputs["status"], len(scene.model.requests)) == (4, "failed", 1)
    assert "openai_api_key" in scene.status_comment(1)
    assert not any(word in scene.status_comment(1) for word in (KEY, "127.0.0.1"))


def test_a_quota_is_no_rate_limit(stage):
    """R19: money that is used up ends the run at once: waiting does not help."""
    scene = stage(SALUT)

    ran = failed(scene, error(429, "You exceeded your current quota.", "insufficient_quota"))

    assert (ran.exit_status, len(scene.model.requests), scene.clock.slept) == (4, 1, [])
    assert "credit" in scene.status_comment(1)


def test_a_rate_limit_that_passes(stage):
    """R19: a limit that names its end is waited for."""
    scene = stage(SALUT)

    ran = failed(scene, error(429, "Slow down.", Retry_After="20"), times=1)

    assert (ran.outputs["status"], scene.clock.slept) == ("changed", [20.0])


@pytest.mark.parametrize("headers", [{"Retry_After": "2400"}, {}], ids=["40 minutes", "says nothing"])
def test_a_rate_limit_that_lasts(stage, headers):
    """R19: a limit that lasts parks the run, exit 0, and the schedule after it goes on."""
    scene = stage(SALUT)

    ran = failed(scene, error(429, "Slow down.", **headers), times=6 if not headers else 1)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "parked"), ran.log
    assert "It can go on at" in scene.status_comment(1)
    scene.clock.sleep(2401)
    assert scene.run("schedule", {"schedule": "17 * * * *"}).outputs["status"] == "changed"
    assert scene.repo.reactions(1) == [(BOT, "eyes"), (BOT, "rocket")]


@pytest.mark.parametrize("answer", [error(500), error(529), HANG_UP, CUT])
def test_an_endpoint_that_fails(stage, answer):
    """R20: two passing faults are tried again; with the third the run fails, and every try is counted."""
    scene = stage(SALUT)
    assert failed(scene, answer, times=2).outputs["status"] == "changed"

    scene = stage(SALUT)
    ran = failed(scene, answer)
    assert (ran.exit_status, len(scene.model.requests)) == (4, 3)


@pytest.mark.parametrize(
    "answer", [PAGE, EMPTY, Answer(200, {"choices": []}), Answer(200, {"error": {"message": "x"}})]
)
def test_a_success_that_is_none(stage, answer):
    """R21, R22: an answer that is none is asked for once more; nothing of half an answer is applied."""
    scene = stage(SALUT)
    assert failed(scene, answer, times=1).outputs["status"] == "changed"

    scene = stage(SALUT)
    ran = failed(scene, answer)
    assert (ran.exit_status, len(scene.model.requests)) == (4, 2)
    assert list(scene.repo.branches) == ["main"]


def test_a_cut_reply_is_not_applied(stage):
    """R23: a reply that ended at the output limit is asked for again, shorter."""
    scene = stage(Say(SALUT, ending="length"), SALUT)

    ran = scene.label(scene.open())

    assert (ran.outputs["status"], ran.outputs["steps"]) == ("changed", "2")
    assert "cut off" in scene.prompts[-1]


@pytest.mark.parametrize("ending", ["content_filter", "refusal"])
@pytest.mark.parametrize("mode", ["single", "agent"])
def test_a_model_that_declines(stage, ending, mode):
    """R24: what the model declines is not asked again, and its words are not quoted."""
    scene = stage(Say("I cannot do this terrible thing.", ending=ending), mode=mode)

    ran = scene.label(scene.open())

    assert (ran.exit_status, ran.outputs["status"], len(scene.model.requests)) == (0, "cannot", 1)
    assert "terrible" not in scene.status_comment(1)


TOO_LONG = error(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded")


@pytest.mark.parametrize("mode", ["single", "agent"])
def test_a_request_that_is_too_long(stage, mode):
    """R25: it shrinks once: answered comments first, then the files that come last; the answer lists what went."""
    edit = Call("edit_file", {"path": "a.py", "old_text": "a = 1\n", "new_text": "a = 2\n"})
    done = Call("finish", {"outcome": "changed", "title": "Two", "summary": "Two."})
    block = a_block("a.py", "a = 1\n", "a = 2\n")
    script = [block] if mode == "single" else [Say(calls=[edit]), Say(calls=[done]), Say(calls=[done])]
    files = {"a.py": "a = 1\n", "b.py": "b = 1\n" * 300, "c.py": "c = 1\n" * 400}
    scene = (
        stage("NO CHANGE: Fine.", *script, files=files, mode=mode)
        if mode == "single"
        else stage(*script, files=files, mode=mode)
    )
    number = scene.open(body="Set [a](../blob/main/a.py), [b](../blob/main/b.py), [c](../blob/main/c.py) to 2.")
    if mode == "single":
        scene.comment(number, "/ai_coder an old wish " + "x" * 2000)
    scene.model.interceptors.append(first(TOO_LONG))

    ran = scene.label(number)

    assert ran.outputs["status"] == "changed", ran.log
    comment = scene.status_comment(number)
    dropped = ["`c.py`"] if mode == "agent" else ["an earlier comment of mona", "`c.py`"]
    assert f"it was not shown: {', '.join(dropped)}" in comment
    assert "c = 1" not in scene.prompts[-1]
    assert "b = 1" in scene.prompts[-1]


def test_a_request_that_cannot_shrink(stage):
    """R25: where nothing can go, or half is still too long, the run ends with the inputs to change."""
    scene = stage(SALUT)
    ran = failed(scene, TOO_LONG)

    assert (ran.exit_status, len(scene.model.requests)) == (4, 1)
    assert "Link fewer or smaller files" in scene.status_comment(1)


@pytest.mark.parametrize("arguments", ["{", "[]", '{"path": 7}'])
def test_a_malformed_call(stage, arguments):
    """R26: a call that cannot be read is told back, and three of them end the work."""
    scene = stage(*[Say(calls=[Call("edit_file", arguments)])] * 3, mode="agent")

    ran = scene.label(scene.open())

    assert (ran.exit_status, ran.outputs["status"], ran.outputs["steps"]) == (0, "cannot", "3")
    assert list(scene.repo.branches) == ["main"]


def test_a_short_run_has_time_to_work(stage):
    """R48: `timeout_minutes: 1` leaves three quarters of a minute for the model, and not one second."""
    scene = stage(SALUT)
    scene.model.interceptors.append(lambda _: scene.clock.sleep(30))

    assert scene.label(scene.open(), timeout_minutes="1").outputs["status"] == "changed"


def test_time_counts_from_the_beginning(stage):
    """R48: what GitHub took is gone for the model: a run of one minute has fifteen seconds left after half of one."""
    scene = stage(Say(calls=[Call("list_files", {})]), mode="agent")
    inject(scene, Fault("GET", "/issues/1/comments", said("Slow down.", 429, Retry_After="40")))
    scene.model.interceptors.append(lambda _: scene.clock.sleep(10))

    ran = scene.label(scene.open(), timeout_minutes="1")

    assert (ran.exit_status, ran.outputs["status"], ran.outputs["steps"]) == (0, "parked", "1"), ran.log
    assert "The time of the run is used up" in scene.status_comment(1)


def test_the_issues_of_a_schedule_share_its_time(stage):
    """R48: a scheduled run begins with no issue that it has no time for, so that no job ends in the middle of one."""
    scene = stage(SALUT, SALUT, timeout_minutes="10")
    for number in (scene.open(), scene.open()):
        scene.repo.add_label(number, "ai_coder", actor="mona")
    scene.model.interceptors.append(lambda _: scene.clock.sleep(500))

    first = scene.run("schedule", {"schedule": "17 * * * *"})

    assert (first.outputs["status"], first.outputs["issue_number"]) == ("changed", "1"), first.log
    assert "issue #2 is left to the next run" in first.log
    assert scene.repo.comments(2) == []
    second = scene.run("schedule", {"schedule": "17 * * * *"})
    assert (second.outputs["status"], second.outputs["issue_number"]) == ("changed", "2"), second.log
