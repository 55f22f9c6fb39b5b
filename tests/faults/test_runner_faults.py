"""R49: the runner's disk is full or may not be written: the work is done, and told where it can be told."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest

from ai_coder.entry import main
from ai_coder.wiring import wire
from builders import a_block

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")


@pytest.mark.parametrize("variable", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"])
def test_files_that_cannot_be_written(stage, variable):
    """A file that takes no byte (a full device) costs a warning; the pull request and the answer stand."""
    scene = stage(SALUT)
    number = scene.open()
    scene.repo.add_label(number, "ai_coder", actor="mona")
    payload = scene.repo.payload("issues", "labeled", sender="mona", issue=number, label="ai_coder")
    environ = scene.runner.environ("issues", payload) | {variable: "/dev/full"}
    log = io.StringIO()

    with redirect_stdout(log):
        status = main((), environ, wire=wire)

    assert status == 0, log.getvalue()
    assert "could not be written" in log.getvalue()
    assert len(scene.repo.pull_requests) == 1
    assert "Pull request #2" in scene.status_comment(number)
