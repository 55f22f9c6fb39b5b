"""Checks on what the image does: steps of a job, with a GitHub and a model on this machine's loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ai_coder.loopback.model import ModelServer
from image.files import PYTHON
from image.lab import HELLO
from image.step import RUNTIME_TOKEN
from image.traps import ENVIRON, TRAPS, set_traps, sprung

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ai_coder.loopback import GithubServer, HostedRepository
    from ai_coder.loopback.runner import Ran
    from image.lab import Lab
    from image.step import Step

KEY = "sk-loopback-0123456789abcdef"
CONFIGURATION = 2
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
    with lab.github() as (github, repo):
        repo.add_label(1, "bug", actor="mona")
        payload = repo.payload("issues", "labeled", sender="mona", issue=1, label="bug")

        with lab.step(github, payload, openai_api_key=KEY) as step:
            step.start()
            ended = step.end()

        assert ended.exit_status == 0, ended.log
        sentence = "label `bug` is not `ai_coder`"
        assert sentence in ended.log
        assert sentence in ended.summary
        assert ended.outputs["status"] == ended.report["status"] == "skipped"
        assert github.requests == []


def says_what_is_missing(lab: Lab) -> None:
    """Without a key the step ends with status 2 and one sentence, told on the issue as well; no code is written."""
    with lab.github() as (github, repo), lab.step(github, labelled(repo)) as step:
        step.start()
        ended = step.end()

        assert ended.exit_status == CONFIGURATION, ended.log
        [error] = [line for line in ended.log.splitlines() if line.startswith("::error")]
        assert "`openai_api_key` is empty" in error
        assert "Traceback" not in ended.log
        assert ended.outputs["status"] == "failed"
        assert "`openai_api_key` is empty" in repo.comments(1)[0].body
        assert list(repo.branches) == ["main"]


def makes_a_pull_request(lab: Lab) -> str:
    """A labelled issue becomes a pull request, and no foreign module is loaded from the workspace or from home."""
    with lab.github() as (github, repo), ModelServer([ANSWER]) as model, asked(lab, github, repo, model) as step:
        set_traps(step.home)
        step.start(ENVIRON)
        ended = step.end()

        assert ended.exit_status == 0, ended.log
        assert not sprung(step.home), sprung(step.home)
        assert repo.files("main") == encoded(HELLO)
        assert repo.files("ai_coder/issue-1") == encoded(HELLO | {"hello.py": "print('bonjour')\n"})
        tells(ended, repo)
        keeps_secrets(ended, KEY, github.token, RUNTIME_TOKEN)
        return f"{len(github.requests)} requests to GitHub"


def tells(ended: Ran, repo: HostedRepository) -> None:
    """Outputs, summary and report say what stands on the forge, and the page has its colours."""
    [pull] = repo.pull_requests
    told = {
        "status": "changed",
        "issue_number": "1",
        "pull_request_number": str(pull.number),
        "branch": "ai_coder/issue-1",
        "commit_sha": repo.head("ai_coder/issue-1"),
        "changed_files": '["hello.py"]',
        "verified": "not_run",
        "report_path": "ai_coder_report/report.json",
    }
    assert told.items() <= ended.outputs.items(), ended.outputs
    assert ended.report["status"] == "changed"
    assert f"/pull/{pull.number}" in ended.summary, ended.summary
    page = Path(ended.page).read_text(encoding="utf-8")
    assert '<span class="m">print</span>' in page, "the page has no colours"


def traps_can_spring(lab: Lab) -> str:
    """The same modules are loaded, and seen to be, where the image's Python is not isolated."""
    with lab.github() as (github, repo), lab.step(github, labelled(repo)) as step:
        set_traps(step.home)
        step.start(ENVIRON, (PYTHON, "-c", f"import {', '.join(TRAPS)}"))
        step.end()

        assert sprung(step.home) == TRAPS, sprung(step.home)
        return ", ".join(TRAPS)


def labelled(repo: HostedRepository) -> dict[str, object]:
    """The payload of our label on issue 1."""
    return repo.payload("issues", "labeled", sender="mona", issue=1, label="ai_coder")


def asked(
    lab: Lab, github: GithubServer, repo: HostedRepository, model: ModelServer, **inputs: str
) -> AbstractContextManager[Step]:
    """A step that answers our label with the model's help."""
    return lab.step(github, labelled(repo), openai_api_key=KEY, openai_base_url=model.url, **inputs)


def keeps_secrets(ended: Ran, *secrets: str) -> None:
    """No twelve characters of a secret stand in what the step leaves, but in the commands that have it masked."""
    log = [line for line in ended.log.splitlines() if not line.startswith("::add-mask::")]
    left = "\n".join([*log, ended.summary, *ended.outputs.values(), json.dumps(ended.report)])
    windows = {secret[start : start + 12] for secret in secrets for start in range(len(secret) - 11)}
    assert not [window for window in windows if window in left]


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    """The files as a repository holds them."""
    return {path: text.encode() for path, text in files.items()}


CHECKS = (
    skips,
    says_what_is_missing,
    makes_a_pull_request,
    traps_can_spring,
)
