"""R48: a signal that comes before the work begins or after it is not lost, and what is told is told whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from ai_coder.domain.status_mark import StatusMark
from ai_coder.loopback.model import Call, Say
from ai_coder.loopback.runner import collect
from ai_coder.pipeline import corridor
from builders import a_block
from fakes.stage import REPOSITORY

BOT = "github-actions[bot]"
SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")


def labelled(scene):
    """The environment of a run on our label."""
    number = scene.open()
    scene.repo.add_label(number, "ai_coder", actor="mona")
    payload = scene.repo.payload("issues", "labeled", sender="mona", issue=number, label="ai_coder")
    return scene.runner.environ("issues", payload)


def started(environ, *flags, argv=()):
    """The action, or a command, as a process of its own."""
    return subprocess.Popen(
        [sys.executable, *flags, "-m", "ai_coder", *argv],
        env=environ,
        cwd=environ["GITHUB_WORKSPACE"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def signalled_at_start(process, number):
    """What it printed, when it was signalled while it imports what it needs."""
    for line in process.stderr:
        if line.rstrip().endswith("ai_coder.errors"):
            process.send_signal(number)
            break
    log, errors = process.communicate(timeout=60)
    return log + "".join(line for line in errors.splitlines(keepends=True) if not line.startswith("import time:"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_starts(stage, number):
    """It is kept until outputs can be written: the run is `cancelled` before it asked anybody anything."""
    scene = stage(SALUT)
    environ = labelled(scene)

    with started(environ, "-X", "importtime") as process:
        log = signalled_at_start(process, number)

    ran = collect(environ, process.returncode, log)
    assert (ran.exit_status, ran.outputs.get("status")) == (1, "cancelled"), log
    assert "Traceback" not in log
    assert scene.github.requests == []
    assert scene.label(1).outputs["status"] == "changed"


def test_a_person_who_stops_a_command_at_once(stage):
    """At a terminal it is one word, and no traceback."""
    environ = {name: value for name, value in labelled(stage()).items() if name != "GITHUB_ACTIONS"}

    with started(environ, "-X", "importtime", argv=("doctor",)) as process:
        log = signalled_at_start(process, signal.SIGINT)

    assert (process.returncode, log) == (1, "ai_coder: stopped\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_when_all_is_done(stage, tmp_path, number):
    """While outputs and summary are written it changes nothing: they say what was done (a pipe holds the writer up)."""
    scene = stage(SALUT)
    environ = labelled(scene)
    outputs = tmp_path / "outputs"
    os.mkfifo(outputs)
    report = Path(environ["GITHUB_WORKSPACE"], "ai_coder_report", "report.json")

    with started(environ | {"GITHUB_OUTPUT": str(outputs)}) as process:
        while not report.exists():
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.01)  # leaves the processor to the run
        process.send_signal(number)
        reading = os.open(outputs, os.O_RDONLY | os.O_NONBLOCK)
        log, errors = process.communicate(timeout=60)
    Path(environ["GITHUB_OUTPUT"]).write_bytes(os.read(reading, 1 << 16))
    os.close(reading)

    ran = collect(environ, process.returncode, log + errors)
    assert (ran.exit_status, ran.outputs.get("status")) == (0, "changed"), ran.log
    assert "Pull request #2" in ran.summary


def cancelled_at(scene, forks, path, hold_s):
    """A run that gets SIGINT with its first POST there, which is held up for so long; what it asked for meanwhile."""
    goes_on, is_held, meanwhile, pids = threading.Event(), threading.Event(), [], []

    def hold(request):
        if is_held.is_set():
            meanwhile.append(request.path)
        elif (request.method, request.path.rpartition(REPOSITORY)[2]) == ("POST", path) and not goes_on.is_set():
            is_held.set()
            os.kill(pids[0], signal.SIGINT)
            goes_on.wait(hold_s)
            goes_on.set()
            is_held.clear()

    environ = labelled(scene)
    scene.github.interceptors.append(hold)
    ran = forks.run(environ, pids.append)
    goes_on.set()
    scene.github.interceptors.clear()
    return ran, meanwhile


def statuses(scene):
    """What the status comments say."""
    return [StatusMark.parse(one.body).status for one in scene.repo.comments(1) if one.author.login == BOT]


@pytest.mark.parametrize("path", ["/issues/1/comments", "/git/refs", "/pulls"])
def test_a_write_that_is_under_way(stage, forks, path):
    """It has its effect before anything else is asked, so that it is seen, and not done a second time."""
    scene = stage(SALUT, SALUT)

    ran, meanwhile = cancelled_at(scene, forks, path, hold_s=0.3)

    assert (ran.exit_status, statuses(scene), meanwhile) == (1, ["cancelled"], []), ran.log
    assert scene.comment(1, "/ai_coder retry").outputs["status"] == "changed"
    assert (len(scene.repo.pull_requests), statuses(scene)) == (1, ["changed"])


def test_a_pull_request_that_stands_is_named(stage, forks):
    """Who cancels a job that made its pull request finds it in comment, summary and outputs, and no patch beside it."""
    scene = stage(SALUT)

    ran, _ = cancelled_at(scene, forks, "/pulls", hold_s=0.3)

    url, head = ran.outputs["pull_request_url"], ran.outputs["commit_sha"]
    assert (ran.outputs["status"], ran.outputs["pull_request_number"]) == ("cancelled", "2"), ran.log
    assert (ran.outputs["branch"], head) == ("ai_coder/issue-1", scene.repo.head("ai_coder/issue-1"))
    for text in (scene.status_comment(1), ran.summary):
        assert f"[Pull request #2]({url}) shows the change already, as commit `{head[:7]}`." in text
        assert "patch" not in text
    assert "next run publishes it" not in ran.log


def test_a_write_that_does_not_end(stage, forks):
    """It is not waited for longer than there is time to say that the run was cancelled."""
    scene = stage(SALUT)
    start_s = time.monotonic()

    ran, meanwhile = cancelled_at(scene, forks, "/pulls", hold_s=30.0)

    assert (ran.exit_status, statuses(scene)) == (1, ["cancelled"]), ran.log
    assert meanwhile
    assert time.monotonic() - start_s < 20


@pytest.mark.parametrize("path", ["/git/trees", "/git/commits"])
def test_a_change_that_was_paid_for(stage, forks, path):
    """Cancelled before the forge holds it, it stands as a patch in the summary and in the report, and is told there."""
    scene = stage(SALUT)

    ran, _ = cancelled_at(scene, forks, path, hold_s=0.0)

    assert (ran.exit_status, statuses(scene)) == (1, ["cancelled"]), ran.log
    assert "+print('salut')" in ran.summary
    assert "+print('salut')" in ran.report["patch"]
    assert "as a patch in the job summary" in scene.status_comment(1)


def test_what_a_cancelled_run_cost(stage, forks):
    """Outputs and report say what it was about and what it cost, as those of any other run."""
    scene = stage(Say(calls=[Call("list_files", {})]), mode="agent")
    asked = []
    pids = []

    def think(_):
        asked.append(1)
        if len(asked) > 1:
            os.kill(pids[0], signal.SIGTERM)

    environ = labelled(scene)
    scene.model.interceptors.append(think)
    ran = forks.run(environ, pids.append)

    assert (ran.exit_status, ran.outputs["status"]) == (1, "cancelled"), ran.log
    assert (ran.outputs["issue_number"], ran.outputs["steps"]) == ("1", "1")
    assert int(ran.outputs["input_tokens"]) > 0
    assert ran.report["turns"]


@pytest.mark.parametrize("place", ["/issues/comments/", "/issues/1/reactions"])
def test_a_signal_while_it_is_answered(stage, forks, place):
    """The work is done: that is what is told, once and whole."""
    scene = stage(SALUT)
    pids = []

    def end(request):
        if scene.repo.pull_requests and request.method != "GET" and place in request.path:
            os.kill(pids[0], signal.SIGINT)

    environ = labelled(scene)
    scene.github.interceptors.append(end)
    ran = forks.run(environ, pids.append)

    assert (ran.exit_status, ran.outputs["status"], statuses(scene)) == (0, "changed", ["changed"]), ran.log
    assert len(scene.repo.reactions(1)) == 2


@contextmanager
def interrupted_at(number):
    """Ctrl+C before line `number` of those that the corridor goes through; whether it came to that line."""
    came, old = [], sys.gettrace()

    def look(frame, event, _):
        if frame.f_code.co_filename != corridor.__file__:
            return None
        if event == "line":
            came.append(f"line {frame.f_lineno}")
            if len(came) == number:
                sys.settrace(old)
                raise KeyboardInterrupt
        return look

    sys.settrace(look)
    try:
        yield came
    finally:
        sys.settrace(old)


@pytest.mark.slow
def test_a_signal_between_two_lines(stage):
    """Wherever it comes once the request is taken up, there is one answer, and what was done by then is not denied."""
    number, problems, told = 0, [], []
    came = [""]
    while len(came) >= number:
        number += 1
        scene = stage(SALUT)
        with interrupted_at(number) as came:
            status = scene.label(scene.open()).outputs["status"]
        reactions = [content for _, content in scene.repo.reactions(1)]
        if "eyes" not in reactions:
            continue
        told.append(status)
        comment = scene.status_comment(1) if statuses(scene) else ""
        is_named = not scene.repo.pull_requests or "Pull request #2" in comment
        answer = "rocket" if status == "changed" else "confused"
        if (reactions, statuses(scene)[:1] or [status], is_named) != (["eyes", answer], [status], True):
            problems.append((came[-1], status, reactions, statuses(scene), is_named))
    assert problems == []
    assert (told.count("cancelled") > 20, told.count("changed") > 5) == (True, True)


def test_the_second_signal_of_a_runner(stage, forks):
    """It cuts nothing off, whenever it comes: the answer to the first is written whole."""
    scene = stage(SALUT)
    pids = []

    def end(_):
        if scene.model.requests:
            os.kill(pids[0], signal.SIGTERM)

    environ = labelled(scene)
    scene.model.interceptors.append(lambda _: os.kill(pids[0], signal.SIGINT))
    scene.github.interceptors.append(end)
    ran = forks.run(environ, pids.append)

    assert (ran.exit_status, ran.outputs["status"], statuses(scene)) == (1, "cancelled", ["cancelled"]), ran.log
    assert len(scene.repo.reactions(1)) == 2


def test_a_cancelled_schedule(stage, forks):
    """It begins with no further issue."""
    scene = stage(SALUT, SALUT)
    pids = []
    for number in (scene.open(), scene.open()):
        scene.repo.add_label(number, "ai_coder", actor="mona")
    environ = scene.runner.environ("schedule", {"schedule": "17 * * * *"})
    scene.model.interceptors.append(lambda _: os.kill(pids[0], signal.SIGINT))

    ran = forks.run(environ, pids.append)

    assert (ran.exit_status, ran.outputs["status"], ran.outputs["issue_number"]) == (1, "cancelled", "1"), ran.log
    assert (len(scene.model.requests), scene.repo.comments(2)) == (1, [])
