"""Load: many events over many issues, four runs at a time, a forge that fails at random; in the end nothing is lost.

`make storm` runs it at its full size. The same seed gives the same events and, run by run, the same faults.
"""

from __future__ import annotations

import os
import random
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import pytest

from ai_coder.domain.report import STATUS_MARKER
from ai_coder.domain.status_mark import StatusMark
from ai_coder.entry import main
from ai_coder.loopback import Answer
from ai_coder.loopback.model import Call, Say
from ai_coder.loopback.state import Token
from ai_coder.loopback.world import BOT
from ai_coder.wiring import wire
from fakes.clock import FakeClock
from fakes.faults import BAD_GATEWAY, HANG_UP, said
from fakes.stage import Stage

SEED = int(os.environ.get("STORM_SEED", "7"))
ISSUES, EVENTS = (int(os.environ.get(name, size)) for name, size in (("STORM_ISSUES", "8"), ("STORM_EVENTS", "32")))
WORKERS, FAULTS_IN_100 = 4, 4
FAULTS = (BAD_GATEWAY, HANG_UP, Answer(500), said("You have exceeded a secondary rate limit.", 403, Retry_After="1"))
PEOPLE = 10
"""Who ask: one person may do so sixty times an hour."""


def speak(request):
    """Adds a line to the file of the issue, and says so."""
    messages = request.body["messages"]
    if sum(message["role"] == "assistant" for message in messages):
        return Say(calls=[Call("finish", {"outcome": "changed", "title": "More", "summary": "One line more."})])
    text = "\n".join(str(message.get("content") or "") for message in messages)
    path, content = re.search(r"file (notes/issue-\d+\.txt)>\n(.*?)\n</data", text, re.DOTALL).groups()
    old = content.rstrip("\n").split("\n")[-1]
    new = f"{old}\nline {int(old.split()[1]) + 1}"
    return Say(calls=[Call("edit_file", {"path": path, "old_text": old, "new_text": new})])


def who(number):
    """The person who looks after the issue."""
    return f"mona-{number % PEOPLE}"


@dataclass
class Weather:
    """Faults by the seed, the worker and the number of its request: the same storm each time."""

    stage: Stage
    tokens: dict[str, int]
    is_calm: bool = False
    seen: Counter[int] = field(default_factory=Counter)
    fell: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request):
        """A fault, with or without effect, or none."""
        worker = self.tokens.get(request.headers.get("authorization", "").partition(" ")[2], 0)
        with self.lock:
            self.seen[worker] += 1
            dice = random.Random(f"{SEED} {worker} {self.seen[worker]}")  # noqa: S311  a storm, no secret
        if self.is_calm or dice.randrange(100) >= FAULTS_IN_100:
            return None
        answer, has_effect = dice.choice(FAULTS), dice.random() < 0.5
        if has_effect and answer.status in {0, 502}:
            self.stage.github.perform(request)
        with self.lock:
            self.fell[f"{answer.status} {'after' if has_effect else 'before'}"] += 1
        return answer


