"""Whole runs against model servers that nobody here wrote: npm `aimock` over both APIs, and a real small model."""

from __future__ import annotations

import pytest
import requests

from ai_coder.loopback.small_model import SmallModel, missing
from builders import a_block
from fakes.peers import aimock, turns

WRONG = a_block("hello.py", "print('bye')\n", "print('salut')\n")
SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
CONTRACT = {"changed", "no_change", "cannot"}
"""How a run of a real model may end."""


@pytest.mark.node
@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_run_with_aimock(stage, api):
    """A wrong edit is told back and the right one becomes the pull request, over either API."""
    scene = stage()
    with aimock(*turns({"content": WRONG}, {"content": SALUT})) as url:
        ran = scene.label(scene.open(), openai_base_url=f"{url}/v1", api=api)

    assert (ran.outputs["status"], ran.outputs["steps"]) == ("changed", "2"), ran.log
    assert scene.text("ai_coder/issue-1", "hello.py") == "print('salut')\n"


@pytest.mark.node
def test_a_fault_of_aimock(stage):
    """An endpoint that refuses ends the run with its exit status and one sentence; nothing is written."""
    scene = stage()
    number = scene.open()
    fault = {"match": {}, "response": {"status": 401, "error": {"message": "No.", "type": "invalid_request_error"}}}
    with aimock(fault) as url:
        ran = scene.label(number, openai_base_url=f"{url}/v1")

    assert (ran.exit_status, ran.outputs["status"]) == (4, "failed")
    assert "`openai_api_key`" in scene.status_comment(number)
    assert list(scene.repo.branches) == ["main"]


SAID = {"content": SALUT}
SLOW_DOWN = {"message": "Slow down.", "type": "rate_limit_error"}
NO_MONEY = {"message": "You exceeded your current quota.", "type": "insufficient_quota", "code": "insufficient_quota"}
UNREACHABLE, MALFORMED = "could not be reached, or hung up", "JSON that breaks off or is malformed"


def faulty(first, times=1):
    """Fixtures: `times` answers with that fault, then the right one."""
    broken = [{"match": {"sequenceIndex": n}, "response": SAID} | first for n in range(times)]
    return [*broken, {"match": {"sequenceIndex": times}, "response": SAID}]


def seen(url):
    """The statuses that aimock answered with, in order; 0 where it hung up."""
    return [one["response"]["status"] for one in requests.get(f"{url}/__aimock/journal", timeout=10).json()]


@pytest.mark.node
@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        ({"response": {"status": 429, "error": SLOW_DOWN, "retryAfter": 1}}, [429, 200]),
        ({"chaos": {"dropRate": 1}}, [500, 200]),
        ({"chaos": {"rateLimitRate": 1}}, [429, 200]),
        ({"chaos": {"malformedRate": 1}}, [200, 200]),
        ({"chaos": {"disconnectRate": 1}}, [0, 200]),
        ({"chaos": {"latencyMs": 1500}}, [200]),
    ],
    ids=["limit", "drop", "rate limit", "malformed", "disconnect", "latency"],
)
def test_a_fault_of_aimock_that_passes(stage, api, fault, statuses):
    """Whatever goes wrong once becomes the pull request with the second answer, over either API."""
    scene = stage()
    with aimock(*faulty(fault)) as url:
        ran = scene.label(scene.open(), openai_base_url=f"{url}/v1", api=api)

        assert (ran.exit_status, ran.outputs["status"]) == (0, "changed"), ran.log
        assert seen(url) == statuses
    assert scene.text("ai_coder/issue-1", "hello.py") == "print('salut')\n"


@pytest.mark.node
@pytest.mark.parametrize(
    ("fault", "exit_status", "tries", "told"),
    [
        ({"chaos": {"dropRate": 1}}, 4, 3, "endpoint failed (500"),
        ({"chaos": {"malformedRate": 1}}, 4, 2, MALFORMED),
        ({"chaos": {"disconnectRate": 1}}, 4, 3, UNREACHABLE),
        ({"response": {"status": 429, "error": SLOW_DOWN, "retryAfter": 2400}}, 0, 1, "It can go on at"),
        ({"response": {"status": 429, "error": NO_MONEY}}, 4, 1, "no credit left"),
    ],
    ids=["drop", "malformed", "disconnect", "limit", "quota"],
)
def test_a_fault_of_aimock_that_stays(stage, fault, exit_status, tries, told):
    """Whatever goes on going wrong ends the run after few tries: its exit status and the issue say how."""
    scene = stage()
    with aimock({"match": {}, "response": SAID} | fault) as url:
        ran = scene.label(scene.open(), openai_base_url=f"{url}/v1")

        assert (ran.exit_status, len(seen(url))) == (exit_status, tries), ran.log
    assert told in scene.status_comment(1)
    assert list(scene.repo.branches) == ["main"]


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())} (make demo-model installs them)")
def test_a_run_with_a_real_model(stage):
    """A real model of 135 million parameters ends in an outcome of the contract, and nothing is broken by it."""
    scene = stage(files={"notes.md": "# Notes\n\n- Buy milk\n"})
    body = "Add this line to the end of [notes.md](../blob/main/notes.md):\n\n- Call Mona\n"
    number = scene.open(body=body, title="Add a line")
    with SmallModel() as model:
        ran = scene.label(number, openai_base_url=model.url, model=model.name, timeout_minutes="8")

    assert ran.exit_status == 0
    assert ran.outputs["status"] in CONTRACT
    assert scene.text("main", "notes.md") == "# Notes\n\n- Buy milk\n"
    assert len(scene.repo.pull_requests) == (ran.outputs["status"] == "changed")
    assert scene.status_comment(number)
