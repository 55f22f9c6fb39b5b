"""What a start of the action costs: CPU time until it has something to say, and requests to GitHub in a whole run.

Each figure is the median of some runs of the real program in a process of its own, against servers on the loopback,
beside what Python and the two big libraries take to start in the same minute on the same machine.
"""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ai_coder.loopback import GithubServer, HostedRepository
from ai_coder.loopback import example as story
from ai_coder.loopback.http import Answer, Request
from ai_coder.loopback.model import ModelServer
from ai_coder.loopback.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RUNS = 7
SKIPPED_GOAL_S, FIRST_REQUEST_GOAL_S = 0.6, 2.0
REQUESTS_GOAL = 25
LAZY = ("github", "openai")
"""Packages that a skipped event must not import."""
PYTHON = (sys.executable,)
ACTION = (*PYTHON, "-m", "ai_coder")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    cpu_s: float
    goal_s: float = 0.0
    """0 where there is none."""

    @property
    def is_reached(self) -> bool:
        """Whether the figure is below its goal."""
        return not self.goal_s or self.cpu_s < self.goal_s


class Bench:
    """A repository with a labelled issue, a model that knows the answer, and a runner."""

    def __init__(self, stack: ExitStack) -> None:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        self.github = stack.enter_context(GithubServer(folder / "github"))
        self.model = stack.enter_context(ModelServer(lambda _: story.REPLIES[0]))
        self.repo: HostedRepository = self.github.create_repository(story.REPOSITORY, story.FILES)
        self.repo.add_person(story.MAINTAINER)
        self.repo.open_issue(author=story.MAINTAINER, title=story.TITLE, body=story.BODY)
        for label in ("ai_coder", "bug"):
            self.repo.add_label(1, label, actor=story.MAINTAINER)
        inputs = {"openai_api_key": "sk-bench-0123456789", "openai_base_url": self.model.url}
        self.runner = Runner(
            folder / "runner", self.github.url, story.REPOSITORY, self.github.token, inputs=inputs, command=ACTION
        )

    def environ(self, label: str) -> dict[str, str]:
        """The environment of a step that answers the label."""
        payload = self.repo.payload("issues", "labeled", sender=story.MAINTAINER, issue=1, label=label)
        return self.runner.environ("issues", payload)

    def until_end(self) -> float:
        """CPU seconds of a whole step whose event asks for nothing."""
        return cpu_s(ACTION, self.environ("bug"))

    def until_request(self, server: GithubServer | ModelServer) -> float:
        """CPU seconds until the first request reaches the server; the process is ended there."""
        running: list[subprocess.Popen[bytes]] = []

        def end(_: Request) -> Answer:
            running[0].send_signal(signal.SIGKILL)
            return Answer(0, hang_up=True)

        server.interceptors.append(end)
        try:
            return cpu_s(ACTION, self.environ("ai_coder"), running.append)
        finally:
            server.interceptors.remove(end)


def main() -> int:
    """Print the tables; 1 where a goal is missed."""
    with ExitStack() as stack:
        bench = Bench(stack)
        rows = [
            Row("python -c pass", median(lambda: cpu_s((*PYTHON, "-c", "pass")))),
            Row("python -c 'import github'", median(lambda: cpu_s((*PYTHON, "-c", "import github")))),
            Row("python -c 'import openai'", median(lambda: cpu_s((*PYTHON, "-c", "import openai")))),
            Row("skipped event, to its end", median(bench.until_end), SKIPPED_GOAL_S),
            Row("run, to its first request", median(lambda: bench.until_request(bench.github)), FIRST_REQUEST_GOAL_S),
            Row("run, to its first request to the model", median(lambda: bench.until_request(bench.model))),
        ]
        print_table(rows)
        imported = imported_when_skipping(bench)
        print(f"\nskipped event imports of {', '.join(LAZY)}: {', '.join(imported) or 'none'}")
    with ExitStack() as stack:
        requests, status = requests_of_a_run(Bench(stack))
        print(
            f"requests to GitHub of a run that changes two files: {requests} (goal: at most {REQUESTS_GOAL}), {status}"
        )
    reached = all(row.is_reached for row in rows) and not imported
    return 0 if reached and requests <= REQUESTS_GOAL and status == "changed" else 1


def print_table(rows: Sequence[Row]) -> None:
    """The figures, and how they compare with the first three."""
    bare, github, openai = (row.cpu_s for row in rows[:3])
    print(f"{'CPU time, median of ' + str(RUNS):40} {'s':>6} {'goal':>6} {'x bare':>7} {'x github':>9} {'x openai':>9}")
    for row in rows:
        goal = f"{row.goal_s:.1f}" if row.goal_s else ""
        ratios = f"{row.cpu_s / bare:7.1f} {row.cpu_s / github:9.2f} {row.cpu_s / openai:9.2f}"
        print(f"{row.name:40} {row.cpu_s:6.3f} {goal:>6} {ratios}{'' if row.is_reached else '  MISSED'}")


def imported_when_skipping(bench: Bench) -> list[str]:
    """The packages of `LAZY` that a skipped event imports all the same."""
    command = (*PYTHON, "-X", "importtime", "-m", "ai_coder")
    done = subprocess.run(command, env=bench.environ("bug"), capture_output=True, text=True, check=True)
    names = set(re.findall(r"\|\s+(\w+)$", done.stderr, re.MULTILINE))
    if "ai_coder" not in names:
        raise RuntimeError("Python told nothing of its imports")
    return [name for name in LAZY if name in names]


def requests_of_a_run(bench: Bench) -> tuple[int, str]:
    """How many requests GitHub saw, and how the run ended."""
    payload = bench.repo.payload("issues", "labeled", sender=story.MAINTAINER, issue=1, label="ai_coder")
    ran = bench.runner.run("issues", payload)
    return len(bench.github.requests), ran.outputs.get("status", "")


def median(measure: Callable[[], float]) -> float:
    """Of several runs, after one that fills the caches."""
    measure()
    return statistics.median(measure() for _ in range(RUNS))


def cpu_s(
    command: Sequence[str],
    environ: dict[str, str] | None = None,
    tell: Callable[[subprocess.Popen[bytes]], None] = lambda _: None,
) -> float:
    """User and system seconds of a process and what it started, as the kernel counts them; `tell` is handed it."""
    cwd = environ["GITHUB_WORKSPACE"] if environ else None
    process = subprocess.Popen(
        [*command], env=environ, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    tell(process)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, -signal.SIGKILL}:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
