"""What a person sees at a terminal while a run goes on; one run with a real terminal around it."""

import errno
import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest

from ai_coder.entry import main
from ai_coder.loopback import Answer
from ai_coder.loopback.model import ModelServer
from builders import a_block
from fakes.git_repositories import GitRepository
from fakes.models import first

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
ISSUE = "# Greet in French\n\nSay it in French, in [hello.py](hello.py).\n"


@pytest.fixture(name="local")
def _local(tmp_path):
    """A local repository with an issue in a file beside it."""
    repository = GitRepository(tmp_path / "repository", {"hello.py": b"print('hello')\n"})
    (tmp_path / "issue.md").write_text(ISSUE, encoding="utf-8")
    return repository


def arguments(local, *more):
    """The command on that repository."""
    return ["run", "--root", str(local.folder), "--issue", str(local.folder.parent / "issue.md"), *more]


def environ(model, **more):
    """What a person's shell holds."""
    base = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm", "OPENAI_BASE_URL": model.url}
    return base | {"OPENAI_API_KEY": "sk-stage-0123456789", "INPUT_MODEL": "scripted", **more}


def typed(environ_, *argv):
    """Exit status, standard output and standard error of a command."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(argv, environ_)
    return status, out.getvalue(), err.getvalue()


def at_a_terminal(argv, environ_):
    """What the command shows on a real terminal, standard output apart."""
    master, slave = os.openpty()
    command = [sys.executable, "-m", "ai_coder", *argv]
    with subprocess.Popen(command, env=environ_, stdout=subprocess.PIPE, stderr=slave) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                chunk = os.read(master, 65_536)
            except OSError as error:  # Linux: the other side is closed
                if error.errno != errno.EIO:
                    raise
                break
            if not chunk:
                break
            shown += chunk
        out = process.stdout.read() if process.stdout else b""
    os.close(master)
    return process.returncode, shown.decode(), out.decode()


def test_a_bar_while_it_works(local):
    """A terminal shows how many rooms are done, what is being done and for how long, and nothing of it stays."""
    with ModelServer([SALUT, SALUT]) as model:
        model.interceptors.append(first(Answer(429, {"error": {"message": "busy"}}, {"Retry-After": "1"})))
        status, shown, out = at_a_terminal(arguments(local), environ(model))

    assert status == 0
    assert "2/4 generate (0 s)" in shown
    assert "2/4 generate (1 s)" in shown
    assert "██████░░░░░░" in shown
    assert shown.endswith("\x1b[2K")
    assert "### Branch" in out


@pytest.mark.parametrize(("more", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours(local, more, is_coloured):
    """A warning is coloured on a terminal whose owner did not decline it, and only there."""
    with ModelServer([]) as model:
        _, shown, _ = at_a_terminal(arguments(local), environ(model, **more))

    assert ("\x1b[31merror\x1b[0m: " in shown) is is_coloured
    assert "error" in shown


def test_a_log_stays_plain(local):
    """Where standard error is no terminal, there are lines, and not one control character."""
    with ModelServer([SALUT]) as model:
        status, out, err = typed(environ(model), *arguments(local))

    assert status == 0
    assert "generate: 1 reply of `scripted`" in err
    assert "\x1b" not in err + out
    assert "\r" not in err + out


def test_quiet(local):
    """With `--quiet` the result is all there is."""
    with ModelServer([SALUT]) as model:
        status, out, err = typed(environ(model), *arguments(local, "--quiet"))

    assert (status, err) == (0, "")
    assert out.startswith("## ai_coder")


def test_json(local):
    """With `--json` standard output is one object."""
    with ModelServer([SALUT]) as model:
        status, out, _ = typed(environ(model), *arguments(local, "--json"))

    assert status == 0
    assert json.loads(out)["status"] == "changed"


def test_the_report_of_a_local_run(local, tmp_path):
    """`--report` names the folder for the page and its JSON."""
    with ModelServer([SALUT]) as model:
        typed(environ(model), *arguments(local, "--report", str(tmp_path / "out")))

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report.html", "report.json"]


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["rnu"], "there is no command 'rnu'; did you mean `run`?"),
        (["run", "--rot", "x"], "there is no flag '--rot'; did you mean `--root`?"),
        (["run", "--max-cost=2", "--lables=x"], "did you mean `--labels`?"),
        (["run"], "one of the arguments --root --repo is required"),
        (["xyzzy"], "there is no command 'xyzzy'\n  See `ai_coder --help`."),
    ],
)
def test_the_nearest_spelling(argv, says):
    """What is mistyped is answered by what was meant, and by where to read on."""
    status, _, err = typed({}, *argv)

    assert status == 2
    assert says in err


@pytest.mark.parametrize(
    ("typed_words", "offers"),
    [
        (["ai_coder", "re"], ["replay"]),
        (["ai_coder", "replay", "--"], ["--help", "--json", "--report"]),
        (["ai_coder", "run", "--max-i"], ["--max-input-tokens", "--max-issue-cost-usd"]),
    ],
)
def test_completion(typed_words, offers):
    """A shell that has read the script completes commands and their flags."""
    _, script, _ = typed({}, "completion", "bash")
    words = " ".join(f"'{word}'" for word in typed_words)
    ask = f"COMP_WORDS=({words}); COMP_CWORD={len(typed_words) - 1}; _ai_coder; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=True)  # noqa: S607

    assert done.stdout.split() == offers


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_knows_every_command(shell):
    """Each script names each command."""
    status, script, _ = typed({}, "completion", shell)

    assert status == 0
    for command in ("demo", "run", "scan", "apply", "context", "replay", "completion"):
        assert command in script


def test_version():
    """`--version` says which one runs."""
    status, out, _ = typed({}, "--version")

    assert (status, out.split()[0]) == (0, "ai_coder")
