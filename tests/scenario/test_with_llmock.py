"""Whole runs against `llmock`: a model's endpoint that fails as it is told, and judges what its client makes of it."""

from __future__ import annotations

import pytest
import requests

from builders import a_block
from fakes.peers import llmock

pytestmark = pytest.mark.node

SALUT = {"type": "reply", "text": a_block("hello.py", "print('hello')\n", "print('salut')\n")}
KEY = "sk-stage-0123456789"
CHAT = "/v1/chat/completions"
APIS = pytest.mark.parametrize("api", ["chat", "responses"])


def fail(status, times=1, **more):
    """A refusal; llmock itself asks for a second's wait after 429, 503, 504 and 529 where nothing else is said."""
    return {"type": "fail", "status": status, "times": times, **more}


def ran_at(judge, scene, *behaviours, **inputs):
    """A run at that endpoint, of an issue that was just opened."""
    if behaviours:
        judge.expect(*behaviours)
    return scene.label(scene.open(), openai_base_url=f"{judge.url}/v1", **inputs)


def statuses(judge):
    """What it answered, in order."""
    return [one["status"] for one in judge.requests()]


@pytest.fixture(name="judge", scope="module")
def _judge():
    """One server for all that need no options; it begins anew with each test."""
    with llmock() as judge:
        yield judge


@pytest.fixture(autouse=True)
def _anew(judge):
    """Nothing queued, nothing remembered."""
    judge.forget()


@pytest.mark.parametrize(
    ("api", "fault"),
    [
        ("chat", fail(429, 2, retry_after=0.6)),
        ("responses", fail(429, 2, retry_after=0.6)),
        ("chat", fail(503, 2, retry_after=0.3)),
        ("chat", fail(502)),
        ("responses", fail(500)),
        ("chat", fail(504)),
        ("chat", fail(529)),
    ],
)
def test_what_passes_is_waited_for(stage, judge, api, fault):
    """After a fault that passes the request is sent again, not before it may be, and the judge has nothing to say."""
    scene = stage()

    ran = ran_at(judge, scene, fault, SALUT, api=api)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "changed"), ran.log
    assert statuses(judge) == [fault["status"]] * fault["times"] + [200]
    assert judge.findings() == []


@pytest.mark.parametrize("status", [408, 409, 500])
def test_without_a_word_about_time_the_pauses_grow(stage, judge, status):
    """Where the endpoint says nothing about time, each pause is longer than the last."""
    ran = ran_at(judge, stage(), fail(status, 2), SALUT)

    assert ran.outputs["status"] == "changed", ran.log
    first, second, third = judge.requests()
    assert second["started_at"] - first["ended_at"] < third["started_at"] - second["ended_at"]
    assert judge.findings() == []


@APIS
def test_an_endpoint_that_stays_down(stage, judge, api):
    """An endpoint that goes on failing is asked three times, and the issue says so."""
    scene = stage()

    ran = ran_at(judge, scene, fail(503, None, retry_after=0.1), api=api)

    assert (ran.exit_status, ran.outputs["status"]) == (4, "failed")
    assert statuses(judge) == [503] * 3
    assert "The model's endpoint failed (503" in scene.status_comment(1)
    assert judge.findings() == []


def test_a_limit_that_lasts(stage, judge):
    """A limit that does not pass parks the run after six tries, each of them after the wait that was asked for."""
    scene = stage()

    ran = ran_at(judge, scene, fail(429, None, retry_after=0.2))

    assert (ran.exit_status, ran.outputs["status"]) == (0, "parked")
    assert statuses(judge) == [429] * 6
    assert "It can go on at" in scene.status_comment(1)
    assert judge.findings() == []


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        (fail(429, None, retry_after=2400), "parked", "It can go on at"),
        (fail(429, None, code="insufficient_quota", message="You exceeded your quota."), "failed", "no credit left"),
    ],
)
def test_giving_up_on_purpose(stage, judge, fault, status, told):
    """A limit of 40 minutes and money that is used up are not waited for: the judge sees one try, and the issue why."""
    scene = stage()

    ran = ran_at(judge, scene, fault)

    assert ran.outputs["status"] == status
    assert told in scene.status_comment(1)
    assert (statuses(judge), judge.findings()) == ([429], ["gave_up"])


