"""Checks on a job that is cancelled: process 1 of the container gets the runner's signals, at whatever it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ai_coder.adapters.sandbox.engine import LABEL
from ai_coder.domain.report import STATUS_MARKER
from ai_coder.domain.status_mark import StatusMark
from ai_coder.loopback.model import ModelServer
from image.lab import HELLO
from image.stories import ANSWER, asked, encoded

if TYPE_CHECKING:
    from ai_coder.loopback import GithubServer, HostedRepository
    from ai_coder.loopback.http import Answer, Request
    from ai_coder.loopback.runner import Ran
    from image.lab import Lab
    from image.step import Step

CANCELLED = 1
END_TIMEOUT_S = 5.0
"""All is told by then. A runner leaves a step ten seconds: SIGINT, 7.5 s, SIGTERM, 2.5 s, the end."""
START_TIMEOUT_S = 30.0
NAP = "sleep 4242"
OF_A_BOX = ("--filter", f"label={LABEL}")
BRANCH = "ai_coder/issue-1"


@dataclass(frozen=True, slots=True)
class Scene:
    """One step that is about to be cancelled."""

    github: GithubServer
    repo: HostedRepository
    model: ModelServer
    step: Step

    @property
    def statuses(self) -> list[str]:
        """What the status comments of the issue say."""
        return [StatusMark.parse(one.body).status for one in self.repo.comments(1) if STATUS_MARKER in one.body]


Moment = Callable[[Scene, Callable[..., None]], None]
"""Starts the step of the scene and gives the signal when it is time."""


def during_start(lab: Lab) -> str:
    """A job that is cancelled before its container can do anything ends without a trace (SIGINT, and SIGTERM later)."""
    return cancelled(lab, "SIGINT", at_start, told=[])


def before_take_up(lab: Lab) -> str:
    """Cancelled at its first question, before anybody could see it, a job leaves no comment behind (SIGTERM)."""
    return cancelled(lab, "SIGTERM", at_request("GET", ""), told=[])


def while_taking_up(lab: Lab) -> str:
    """Cancelled while it posts its status comment, it finds that comment and says so there (SIGINT)."""
    return cancelled(lab, "SIGINT", at_request("POST", "/issues/1/comments"))


def while_the_model_thinks_sigint(lab: Lab) -> str:
    """Cancelled while the model thinks, it does not wait for the answer (SIGINT)."""
    return cancelled(lab, "SIGINT", while_asking)


def while_the_model_thinks_sigterm(lab: Lab) -> str:
    """So it does on SIGTERM, though process 1 of a container ignores that by default."""
    return cancelled(lab, "SIGTERM", while_asking)


def while_writing_the_commit(lab: Lab) -> str:
    """Cancelled while the commit is written, it shows no branch, and the next run makes the whole (SIGTERM)."""
    return cancelled(lab, "SIGTERM", at_request("POST", "/git/commits"))


def while_writing_the_branch(lab: Lab) -> str:
    """Cancelled while the branch is made, it leaves the paid change where the next run finds it (SIGINT)."""
    return cancelled(lab, "SIGINT", at_request("POST", "/git/refs"), is_paid=True)


def while_opening_the_pull_request(lab: Lab) -> str:
    """Cancelled while the pull request is opened, there is one and not two in the end (SIGTERM)."""
    return cancelled(lab, "SIGTERM", at_request("POST", "/pulls"), is_paid=True)


def in_a_command_sigint(lab: Lab) -> str:
    """Cancelled while a command of the repository runs in the sandbox, that command ends first (SIGINT)."""
    return cancelled(lab, "SIGINT", in_the_sandbox, test_command=NAP)


def in_a_command_sigterm(lab: Lab) -> str:
    """The same for SIGTERM."""
    return cancelled(lab, "SIGTERM", in_the_sandbox, test_command=NAP)


def in_a_container(lab: Lab) -> str:
    """Cancelled while a command runs in a container beside it, it leaves neither container nor volume (SIGINT)."""

    def moment(scene: Scene, send: Callable[..., None]) -> None:
        scene.step.engine_socket = Path(lab.engine.socket or "/var/run/docker.sock")
        scene.step.start()
        wait_until(lambda: NAP in lab.engine.run("ps", *OF_A_BOX, "--no-trunc"), scene)
        send()

    said = cancelled(lab, "SIGINT", moment, test_command=NAP, test_image=lab.image.name)
    assert not lab.engine.run("ps", "--all", "--quiet", *OF_A_BOX)
    assert not lab.engine.run("volume", "ls", "--quiet", *OF_A_BOX)
    return said


def cancelled(
    lab: Lab, signal: str, moment: Moment, *, told: list[str] | None = None, is_paid: bool = False, **inputs: str
) -> str:
    """Send the signal at that moment, read what was said within the time, and let the job be run again."""
    with ExitStack() as stack:
        github, repo = stack.enter_context(lab.github())
        model = stack.enter_context(ModelServer([ANSWER] * 2))
        scene = Scene(github, repo, model, stack.enter_context(asked(lab, github, repo, model, **inputs)))
        signalled_at: list[float] = []

        def send(name: str = signal) -> None:
            signalled_at.append(time.monotonic())
            scene.step.signal(name)

        moment(scene, send)
        ended = scene.step.end()
        took_s = time.monotonic() - signalled_at[-1]

        assert took_s < END_TIMEOUT_S, f"{took_s:.1f} s: {ended.log}"
        tells(ended)
        assert scene.statuses == (["cancelled"] if told is None else told), scene.repo.comments(1)
        assert repo.files("main") == encoded(HELLO)
        is_asked_again = resumes(lab, scene)
        assert is_asked_again is not is_paid, "a paid answer was lost" if is_paid else "nothing was left to ask"
        return f"after {took_s:.1f} s"


def tells(ended: Ran) -> None:
    """Exit status, outputs, summary and report agree."""
    assert ended.exit_status == CANCELLED, ended.log
    assert ended.outputs["status"] == ended.report["status"] == "cancelled"
    assert "cancelled" in ended.summary.lower(), ended.summary
    assert "Traceback" not in ended.log, ended.log


def resumes(lab: Lab, scene: Scene) -> bool:
    """Run the job again: what was asked for is there once. Whether the model was asked for it."""
    scene.github.interceptors.clear()
    scene.model.interceptors.clear()
    before = len(scene.model.asked)
    with asked(lab, scene.github, scene.repo, scene.model) as step:
        step.start()
        ended = step.end()

    assert (ended.exit_status, ended.outputs["status"]) == (0, "changed"), ended.log
    assert scene.repo.files(BRANCH) == encoded(HELLO | {"hello.py": "print('bonjour')\n"})
    assert len(scene.repo.pull_requests) == 1
    assert scene.statuses == ["changed"]
    return len(scene.model.asked) > before


def at_start(scene: Scene, send: Callable[..., None]) -> None:
    """As soon as the container is there; a signal that came before Python can hear any is followed by the second."""
    scene.step.start()
    wait_until(scene.step.is_there, scene)
    send()
    if not scene.step.has_ended(7.5):
        send("SIGTERM")


def at_request(method: str, path: str) -> Moment:
    """When the forge gets the first request of that kind, which has its effect all the same."""

    def moment(scene: Scene, send: Callable[..., None]) -> None:
        left = [send]

        def interrupt(request: Request) -> Answer | None:
            if left and request.method == method and request.path.endswith(path):
                left.pop()()
            return None

        scene.github.interceptors.append(interrupt)
        scene.step.start()

    return moment


def while_asking(scene: Scene, send: Callable[..., None]) -> None:
    """When the model was asked, and does not answer."""
    is_asked, is_over = threading.Event(), threading.Event()

    def think(_: Request) -> Answer | None:
        is_asked.set()
        is_over.wait(END_TIMEOUT_S)
        return None

    scene.model.interceptors.append(think)
    scene.step.start()
    wait_until(is_asked.is_set, scene)
    send()
    scene.step.has_ended(END_TIMEOUT_S)
    is_over.set()


def in_the_sandbox(scene: Scene, send: Callable[..., None]) -> None:
    """When the command runs."""
    scene.step.start()
    wait_until(lambda: NAP in scene.step.processes(), scene)
    send()


def wait_until(is_so: Callable[[], bool], scene: Scene) -> None:
    """Look again and again. Raises: AssertionError when the step ends before, or it takes too long."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        assert not scene.step.has_ended(0.05), scene.step.end().log


CHECKS = (
    during_start,
    before_take_up,
    while_taking_up,
    while_the_model_thinks_sigint,
    while_the_model_thinks_sigterm,
    while_writing_the_commit,
    while_writing_the_branch,
    while_opening_the_pull_request,
    in_a_command_sigint,
    in_a_command_sigterm,
    in_a_container,
)
