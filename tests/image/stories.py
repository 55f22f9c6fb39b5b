"""Checks on what the image does: steps of a job, with a GitHub and a model on this machine's loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from image.runner import inputs

if TYPE_CHECKING:
    from image.lab import Lab
    from image.runner import Ended

KEY = "sk-loopback-0123456789abcdef"
CONFIGURATION, CANCELLED = 2, 1


def skips(lab: Lab) -> None:
    """A label that is not ours ends the step well: one sentence in log and summary, outputs, no request."""
    with lab.github() as (github, repo), lab.step() as step:
        repo.add_label(1, "bug", actor="mona")
        payload = repo.payload("issues", "labeled", sender="mona", issue=1, label="bug")

        step.start(("issues", payload), inputs(github, openai_api_key=KEY))
        ended = step.end()

        assert ended.status == 0, ended.log
        sentence = "label `bug` is not `ai_coder`"
        assert sentence in ended.log
        assert sentence in ended.summary
        assert ended.outputs["status"] == ended.report["status"] == "skipped"
        assert github.requests == []


def says_what_is_missing(lab: Lab) -> None:
    """Without a key the step ends with status 2, one sentence and no traceback, and nothing is written."""
    with lab.github() as (github, repo), lab.step() as step:
        payload = repo.payload("issues", "labeled", sender="mona", issue=1, label="ai_coder")

        step.start(("issues", payload), inputs(github))
        ended = step.end()

        assert ended.status == CONFIGURATION, ended.log
        assert "`openai_api_key` is empty" in the_error(ended)
        assert "Traceback" not in ended.log
        assert ended.outputs["status"] == "failed"
        assert [one.path for one in github.requests if one.method != "GET"] == []


def the_error(ended: Ended) -> str:
    """The one annotation of an error in the log."""
    [error] = [line for line in ended.log.splitlines() if line.startswith("::error")]
    return error


CHECKS = (skips, says_what_is_missing)
