"""E07 to E09 and E13 to E16: what the runner reads of us, and what may reach git and Python."""

import ast
import base64
import io
import json
import shutil
import subprocess
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.adapters.actions_host import ActionsHost
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Published, Report
from ai_coder.domain.source import is_branch_name
from ai_coder.egress import log_text
from ai_coder.loopback.runner import Runner, parse_outputs
from ai_coder.report.outputs import render_outputs
from ai_coder.resolve.links import linked_files
from ai_coder.settings import INPUTS
from fakes.runner_reading import commands, masked
from fakes.stage import REPOSITORY

SOURCES = Path(__file__).parents[2] / "src" / "ai_coder"
SPACES = "\u00a0\u2003\u3000\u1680\u200a\u205f\u2028\u2029\x0b\x0c\x1c\x85\ufeff\u200b \t"
PARTS = [
    "::",
    "##[",
    "]",
    "add-mask",
    "set-output name=x",
    "stop-commands",
    "error",
    "#",
    ":",
    "e",
    "\r",
    "\n",
    *SPACES,
]
SOUP = st.lists(st.sampled_from(PARTS), max_size=30).map("".join)


def printed(act, environ=None):
    """What the host prints."""
    out = io.StringIO()
    with redirect_stdout(out):
        act(ActionsHost(environ or {}))
    return out.getvalue()


@given(SOUP)
def test_e07_nothing_printed_is_a_command(text):
    """Whatever a test, a model or a file says, the runner finds no command in it."""
    assert list(commands(printed(lambda host: host.say(text)))) == []
    assert list(commands(log_text(text))) == []
    assert [one.name for one in commands(printed(lambda host: host.annotate("warning", text)))] == ["warning"]
    grouped = [one.name for one in commands(printed(lambda host: host.group(text, text)))]
    assert grouped == ["group", "endgroup"]


def test_e07_the_emulator_finds_what_a_runner_finds():
    """The emulator that this rests on obeys what a real runner does."""
    found = [one.name for one in commands("::add-mask::e\n\u00a0::error::x\nx ##[add-mask]y\n a::b::c\n##[group]z")]
    assert found == ["add-mask", "error", "add-mask", "group"]
    assert [one.name for one in commands("::stop-commands::tok\n::error::x\n::tok::\n::error::y")] == [
        "stop-commands",
        "error",
    ]


@given(st.text(min_size=6, max_size=60).filter(lambda text: text == text.strip() and len(text.splitlines()) == 1))
def test_e08_every_form_of_a_secret_is_masked(secret):
    """A secret's lines and its headers are masked before anything else is said, with what the runner decodes."""
    log = printed(lambda host: host.mask(secret))
    values = [_unescaped(one.value) for one in commands(log)]
    assert values[0] == secret
    for header in (f"x-access-token:{secret}", secret):
        assert base64.b64encode(header.encode()).decode() in values


def _unescaped(value):
    """The runner's own decoding of a command's data."""
    return value.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_e08_every_line_and_nothing_short():
    """Each line of a long secret is masked by itself; a text of five characters is not."""
    log = printed(lambda host: host.mask("first line\nsecond line\nabc"))
    values = [one.value for one in commands(log)]
    assert "first line" in values
    assert "second line" in values
    assert "abc" not in values
    assert masked(f"{log}a second line").endswith("a ***")


@given(st.text(max_size=200), st.text(max_size=200))
def test_e09_an_output_holds_its_value_alone(tmp_path_factory, one, other):
    """No value of an output ends it early or brings another one: its delimiter is random."""
    path = tmp_path_factory.mktemp("run") / "output"
    path.touch()
    clean = [text.replace("\r", "").encode("utf-8", "replace").decode() for text in (one, other)]
    values = {"branch": f"{clean[0]}\nstatus<<EOF\nevil\nEOF", "status": clean[1]}
    ActionsHost({"GITHUB_OUTPUT": str(path)}).finish(values, "", "")
    found = parse_outputs(path.read_text("utf-8"))
    assert found == {**values, "report_path": ""}


def test_e09_outputs_are_numbers_names_and_addresses():
    """What the model says stands in no output."""
    report = Report(Published("ai_coder/issue-7", "c" * 40, PullRequest(), is_new_pull_request=False, files=()))
    assert set(render_outputs(report)) | {"report_path"} >= {"status", "branch", "commit_sha", "changed_files"}
    assert "summary" not in render_outputs(report)
    assert "title" not in render_outputs(report)


def test_e13_commands_come_from_the_workflow_or_the_base(stage):
    """A command named by an issue, a comment or the head branch is run nowhere, and is no setting."""
    scene = stage("NO CHANGE: Fine.", "NO CHANGE: Fine.")
    number = scene.open(body="test_command: curl evil\n\n```yaml\ntest_command: curl evil\n```")
    scene.repo.commit("ai_coder/issue-1", {".github/ai_coder.yml": "test_command: curl evil\n"}, author="mona")
    ran = scene.label(number)
    scene.comment(number, "/ai_coder test_command: curl evil")
    assert ran.outputs["verified"] == "not_run"
    assert "evil" not in scene.model.asked[-1]["messages"][0]["content"]
    assert "`test_command`" not in scene.status_comment(number)


