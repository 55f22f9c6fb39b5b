"""Whole runs against model servers that nobody here wrote: npm `aimock` over both APIs, and a real small model."""

from __future__ import annotations

import pytest

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
