"""Every example workflow, as a runner carries it out: its guard, its inputs, the action as a process, its shell."""

import sys
from pathlib import Path

import pytest

from ai_coder.loopback import GithubServer
from ai_coder.loopback.model import ModelServer
from ai_coder.loopback.runner import Runner
from builders import a_block
from fakes.stage import HELLO, LINK, REPOSITORY
from fakes.workflow import Contexts, inputs_of, jobs_of, run_shell

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "workflows"
SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
KEY = "sk-example-0123456789"


class Place:
    """A repository whose workflow is an example, with a runner for its steps."""

    def __init__(self, folder, github, model, forks):
        self.folder, self.github, self.model, self.forks = folder, github, model, forks
        self.repo = github.create_repository(REPOSITORY, HELLO)
        self.repo.add_person("mona", "write")
        self.runner = Runner(folder / "runner", github.url, REPOSITORY, github.token)

    def label(self, title="Greet in French"):
        """Mona opens an issue and labels it; the event."""
        issue = self.repo.open_issue(author="mona", title=title, body=f"Say it in French, in {LINK}.")
        self.repo.add_label(issue.number, "ai_coder", actor="mona")
        return self.repo.payload("issues", "labeled", sender="mona", issue=issue.number, label="ai_coder")

    def contexts(self, kind, event, **more):
        """What the expressions of a workflow may name."""
        github = {"event_name": kind, "event": event, "repository": REPOSITORY, "token": self.github.token}
        known = {"github": github, "secrets": {"OPENAI_API_KEY": KEY}, "vars": {"LLM_BASE_URL": self.model.url}}
        return Contexts({**known, **more})

    def act(self, step, kind, event, contexts):
        """The action's step as a process; the model's address is the one thing that is not the example's."""
        inputs = inputs_of(step, ROOT / "action.yml", contexts)
        inputs["openai_base_url"] = inputs["openai_base_url"] or self.model.url
        return self.forks.run(self.runner.environ(kind, event, inputs))


@pytest.fixture(name="place")
def _place(tmp_path, forks):
    with GithubServer(tmp_path / "github") as github, ModelServer([SALUT] * 3) as model:
        yield Place(tmp_path, github, model, forks)


@pytest.mark.parametrize("example", ["minimal.yml", "full.yml", "self-hosted-model.yml"])
def test_a_label_becomes_a_pull_request(place, example):
    """The label starts the job, and its one step opens the pull request."""
    job = jobs_of(EXAMPLES / example)["ai_coder"]
    event = place.label()
    contexts = place.contexts("issues", event)

    assert contexts.holds(job)
    ran = place.act(job["steps"][0], "issues", event, contexts)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "changed"), ran.log
    [pull] = place.repo.pull_requests
    assert pull.head == "ai_coder/issue-1"
    for step in job["steps"][1:]:
        after = place.contexts("issues", event, steps={"ai_coder": {"outputs": ran.outputs}})
        assert after.holds(step)
        assert run_shell(step, after, place.folder)[0] == f'{ran.outputs["pull_request_url"]} changes ["hello.py"]\n'


def test_the_full_example_sets_what_it_says(place):
    """Labels and limits of the example reach the pull request and the model."""
    job = jobs_of(EXAMPLES / "full.yml")["ai_coder"]
    event = place.label()

    ran = place.act(job["steps"][0], "issues", event, place.contexts("issues", event))

    [pull] = place.repo.pull_requests
    assert set(place.repo.issue(pull.number).labels) == {"ai_coder", "needs review"}
    assert "British English" in str(place.model.asked[0])
    assert float(ran.outputs["cost_usd"]) > 0


def test_a_schedule_fans_out(place, tmp_path):
    """The scan's own shell lists what waits, and each issue of the matrix is answered on a runner of its own."""
    jobs = jobs_of(EXAMPLES / "scheduled.yml")
    for title in ("Greet in French", "Greet in French, too"):
        place.label(title)
    tools = tmp_path / "temp" / "ai_coder" / "bin"
    tools.mkdir(parents=True)
    scripts = {tools / "pip": "exit 0", tools / "ai_coder": f'exec {sys.executable} -m ai_coder "$@"'}
    scripts[tmp_path / "python3"] = "exit 0  # makes the environment, which is there already"
    for path, script in scripts.items():
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
    event = {"schedule": "17 * * * *"}
    shell = {"RUNNER_TEMP": str(tmp_path / "temp"), "PATH": f"{tmp_path}:/usr/bin:/bin"}
    shell |= {"GITHUB_REPOSITORY": REPOSITORY, "GITHUB_API_URL": place.github.url}

    _, output = run_shell(jobs["scan"]["steps"][0], place.contexts("schedule", event), tmp_path, **shell)
    waiting = output.removeprefix("waiting=").strip()
    contexts = place.contexts("schedule", event, needs={"scan": {"outputs": {"waiting": waiting}}})
    assert contexts.holds(jobs["ai_coder"])
    matrix = contexts.evaluate("fromJSON(needs.scan.outputs.waiting)")["include"]
    [step] = jobs["ai_coder"]["steps"]
    ran = [place.act(step, "schedule", event, place.contexts("schedule", event, matrix=row)) for row in matrix]

    assert [one.outputs["status"] for one in ran] == ["changed", "changed"], ran[0].log
    assert sorted(pull.head for pull in place.repo.pull_requests) == ["ai_coder/issue-1", "ai_coder/issue-2"]


def test_a_schedule_with_nothing_to_do(place):
    """Where nothing waits, no second job starts."""
    waiting = {"scan": {"outputs": {"waiting": '{"include": []}'}}}
    contexts = place.contexts("schedule", {}, needs=waiting)

    assert not contexts.holds(jobs_of(EXAMPLES / "scheduled.yml")["ai_coder"])


def test_a_failed_check_is_mended(place):
    """A workflow that fails on our branch starts the job, and its one step commits there; a success starts none."""
    event = place.label()
    place.act(jobs_of(EXAMPLES / "full.yml")["ai_coder"]["steps"][0], "issues", event, place.contexts("issues", event))
    branch, job = "ai_coder/issue-1", jobs_of(EXAMPLES / "failing-checks.yml")["ai_coder"]
    place.repo.commit(branch, {"hello.py": "print('hello')\n"}, author="mona")
    check = place.repo.add_check(branch, "test", log="1 failed\n")
    event = place.repo.payload("workflow_run", "completed", sender="mona", check=check, branch=branch)
    contexts = place.contexts("workflow_run", event)

    assert contexts.holds(job)
    ran = place.act(job["steps"][0], "workflow_run", event, contexts)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "changed"), ran.log
    assert "1 failed" in str(place.model.asked[-1])
    passed = place.repo.add_check(branch, "test", "success")
    event = place.repo.payload("workflow_run", "completed", sender="mona", check=passed, branch=branch)
    assert not place.contexts("workflow_run", event).holds(job)


def test_every_example_is_carried_out():
    """No example is left to hope."""
    names = {path.name for path in EXAMPLES.glob("*.yml")}
    assert names == {"minimal.yml", "full.yml", "self-hosted-model.yml", "scheduled.yml", "failing-checks.yml"}
