"""`ai_coder doctor` and the look before the work: what would waste money is named, and nothing is changed."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from functools import partial

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
        argv = ("doctor", "--repo", REPOSITORY, "--json", *inputs, *flags)
        status = main(argv, environ, wire=partial(wire, clock=scene.clock))

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
    ("bypass", "status"),
    [("always", "changed"), ("exempt", "changed"), ("pull_requests_only", "cannot"), ("never", "cannot")],
)
def test_a_rule_that_excepts_us(stage, bypass, status):
    """A ruleset that lets GitHub Actions past by a push stops nothing; one that does so for merging does."""
    scene = stage(SALUT)
    scene.repo.state.rules.append({"type": "creation", **RULE})
    scene.repo.state.bypasses[RULE["ruleset_id"]] = bypass

    assert scene.label(scene.open()).outputs["status"] == status


@pytest.mark.parametrize(
    ("method", "path", "body", "about", "level"),
    [
        ("GET", "octo-org/hello", b"{}", "repository", "blocker"),
        ("POST", "/git/refs", b"null", "permission contents: write", "unknown"),
        ("GET", "/permissions/workflow", b"null", "pull requests by Actions", "unknown"),
        ("GET", r"/rules/branches/.*", b"[5]", "rules", "unknown"),
    ],
)
def test_an_answer_of_another_shape(stage, method, path, body, about, level):
    """What cannot be told from GitHub's answer is said so, with the path that was asked for."""
    scene = stage(WELL)
    inject(scene, Fault(method, path, Answer(200, body), times=9))

    _, found = doctor(scene)

    assert found[about]["level"] == level
    assert f"GitHub answered {method} " in found[about]["sentence"]


def test_a_ruleset_that_cannot_be_read(stage):
    """Where it cannot be told whether we are excepted, the rule counts."""
    scene = stage(SALUT)
    scene.repo.state.rules.append({"type": "creation", **RULE})
    inject(scene, Fault("GET", "/rulesets/42", said("Not Found", 404), times=9))

    assert scene.label(scene.open()).outputs["status"] == "cannot"


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


PROTECTED = {
    "hello.py": "print('hello')\n",
    ".github/workflows/ci.yml": "on: push\n",
    ".github/ai_coder.yml": "protected_paths: |\n  docs/\n",
    "docs/a.md": "A\n",
}
WORKFLOW, DOCUMENT, HELLO = (
    f"[x](../blob/main/{path})" for path in (".github/workflows/ci.yml", "docs/a.md", "hello.py")
)


@pytest.mark.parametrize("in_comment", [False, True])
def test_no_link_may_be_changed(stage, in_comment):
    """Where every linked file is protected the run stops before a token is bought, and `scope repo` goes on."""
    scene = stage(WELL, "NO CHANGE: It is protected.", files=PROTECTED)
    number = scene.open(body="Mend these." if in_comment else f"Mend {WORKFLOW} and {DOCUMENT}.")
    if in_comment:
        scene.repo.comment(number, author="mona", body=f"I mean {WORKFLOW} and {DOCUMENT}.")

    status, found = doctor(scene, "--issue", str(number))

    assert (status, found["links"]["level"]) == (1, "blocker")
    assert "protected or workflow files among the links" in found["links"]["sentence"]
    assert all(
        f"`{path}` is protected" in found["links"]["sentence"] for path in (".github/workflows/ci.yml", "docs/a.md")
    )
    assert "Change `protected_paths`" in found["links"]["hint"]
    assert "`.github/ai_coder.yml`" in found["links"]["hint"]
    ran = scene.label(number)
    assert (ran.exit_status, ran.outputs["status"], len(scene.model.asked)) == (0, "cannot", 1)
    assert "protected or workflow files among the links" in scene.status_comment(number)
    assert "Change `protected_paths`" in scene.status_comment(number)
    assert list(scene.repo.branches) == ["main"]
    assert scene.comment(number, "/ai_coder scope repo").outputs["status"] == "no_change"


