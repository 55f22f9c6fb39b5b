"""Stories that are cut at every request: the world as the cut leaves it, and what a second run makes of it.

A process that is killed keeps nothing: all it leaves is what the servers hold. So a kill is the world after the first k
requests, and a run that begins there. `Theatre` takes a copy of that world after each of a run's requests (a read
changes none, so the copy is shared), puts it back and runs again. `tests/faults/` kills real processes beside it.
"""

from __future__ import annotations

import copy
import difflib
import json
import os
import re
import signal
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ai_coder.domain.report import STATUS_MARKER
from ai_coder.domain.status_mark import StatusMark
from ai_coder.loopback import Answer
from fakes.stage import REPOSITORY, Stage, act

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ai_coder.loopback import Request
    from ai_coder.loopback.branches import Content
    from ai_coder.loopback.http import Json
    from ai_coder.loopback.model_script import Speaker
    from ai_coder.loopback.repository import Repository
    from ai_coder.loopback.runner import Ran
    from ai_coder.loopback.state import Issue, PullRequest, Reaction, Review, ReviewComment
    from ai_coder.loopback.world import World

Picture = dict[str, Any]
BOT = "github-actions[bot]"
LOST_H = 2
"""Hours after which a run that says nothing is lost for every schedule."""


@dataclass(frozen=True)
class Delivery:
    """What the platform hands a workflow."""

    event: str
    payload: Json


@dataclass(frozen=True)
class Story:
    """People do something, a run answers, and again; what the model says depends on what it is asked alone."""

    name: str
    speak: Speaker
    acts: tuple[Callable[[Stage], Delivery], ...]
    files: Mapping[str, Content]
    inputs: Mapping[str, str] = field(default_factory=dict)
    before: tuple[Callable[[Stage], Delivery], ...] = ()
    """What people did before, each act answered by a whole run."""
    is_swept: bool = True
    """Whether a schedule may find what was lost: the issue is accepted."""


class Ticking:
    """A clock of the forge that goes on one second with every look; it begins half a day ago."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=12)

    def __call__(self) -> datetime:
        """One second later than the last time."""
        self._now += timedelta(seconds=1)
        return self._now

    def skip(self, hours: float) -> None:
        """Let time pass."""
        self._now += timedelta(hours=hours)


@dataclass(frozen=True)
class Kept:
    """A copy of a world, with the files of its repository."""

    world: World
    files: Mapping[Path, bytes]


class Theatre:
    """One story on a stage of its own."""

    def __init__(self, folder: Path, story: Story) -> None:
        self.story = story
        inputs = {"mode": "agent", **story.inputs}
        self.stage = Stage(folder / "stage", story.speak, story.files, sandbox=None, **inputs)
        self.stage.github.world.now = Ticking()
        self._objects: dict[Path, bytes] = {}

    def close(self) -> None:
        """Stop the servers."""
        self.stage.__exit__()

    def acts(self) -> Iterator[Delivery]:
        """What people do, one act after the other; the runs in between are the caller's."""
        for do in self.story.before:
            self.perform(do(self.stage))
        yield from (do(self.stage) for do in self.story.acts)

    def perform(self, delivery: Delivery) -> Ran:
        """One run, in this process."""
        return act(self.environ(delivery))

    def environ(self, delivery: Delivery) -> dict[str, str]:
        """The environment of a run."""
        return self.stage.runner.environ(delivery.event, delivery.payload, {})

    @property
    def is_parked(self) -> bool:
        """Whether the world holds parked work with which a schedule goes on."""
        every = (one for issue in self.stage.repo.state.issues for one in self.stage.repo.comments(issue))
        return any(StatusMark.parse(one.body).goes_on for one in every)

    def sweep(self) -> Ran:
        """The next schedule, after the lost run has been silent for long."""
        clock = self.stage.github.world.now
        assert isinstance(clock, Ticking)
        clock.skip(LOST_H)
        return self.perform(Delivery("schedule", {"schedule": "17 * * * *"}))

    def cuts(self, delivery: Delivery) -> tuple[Ran, list[Kept]]:
        """A whole run, and the world after its first k requests, k = 0 ... all of them."""
        kept = [self.keep()]

        def watch(request: Request) -> Answer | None:
            answer = self.stage.github.perform(request)
            kept.append(kept[-1] if request.method == "GET" else self.keep())
            return answer

        def listen(_: Request) -> None:
            kept.append(kept[-1])

        self.stage.github.interceptors.append(watch)
        self.stage.model.interceptors.append(listen)
        try:
            return self.perform(delivery), kept
        finally:
            self.stage.github.interceptors.clear()
            self.stage.model.interceptors.clear()

    @staticmethod
    def distinct(cuts: list[Kept]) -> Iterator[tuple[int, Kept]]:
        """The worlds with the number of requests after which each began: a read leaves the world before it."""
        return ((k, cut) for k, cut in enumerate(cuts) if not k or cut is not cuts[k - 1])

    def keep(self) -> Kept:
        """A copy of the world as it stands."""
        return Kept(_copy(self.stage.github.world), self._files())

    def put_back(self, kept: Kept) -> None:
        """Let the world be as it was."""
        files = self._files()
        for path in files.keys() - kept.files.keys():
            path.unlink()
        for path, content in kept.files.items():
            if files.get(path) != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        world = _copy(kept.world)
        self.stage.github.world = world
        self.stage.repo.state = world.repositories[REPOSITORY]

    def _files(self) -> dict[Path, bytes]:
        """What the repository's folder holds; a git object, whose name says what is in it, is read once."""
        store = self.repository.store.folder
        files = {Path(place, name) for place, _, names in os.walk(store) for name in names}
        for path in files - self._objects.keys():
            if path.is_relative_to(store / "objects"):
                self._objects[path] = path.read_bytes()
        return {path: self._objects.get(path) or path.read_bytes() for path in files}

    @property
    def repository(self) -> Repository:
        """The repository as the forge holds it now."""
        return self.stage.github.world.repositories[REPOSITORY]

    def picture(self, *without: str) -> Picture:
        """All that can be seen on the forge, without what differs between two runs of the same: names, times, costs.

        `without` names reactions that are left out: the eyes, where a schedule took the request up (it looks at the
        issue, and answers the comment or the threads); 😕, where a run said that it was cancelled.
        """
        repo = self.stage.repo
        issues = list(repo.state.issues.values())
        branches = {name: _contents(repo.files(name)) for name in repo.branches if name != "main"}
        return {
            "branches": branches,
            "commits": {name: [_plain(one.message) for one in repo.log(name)] for name in branches},
            "pull requests": [
                (pull.number, pull.head, pull.base, pull.state, pull.draft, pull.title, _plain(pull.body or ""))
                for pull in repo.pull_requests
            ],
            "comments": {
                issue.number: [(c.author.login, _comment(c.body)) for c in issue.comments] for issue in issues
            },
            "reactions": {issue.number: _reactions(issue, without) for issue in issues},
            "reviews": {
                pull.number: [
                    (r.author.login, r.state, _plain(r.body), _on_pull_request(r, without)) for r in pull.reviews
                ]
                for pull in repo.pull_requests
            },
            "threads": {pull.number: _threads(pull, without) for pull in repo.pull_requests},
            "labels": {issue.number: list(issue.labels) for issue in issues},
        }


