"""`ai_coder doctor` and the look before the work: what would waste money is named, and nothing is changed."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout

import pytest

from ai_coder.entry import main
from ai_coder.loopback import Answer
from ai_coder.loopback.model import Call, Say
from ai_coder.wiring import wire
from builders import a_block
from contract.openapi import check
from fakes.faults import Fault, inject, said
from fakes.stage import REPOSITORY

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
WELL = Say(calls=[Call("ok")])
RULE = {"ruleset_source_type": "Repository", "ruleset_source": REPOSITORY, "ruleset_id": 42}
PATTERN = {"operator": "starts_with", "pattern": "bots/", "negate": False}


def state(scene):
    """All that a write could change."""
    issues = scene.repo.state.issues.values()
    return dict(scene.repo.branches), [(len(one.comments), len(one.reactions)) for one in issues]


def doctor(scene, *flags, token=""):
    """Exit status, and the findings by what they are about; nothing on the forge is changed."""
    before, out = state(scene), io.StringIO()
    environ = {
        "GITHUB_API_URL": scene.github.url,
        "GITHUB_TOKEN": token or scene.github.token,
        "OPENAI_API_KEY": "sk-stage-0123456789",
    }
    inputs = ("--openai-base-url", scene.model.url, "--api", "chat", "--model", "scripted")

    with redirect_stdout(out):
        status = main(("doctor", "--repo", REPOSITORY, "--json", *inputs, *flags), environ, wire=wire)

    assert state(scene) == before
    reads = [one for one in scene.github.requests if one.method == "GET"]
    assert [problem for one in reads for problem in check(one)] == []
    return status, {one["about"]: one for one in json.loads(out.getvalue())["findings"]}


def test_all_is_well(stage):
    """A token that may write, an endpoint whose model calls tools: nothing keeps a run from its end."""
    status, found = doctor(stage(WELL))

    assert status == 0
    levels = {about: one["level"] for about, one in found.items()}
    assert levels == {
        "repository": "fine",
        "permission contents: write": "fine",
        "permission pull-requests: write": "fine",
        "permission issues: write": "fine",
        "pull requests by Actions": "unknown",
        "rules": "fine",
        "checks": "warning",
        "model scripted": "fine",
        "tests": "warning",
    }


@pytest.mark.parametrize("scope", ["contents", "pull_requests", "issues"])
def test_a_missing_permission(stage, scope):
    """Each permission is named as a workflow has it."""
    scene = stage(WELL)
    scene.github.permit(**{scope: "read"})

    status, found = doctor(scene)

    name = f"{scope.replace('_', '-')}: write"
    assert (status, found[f"permission {name}"]["level"]) == (1, "blocker")
    assert f"`{name}` under `permissions:`" in found[f"permission {name}"]["hint"]


def test_the_switch_for_pull_requests(stage):
    """An administrator's token reads the switch, and its page is named."""
    scene = stage(WELL)
    scene.repo.add_person("ada", "admin")
    scene.repo.state.allow_actions_pull_requests = False

    status, found = doctor(scene, token=scene.github.token_for("ada"))

    hint = found["pull requests by Actions"]["hint"]
    assert (status, found["pull requests by Actions"]["level"]) == (1, "blocker")
    assert "Settings > Actions > General" in hint
    assert "Allow GitHub Actions to create and approve pull requests" in hint


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ({"type": "creation", **RULE}, "except GitHub Actions"),
        ({"type": "branch_name_pattern", "parameters": PATTERN, **RULE}, "`branch_prefix`"),
    ],
)
def test_a_rule_for_branches(stage, rule, named):
    """A rule that our branch breaks is found before any money is spent: by the doctor, and in a run."""
    scene = stage(WELL, SALUT)
    scene.repo.state.rules.append(rule)

    status, found = doctor(scene)

    assert (status, found[f"rule {rule['type']}"]["level"]) == (1, "blocker")
    assert named in found[f"rule {rule['type']}"]["hint"]
    ran = scene.label(scene.open())
    assert (ran.exit_status, ran.outputs["status"]) == (0, "cannot")
    assert named in scene.status_comment(1)
    assert len(scene.model.asked) == 1


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "required_signatures", **RULE},
        {"type": "branch_name_pattern", "parameters": {**PATTERN, "pattern": "ai_coder/"}, **RULE},
        {"type": "branch_name_pattern", "parameters": {**PATTERN, "negate": True}, **RULE},
        {"type": "branch_name_pattern", "parameters": {**PATTERN, "operator": "regex"}, **RULE},
    ],
)
def test_rules_that_stand_in_nobodys_way(stage, rule):
    """Signatures are GitHub's own, a pattern that fits is kept: such a rule is no finding."""
    scene = stage(WELL)
    scene.repo.state.rules.append(rule)

    assert doctor(scene)[1]["rules"]["level"] == "fine"


def test_rules_that_cannot_be_read(stage):
    """Where the rules cannot be read the work is done all the same: not to know is no reason to stop."""
    scene = stage(SALUT)
    inject(scene, Fault("GET", "/rules/branches/.*", said("Not Found", 404), times=9))

    assert scene.label(scene.open()).outputs["status"] == "changed"


@pytest.mark.parametrize(
    ("answer", "level", "named"),
    [
        (Answer(401, {"error": {"message": "no"}}), "blocker", "openai_api_key"),
        (Answer(404, {"error": {"message": "The model `scripted` does not exist"}}), "blocker", "`model`"),
        (Answer(400, {"error": {"message": "this model does not support tools"}}), "warning", "`mode`"),
    ],
)
def test_an_endpoint_that_does_not_do(stage, answer, level, named):
    """The endpoint's refusal is told with the input to set; a model without tools is a warning."""
    scene = stage()
    scene.model.interceptors.append(lambda _: answer)

    status, found = doctor(scene)

    assert (status, found["model scripted"]["level"]) == (int(level == "blocker"), level)
    assert named in found["model scripted"]["hint"]


def test_a_model_that_calls_no_tool(stage):
    """A model that talks instead of calling the tool is warned of."""
    assert doctor(stage("Sure, it works."))[1]["model scripted"]["level"] == "warning"


def test_an_archived_repository(stage):
    """Where nothing can be written nothing else is asked."""
    scene = stage(WELL)
    scene.repo.state.archived = True

    status, found = doctor(scene)

    assert status == 1
    assert "Danger Zone" in found["repository"]["hint"]
