"""A run as it happens on GitHub: the real program on a real event, between two servers on this machine."""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ai_coder.loopback import GithubServer
from ai_coder.loopback.git_objects import Commit, Stamp
from ai_coder.loopback.model import Call, ModelServer, Say
from ai_coder.loopback.runner import COMMAND, Ran, Runner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ai_coder.loopback import HostedRepository, Request
    from benchmarks.replay.script import Move, Turn

MAINTAINER = "mona"
INPUTS = {
    "openai_api_key": "sk-replay-0123456789",
    "model": "scripted",
    "mode": "agent",
    "scope": "repo",
    "max_steps": "1000",
    "max_input_tokens": "100000000",
}
_CUT = ("... cut here", "more lines: narrow the pattern")
"""An answer that says so need not hold all that was asked for."""
_MAX_TITLE_CHARS, _MAX_BODY_CHARS = 256, 65_536
"""What GitHub takes."""
_MEASURED = Path(__file__).with_name("measured.py")


@dataclass(slots=True)
class Player:
    """Says the turns in order, then finishes until it is believed; notes every answer that was not as expected."""

    turns: Sequence[Turn]
    outcome: str = "changed"
    complaints: list[str] = field(default_factory=list)
    _said: int = 0
    _asked: dict[str, Move] = field(default_factory=dict)

    def __call__(self, request: Request) -> Say:
        """The next turn."""
        for call_id, answer in _answers(request.body):
            move = self._asked.pop(call_id, None)
            if move and move.expects not in answer and not any(cut in answer for cut in _CUT):
                self.complaints.append(f"{move.call.name} {move.path}: {answer}")
        self._said += 1
        if self._said > len(self.turns):
            summary = "Plays what was accepted."
            return Say(calls=[Call("finish", {"outcome": self.outcome, "title": "Play it", "summary": summary})])
        moves = {f"call_{self._said}_{n}": move for n, move in enumerate(self.turns[self._said - 1])}
        self._asked |= moves
        return Say(calls=[Call(move.call.name, move.call.arguments, call_id) for call_id, move in moves.items()])


@dataclass(frozen=True, slots=True)
class Played:
    """What a run did and what it took."""

    ran: Ran
    wall_s: float
    cpu_s: float
    peak_mb: float
    github_requests: int


class Scene:
    """One repository that holds the base, with one issue; the model is the player."""

    def __init__(self, folder: Path, repository: str, player: Player, inputs: dict[str, str] | None = None) -> None:
        self._figures = folder / "figures.json"
        self._stack = ExitStack()
        self.github = self._stack.enter_context(GithubServer(folder / "github"))
        self._model = self._stack.enter_context(ModelServer(player))
        self.repo: HostedRepository = self.github.create_repository(repository)
        self.repo.add_person(MAINTAINER)
        given = INPUTS | {"openai_base_url": self._model.url} | (inputs or {})
        self._runner = Runner(
            folder / "runner",
            self.github.url,
            repository,
            self.github.token,
            inputs=given,
            command=(sys.executable, str(_MEASURED), str(self._figures), *COMMAND),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def begin_with(self, tree: str) -> None:
        """One commit on `main` that holds the tree, whose objects the repository has or borrows."""
        store = self.repo.state.store
        who = Stamp("Mona", "mona@example.org", self.github.world.now())
        commit = store.write_commit(Commit("", tree, (), who, who, "Begin"))
        self.repo.move_branch("main", commit.sha, actor=MAINTAINER)
        store.read_all(commit.sha)

    def label(self, text: str) -> Played:
        """Open an issue of that text, label it, and let the program answer."""
        title, _, body = text.strip().partition("\n")
        title = title.strip()[:_MAX_TITLE_CHARS] or "Untitled"
        issue = self.repo.open_issue(author=MAINTAINER, title=title, body=body.strip()[:_MAX_BODY_CHARS])
        self.repo.add_label(issue.number, "ai_coder", actor=MAINTAINER)
        payload = self.repo.payload("issues", "labeled", sender=MAINTAINER, issue=issue.number, label="ai_coder")
        begun = time.monotonic()
        ran = self._runner.run("issues", payload)
        wall_s = time.monotonic() - begun
        used = json.loads(self._figures.read_text("utf-8"))
        return Played(ran, wall_s, used["cpu_s"], used["peak_mb"], len(self.github.requests))


def _answers(body: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - whatever a client sent
    """The tools' answers in a request of either API, by the call's id."""
    rows = [row for row in body.get("messages") or body.get("input") or [] if isinstance(row, dict)]
    chat = [(row["tool_call_id"], str(row["content"])) for row in rows if row.get("role") == "tool"]
    return chat + [(row["call_id"], str(row["output"])) for row in rows if row.get("type") == "function_call_output"]