class Gate:
    """Lets `k` requests through and signals the process at the next one: a killed one gets nothing through any more."""

    def __init__(self, stage: Stage, k: int, number: signal.Signals = signal.SIGKILL) -> None:
        self.later = 0
        """Requests that came with the signal and after it."""
        self._number = number
        self._stage = stage
        self._left = k
        self._pid = 0
        self._is_known = threading.Event()

    def __enter__(self) -> Self:
        self._stage.github.interceptors.append(self._stop)
        self._stage.model.interceptors.append(self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._stage.github.interceptors.clear()
        self._stage.model.interceptors.clear()

    def guard(self, pid: int) -> None:
        """The process that is to be killed."""
        self._pid = pid
        self._is_known.set()

    def _stop(self, _: Request) -> Answer | None:
        if self._left:
            self._left -= 1
            return None
        self.later += 1
        if self.later == 1:
            self._is_known.wait()
            os.kill(self._pid, self._number)
        return Answer(0) if self._number is signal.SIGKILL else None


def difference(whole: Picture, again: Picture, ran: Ran) -> list[str]:
    """Where two pictures differ, and how the second run ended where it did not end well."""
    lines = [json.dumps(picture, indent=1, ensure_ascii=False).split("\n") for picture in (whole, again)]
    compared = difflib.unified_diff(lines[0], lines[1], lineterm="", n=0)
    changed = [line for line in compared if line[:2] not in {"--", "++", "@@"}]
    return changed[:20] if not ran.exit_status else [f"exit status {ran.exit_status}: {ran.log[-500:]}", *changed[:20]]


def _copy(world: World) -> World:
    return copy.deepcopy(world)


def _contents(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: content.decode("utf-8", "replace") for path, content in files.items()}


def _reactions(issue: Issue, without: tuple[str, ...]) -> list[list[tuple[str, str]]]:
    things = [issue.reactions, *(comment.reactions for comment in issue.comments)]
    return [_names(thing, without) for thing in things]


def _names(reactions: list[Reaction], without: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(one.user.login, one.content) for one in reactions if one.content not in without]


def _on_pull_request(said: Review | ReviewComment, without: tuple[str, ...]) -> list[tuple[str, str]]:
    """None where a schedule took the request up: its answer is the reply on lines, and a review gets no reaction."""
    return [] if "eyes" in without else _names(said.reactions, without)


def _threads(pull: PullRequest, without: tuple[str, ...]) -> list[Picture]:
    """Every comment on lines: where, what it says, what it answers, and who resolved its thread."""
    return [
        {
            "place": f"{one.path}:{one.start_line}-{one.line}",
            "said": (one.author.login, _plain(one.body)),
            "answers": one.reply_to,
            "resolved": one.resolved_by.login if one.resolved_by else "",
            "reactions": _on_pull_request(one, without),
        }
        for one in pull.review_comments
    ]


_VARIES = (
    (re.compile(r"\b[0-9a-f]{40}\b"), "<sha>"),
    (re.compile(r"`[0-9a-f]{7,12}`"), "`<sha>`"),
    (re.compile(r"(?<= )[0-9a-f]{12}\b(?! -->)|\b[0-9a-f]{12}(?= changes )"), "<sha>"),
    (re.compile(r"(?<=\()[0-9a-f]{7}(?=\))"), "<sha>"),
    (re.compile(r"/actions/runs/\d+"), "/actions/runs/<run>"),
    (re.compile(r"#pullrequestreview-\d+"), "#pullrequestreview-<id>"),
    (re.compile(r"<sub>.*</sub>"), "<cost>"),
    (re.compile(r"\n<!-- ai_coder:seal \w+ -->"), ""),
    (re.compile(r"(is open|has a new commit)"), "<stands>"),
)


def _plain(text: str) -> str:
    for pattern, word in _VARIES:
        text = pattern.sub(word, text)
    return text


def _comment(body: str) -> str:
    """A comment's text; of a status comment's mark only how the run ended."""
    if not body.startswith(STATUS_MARKER):
        return _plain(body)
    mark, _, text = body.partition("\n")
    return f"<status {StatusMark.parse(mark).status}>\n{_plain(text)}"