@pytest.mark.parametrize("api", ["chat", "responses", "auto"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_no_repetition_mends(stage, judge, api, status):
    """A request that is refused for good is never sent again as it is; `auto` may look for the other API."""
    scene = stage()

    ran = ran_at(judge, scene, fail(status, None), api=api)

    assert (ran.exit_status, ran.outputs["status"]) == (4, "failed")
    asked = [one["path"] for one in judge.requests()]
    assert len(asked) == len(set(asked)) <= 1 + (api == "auto")
    assert list(scene.repo.branches) == ["main"]
    assert judge.findings() == []


def test_a_slow_answer(stage, judge):
    """An answer that takes its time is waited for, and nobody asks a second time meanwhile."""
    ran = ran_at(judge, stage(), {"type": "delay", "seconds": 2}, SALUT)

    assert ran.outputs["status"] == "changed"
    assert (statuses(judge), judge.findings()) == ([200], [])


@APIS
def test_an_answer_that_was_cut(stage, judge, api):
    """An answer that ended at the output limit is not applied, and a whole one is asked for."""
    scene = stage()

    ran = ran_at(judge, scene, SALUT | {"finish_reason": "length"}, SALUT, api=api)

    assert (ran.outputs["status"], ran.outputs["steps"]) == ("changed", "2")
    assert scene.text("ai_coder/issue-1", "hello.py") == "print('salut')\n"


def test_an_answer_that_was_filtered(stage, judge):
    """What the endpoint's filter held back is not asked for again."""
    ran = ran_at(judge, stage(), SALUT | {"finish_reason": "content_filter"})

    assert (ran.exit_status, ran.outputs["status"], statuses(judge)) == (0, "cannot", [200])


@pytest.mark.parametrize("kind", ["disconnect", "truncate", "malformed", "stall"])
def test_no_stream_can_break(stage, judge, kind):
    """No stream is ever asked for, so nothing that goes wrong in one can happen."""
    fault = {"type": "stream_fault", "kind": kind, "times": None}

    ran = ran_at(judge, stage(), fault, SALUT)

    assert ran.outputs["status"] == "changed"
    assert judge.waiting() == ["stream_fault"]
    assert not any(one["stream"] for one in judge.requests())


def called(name, **arguments):
    """A turn of a model that calls one tool."""
    return {"type": "reply", "tool_calls": [{"name": name, "arguments": arguments}]}


@APIS
@pytest.mark.parametrize("kind", ["malformed_arguments", "unknown_tool"])
def test_a_broken_tool_call(stage, judge, api, kind):
    """A call of a tool that cannot be read, or that nobody offered, is told back, and the work goes on."""
    scene = stage()
    edit = called("edit_file", path="hello.py", old_text="print('hello')\n", new_text="print('salut')\n")
    end = called("finish", outcome="changed", title="Greet in French", summary="It says salut.")

    ran = ran_at(judge, scene, {"type": "tool_fault", "kind": kind}, edit, edit, end, end, api=api, mode="agent")

    assert ran.outputs["status"] == "changed", ran.log
    assert scene.text("ai_coder/issue-1", "hello.py") == "print('salut')\n"
    assert judge.findings() == []


@APIS
def test_a_model_that_only_pretends(stage, judge, api):
    """A model that calls tools with invented words, and then talks, ends in an outcome of the contract."""
    scene = stage()

    ran = ran_at(judge, scene, api=api, mode="agent")

    assert (ran.exit_status, ran.outputs["status"]) in {(0, "cannot"), (0, "no_change"), (0, "need_info")}, ran.log
    assert list(scene.repo.branches) == ["main"]
    assert judge.findings() == []


def test_a_quota_that_others_used_up(stage):
    """A quota a minute that is used up is waited for exactly as long as it takes to refill."""
    with llmock("--rpm", "40") as judge:
        for _ in range(40):
            requests.post(
                f"{judge.url}{CHAT}",
                json={"model": "m", "messages": [{"role": "user", "content": "Hi"}]},
                headers={"Authorization": f"Bearer {KEY}"},
                timeout=10,
            )

        ran = ran_at(judge, stage(), SALUT | {"times": 2})  # a refusal uses one up

        assert ran.outputs["status"] == "changed", ran.log
        assert statuses(judge)[-2:] == [429, 200]
        assert judge.findings() == []


def test_a_window_that_is_too_small(stage):
    """A request that the model's window does not hold is sent again only when it is shorter, and what went is told."""
    files = {"a.py": "a = 1\n", "b.py": "b = 1\n" * 1000}
    scene = stage(files=files)
    text = {"type": "reply", "text": a_block("a.py", "a = 1\n", "a = 2\n"), "times": 2}  # a refusal uses one up
    number = scene.open(body="Set [a](../blob/main/a.py) and [b](../blob/main/b.py) to 2.")
    with llmock("--context-window", "2000") as judge:
        judge.expect(text)

        ran = scene.label(number, openai_base_url=f"{judge.url}/v1")

        assert ran.outputs["status"] == "changed", ran.log
        assert "it was not shown: `b.py`" in scene.status_comment(number)
        assert (statuses(judge), judge.findings()) == ([400, 200], [])