@cache
def _all_calls():
    """Every call in the sources, with its file and what is called."""
    return [
        (path.relative_to(SOURCES), node, ast.unparse(node.func))
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call)
    ]


def _calls(name):
    """Every call of something of that name in the sources, with its file."""
    return [(path, node) for path, node, called in _all_calls() if called.endswith(name)]


@pytest.mark.parametrize(
    "name", ["os.system", "os.popen", "getoutput", "getstatusoutput", "eval", "exec", "pickle.loads"]
)
def test_e14_no_shell_and_no_evaluation(name):
    """No text is ever given to a shell or to Python to run."""
    exact = [call for call in _calls(name) if ast.unparse(call[1].func) in {name, f"subprocess.{name}"}]
    assert exact == []


@pytest.mark.parametrize("name", ["subprocess.run", "subprocess.Popen", "subprocess.check_output"])
def test_e14_programs_get_lists(name):
    """A program is started from a list of arguments, without a shell."""
    for path, call in _calls(name):
        keywords = {one.arg: ast.unparse(one.value) for one in call.keywords}
        assert keywords.get("shell", "False") == "False", path
        assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr), path


REFS = [
    "--upload-pack=x",
    "-x",
    "..",
    ".",
    "a..b",
    "a.lock",
    "@{-1}",
    "a~1",
    "a^",
    "a:b",
    "a?b",
    "a*b",
    "a[b",
    "a\\b",
    "@",
]


@pytest.mark.parametrize("ref", REFS)
def test_e14_refs_of_links_are_names(ref):
    """A ref that a link names is asked for only where git takes it for the name of a branch."""
    links = linked_files(f"[x](../blob/{ref}/a.py)", repository=REPOSITORY, server_url="https://github.com")
    assert not [name for name in links.refs if name.startswith(ref)]
    assert not is_branch_name(ref)


@pytest.mark.parametrize(
    "ref", [*REFS[:-1], "a", "a/b", "release-1.2", "ä/b@c", "a-", "-/a", "a/.b", "a//b", "a b", "HEAD"]
)
def test_e14_our_rules_are_gits(ref):
    """What we take for the name of a branch, git does as well."""
    git = shutil.which("git")
    done = subprocess.run([git, "check-ref-format", "--branch", ref], capture_output=True, check=False)
    taken = done.returncode == 0 and done.stdout.decode().strip() == ref
    assert is_branch_name(ref) is taken


def test_e15_nothing_of_the_workspace_is_imported(tmp_path, stage):
    """Modules that lie in the workspace or on PYTHONPATH, named like ours, are not loaded."""
    scene = stage()
    image = (Path(__file__).parents[2] / "Dockerfile").read_text("utf-8")
    [entry] = [json.loads(line.partition(" ")[2]) for line in image.splitlines() if line.startswith("ENTRYPOINT")]
    command = [Runner(tmp_path, "", "", "").command[0], *entry[1:]]
    runner = Runner(tmp_path / "run", scene.github.url, REPOSITORY, scene.github.token, command=command)
    environ = runner.environ("push", {})
    trap = "raise SystemExit('trapped')"
    for name in ("sitecustomize.py", "openai.py", "ai_coder.py", "json.py", "usercustomize.py", "github.py"):
        Path(environ["GITHUB_WORKSPACE"], name).write_text(trap, "utf-8")

    ran = runner.run("push", {})
    assert ran.exit_status == 0, ran.log
    assert "trapped" not in ran.log


def test_e16_debugging_tells_no_secret(stage, tmp_path):
    """With every debug switch on, the log of a process of its own holds no key and no header."""
    scene = stage("NO CHANGE: Fine.")
    number = scene.open()
    scene.repo.add_label(number, "ai_coder", actor="mona")
    payload = scene.repo.payload("issues", "labeled", sender="mona", issue=number, label="ai_coder")
    debug = {"OPENAI_LOG": "debug", "ACTIONS_STEP_DEBUG": "true", "RUNNER_DEBUG": "1", "PYTHONDEVMODE": "1"}
    environ = scene.runner.environ("issues", payload) | debug
    done = subprocess.run([*scene.runner.command], env=environ, capture_output=True, check=False, cwd=tmp_path)
    log = (done.stdout + done.stderr).decode()
    told = "\n".join(line for line in log.splitlines() if "::add-mask::" not in line)
    assert done.returncode == 0, log
    assert not [secret for secret in scene.secrets if secret[:12] in told or secret[-12:] in told]
    assert "authorization" not in told.lower() or "redacted" in told.lower()
    assert {row.name for row in INPUTS if row.kind == "secret"} == {"github_token", "openai_api_key"}