def test_one_link_may_be_changed(stage):
    """Where one linked file may be changed the work is done, and the others are a remark."""
    scene = stage(WELL, SALUT, files=PROTECTED)
    number = scene.open(body=f"Greet in French in {HELLO}, as {WORKFLOW} does.")

    status, found = doctor(scene, "--issue", f"#{number}")

    assert (status, found["links"]["level"]) == (0, "warning")
    assert scene.label(number).outputs["status"] == "changed"
    remark = "There are protected or workflow files among the links: `.github/workflows/ci.yml` is protected"
    assert remark in scene.status_comment(number)
    assert "protected_paths" not in scene.status_comment(number)


def test_tests_of_a_link_may_be_changed(stage):
    """Where the linked file may not be changed, and a test of it may, there is something to be done."""
    own = {".github/ai_coder.yml": "allowed_paths: |\n  tests/\n"}
    change = a_block("tests/test_hello.py", "import hello\n", "import hello\n\nassert hello\n")
    files = {"hello.py": "print('hello')\n", "tests/test_hello.py": "import hello\n", **own}
    scene = stage(WELL, change, files=files)
    number = scene.open(body=f"Write tests for {HELLO}.")

    status, found = doctor(scene, "--issue", str(number))

    assert (status, found["links"]["level"]) == (0, "warning")
    assert scene.label(number).outputs["status"] == "changed"
    assert "`hello.py` is outside of the input `allowed_paths`" in scene.status_comment(number)


def test_a_plan_may_be_about_protected_files(stage):
    """A plan changes nothing, so that it is made, with the remark."""
    scene = stage("Do it by hand.", files=PROTECTED)
    number = scene.open(body=f"Mend {WORKFLOW}.")

    ran = scene.comment(number, "/ai_coder plan")

    assert ran.outputs["status"] == "planned", ran.log
    assert "among the links" in scene.status_comment(number)


@pytest.mark.parametrize(
    ("body", "about", "level", "said"),
    [
        (f"Greet in {HELLO}.", "links", "fine", "links 1 file(s), all of which may be changed"),
        ("Greet.", "links", "fine", "links no file"),
    ],
)
def test_links_that_may_be_changed(stage, body, about, level, said):
    """Where nothing stands in the way the doctor says that too."""
    scene = stage(WELL)

    status, found = doctor(scene, "--issue", str(scene.open(body=body)))

    assert (status, found[about]["level"]) == (0, level)
    assert said in found[about]["sentence"]


def test_an_issue_that_cannot_be_worked_on(stage):
    """A closed issue, and one that is not there, are said of the issue."""
    scene = stage(WELL, WELL)
    scene.repo.set_state(scene.open(), "closed", actor="mona")

    assert doctor(scene, "--issue", "1")[1]["issue #1"]["hint"] == "Reopen it."
    assert doctor(scene, "--issue", "9")[1]["issue #9"]["level"] == "blocker"


def test_the_repositorys_own_settings_count(stage):
    """What `.github/ai_coder.yml` sets is looked at, and a file that cannot be read is a blocker."""
    scene = stage(WELL, files={".github/ai_coder.yml": "dispatch_workflows: |\n  ci.yml\n"})

    status, found = doctor(scene)

    assert (status, found["checks"]["level"]) == (0, "fine")
    assert "`ci.yml` is started" in found["checks"]["sentence"]
    broken = stage(WELL, files={".github/ai_coder.yml": "draft: perhaps\n"})
    assert doctor(broken)[1]["settings"]["level"] == "blocker"


def test_a_run_that_may_write_nothing(stage):
    """Without the permission to write commits no token is bought, and the permission is named with its place."""
    scene = stage(SALUT)
    scene.github.permit(contents="read")

    ran = scene.label(scene.open())

    assert (ran.exit_status, scene.model.asked) == (3, [])
    assert "`contents: write` under `permissions:` in the workflow" in scene.status_comment(1)


def test_a_signature_that_nobody_makes(stage):
    """A person's token signs no commit: where signatures are required, that is found before any money is spent."""
    scene = stage(WELL, SALUT)
    scene.repo.state.rules.append({"type": "required_signatures", **RULE})
    token = scene.github.token_for("mona")

    status, found = doctor(scene, token=token)

    assert (status, found["rule required_signatures"]["level"]) == (1, "blocker")
    assert "`github_token`" in found["rule required_signatures"]["hint"]
    assert scene.label(scene.open(), github_token=token).outputs["status"] == "cannot"