class Storm:
    """A repository with many issues, and what happens there."""

    def __init__(self, folder):
        files = {f"notes/issue-{n}.txt": "line 0\n" for n in range(1, ISSUES + 1)}
        self.stage = Stage(folder, speak, files, sandbox=None, mode="agent")
        for number in range(PEOPLE):
            self.stage.repo.add_person(who(number), "write")
        world = self.stage.github.world
        for worker in range(WORKERS):
            world.tokens[f"ghs_worker{worker}"] = Token(f"ghs_worker{worker}", BOT, dict(world.bot_token.permissions))
        self.weather = Weather(self.stage, {f"ghs_worker{worker}": worker for worker in range(WORKERS)})
        self.stage.github.interceptors.append(self.weather)
        self.clock = FakeClock(datetime.now(UTC))
        self.theirs = []
        self.lock = threading.Lock()

    def run(self, worker, event, payload):
        """One run, as a job of that worker."""
        with self.lock:
            environ = self.stage.runner.environ(event, payload, {"github_token": f"ghs_worker{worker}"})
        clock = FakeClock(self.clock.now())
        return main((), environ, wire=partial(wire, clock=clock))

    def work(self, worker):
        """The events of the worker's own issues, one after the other: of one issue never two runs at a time."""
        dice = random.Random(f"{SEED} {worker}")  # noqa: S311  same
        numbers = [number for number in range(1, ISSUES + 1) if number % WORKERS == worker]
        for number in numbers:
            self.label(worker, number)
        for _ in range(EVENTS // WORKERS - len(numbers)):
            dice.choice([self.comment, self.comment, self.push, self.twice])(worker, dice.choice(numbers))

    def label(self, worker, number):
        """Somebody labels the issue."""
        self.stage.repo.add_label(number, "ai_coder", actor=who(number))
        self.run(worker, "issues", self.payload("issues", "labeled", number, label="ai_coder"))

    def comment(self, worker, number, times=1):
        """The same person asks for more."""
        made = self.stage.repo.comment(number, author=who(number), body="One line more.")
        payload = self.payload("issue_comment", "created", number, comment=made.id)
        for _ in range(times):
            self.run(worker, "issue_comment", payload)

    def twice(self, worker, number):
        """The same event, delivered twice."""
        self.comment(worker, number, times=2)

    def push(self, _worker, number):
        """A person pushes to our branch."""
        branch = f"ai_coder/issue-{number}"
        if self.stage.repo.head(branch):
            name = f"theirs-{number}-{len(self.theirs)}.txt"
            self.stage.repo.commit(branch, {name: "mine\n"}, author=who(number))
            self.theirs.append((branch, name))

    def payload(self, event, action, number, **details):
        """What GitHub hands over."""
        return self.stage.repo.payload(event, action, sender=who(number), issue=number, **details)

    def calm(self):
        """The weather clears up; schedules go on with what waits, and a person has the rest tried again."""
        self.weather.is_calm = True
        self.clock.sleep(7_200)
        self.run(0, "schedule", {"schedule": "17 * * * *"})
        for number in range(1, ISSUES + 1):
            if self.mark(number) in {"failed", "cannot", "parked", ""}:
                made = self.stage.repo.comment(number, author=who(number), body="/ai_coder retry")
                self.run(0, "issue_comment", self.payload("issue_comment", "created", number, comment=made.id))

    def mark(self, number):
        """How the last run on the issue ended; empty where no status comment stands."""
        ours = [c.body for c in self.stage.repo.comments(number) if c.body.startswith(STATUS_MARKER)]
        assert len(ours) <= 1, f"issue {number} has {len(ours)} status comments"
        return StatusMark.parse(ours[0]).status if ours else ""


@pytest.fixture(name="storm")
def _storm(tmp_path):
    storm = Storm(tmp_path / "storm")
    with storm.stage:
        yield storm


@pytest.mark.slow
def test_nothing_is_lost_in_a_storm(storm):
    """One pull request and one status comment for each issue, every request answered, no person's commit gone."""
    for number in range(1, ISSUES + 1):
        storm.stage.open(
            body=f"Add a line to [it](../blob/main/notes/issue-{number}.txt).", title=f"Issue {number}", by=who(number)
        )

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(storm.work, range(WORKERS)))
    storm.calm()

    repo, issues = storm.stage.repo, range(1, ISSUES + 1)
    assert sum(storm.weather.fell.values()) >= EVENTS // 4, storm.weather.fell
    assert Counter(pull.head for pull in repo.pull_requests) == {f"ai_coder/issue-{number}": 1 for number in issues}
    assert {storm.mark(number) for number in issues} <= {"changed", "no_change"}
    for number in issues:
        for comment in repo.comments(number):
            if comment.author.login == who(number):
                assert {name for _, name in repo.reactions(number, comment.id)} & {"rocket", "+1"}, (
                    number,
                    comment.body,
                )
    for branch, name in storm.theirs:
        assert repo.files(branch)[name] == b"mine\n"
