"""Checks on what the image does: steps of a job, with a GitHub and a model on this machine's loopback."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ai_coder.loopback.http import Answer
from ai_coder.loopback.model import ModelServer
from image.files import PYTHON
from image.lab import HELLO
from image.runner import RUNTIME_TOKEN, inputs
from image.traps import set_traps, sprung

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ai_coder.loopback import HostedRepository
    from ai_coder.loopback.http import Request
    from image.lab import Lab
    from image.runner import Ended

KEY = "sk-loopback-0123456789abcdef"
CONFIGURATION, CANCELLED = 2, 1
END_TIMEOUT_S = 10.0
"""What a runner leaves a step after the first signal. Source: https://docs.github.com/en/actions (workflow cancellation)."""
ANSWER = """\
Title: Greet in French

The greeting is French now.

hello.py
<<<<<<< SEARCH
print('hello')
=======
print('bonjour')
>>>>>>> REPLACE
"""


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
        step.start(labelled(repo), inputs(github))
        ended = step.end()

        assert ended.status == CONFIGURATION, ended.log
        [error] = [line for line in ended.log.splitlines() if line.startswith("::error")]
        assert "`openai_api_key` is empty" in error
        assert "Traceback" not in ended.log
        assert ended.outputs["status"] == "failed"
        assert not [one.path for one in github.requests if one.method != "GET"]


def makes_a_pull_request(lab: Lab) -> str:
    """A labelled issue becomes a pull request, though foreign modules lie in the workspace and at home.

    Outputs, summary and report say so; no secret is in the log but to be masked.
    """
    with lab.github() as (github, repo), ModelServer([ANSWER]) as model, lab.step() as step:
        environ = set_traps(step.folder)
        given = inputs(github, openai_api_key=KEY, openai_base_url=model.url)
        step.start(labelled(repo), {**given, **environ})
        ended = step.end()

        assert ended.status == 0, ended.log
        assert not sprung(step.folder), sprung(step.folder)
        [pull] = repo.pull_requests
        assert repo.files("ai_coder/issue-1") == {**encoded(HELLO), "hello.py": b"print('bonjour')\n"}
        assert repo.files("main") == encoded(HELLO)
        told = {
            "status": "changed",
            "issue_number": "1",
            "pull_request_number": str(pull.number),
            "verified": "not_run",
        }
        told |= {"branch": "ai_coder/issue-1", "commit_sha": repo.head("ai_coder/issue-1") or ""}
        assert told.items() <= ended.outputs.items(), ended.outputs
        assert json.loads(ended.outputs["changed_files"]) == ["hello.py"]
        assert ended.report["status"] == "changed"
        assert ended.outputs["report_path"] == "ai_coder_report/report.json"
        assert f"#{pull.number}" in ended.summary or f"/pull/{pull.number}" in ended.summary, ended.summary
        keeps_secrets(ended, KEY, github.token, RUNTIME_TOKEN)
        return f"{len(github.requests)} requests to GitHub"


def traps_can_spring(lab: Lab) -> str:
    """The same foreign modules are loaded, and seen to be, when the image's Python is not isolated."""
    with lab.github() as (github, repo), lab.step() as step:
        environ = set_traps(step.folder)
        step.start(labelled(repo), {**inputs(github), **environ}, entrypoint=(PYTHON, "-m", "ai_coder"))
        step.end()

        assert sprung(step.folder), "the traps are none"
        return ", ".join(sprung(step.folder))


def ends_on_sigint(lab: Lab) -> str:
    """A job that is cancelled ends within the runner's ten seconds and says so on the issue (SIGINT)."""
    return ends_on(lab, "SIGINT")


def ends_on_sigterm(lab: Lab) -> str:
    """So it does on SIGTERM, though process 1 of a container ignores it by default."""
    return ends_on(lab, "SIGTERM")


def ends_on(lab: Lab, signal: str) -> str:
    """Send the signal while the model thinks, and read what was said of it."""
    with lab.github() as (github, repo), slow_model() as (model, is_asked), lab.step() as step:
        step.start(labelled(repo), inputs(github, openai_api_key=KEY, openai_base_url=model.url))
        assert is_asked.wait(30.0), f"the model was never asked: {step.end().log}"
        start = time.monotonic()
        step.signal(signal)
        ended = step.end()
        took_s = time.monotonic() - start

        assert took_s < END_TIMEOUT_S, f"{took_s:.1f} s"
        assert ended.status == CANCELLED, ended.log
        assert ended.outputs["status"] == ended.report["status"] == "cancelled"
        [comment] = repo.comments(1)
        assert "cancelled" in comment.body.lower(), comment.body
        assert "Traceback" not in ended.log
        assert list(repo.branches) == ["main"]
        return f"after {took_s:.1f} s"


def labelled(repo: HostedRepository) -> tuple[str, dict[str, object]]:
    """The event of our label on issue 1."""
    return "issues", repo.payload("issues", "labeled", sender="mona", issue=1, label="ai_coder")


@contextmanager
def slow_model() -> Iterator[tuple[ModelServer, threading.Event]]:
    """A model that is still thinking when the block ends, and what is set once it was asked."""
    is_asked, is_over = threading.Event(), threading.Event()

    def think(_: Request) -> Answer:
        is_asked.set()
        is_over.wait()
        return Answer(503)

    with ModelServer() as model:
        model.interceptors.append(think)
        try:
            yield model, is_asked
        finally:
            is_over.set()


def keeps_secrets(ended: Ended, *secrets: str) -> None:
    """No secret stands in what the step leaves, but in the commands that have it masked."""
    log = [line for line in ended.log.splitlines() if not line.startswith("::add-mask::")]
    left = "\n".join([*log, ended.summary, *ended.outputs.values(), json.dumps(ended.report)])
    assert not [secret[:8] for secret in secrets if secret in left]


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    """The files as a repository holds them."""
    return {path: text.encode() for path, text in files.items()}


CHECKS = (
    skips,
    says_what_is_missing,
    makes_a_pull_request,
    traps_can_spring,
    ends_on_sigint,
    ends_on_sigterm,
)
