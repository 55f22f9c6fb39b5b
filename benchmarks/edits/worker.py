"""An engine in a process of its own, asked one case after the other: a crash or a hang costs that case only."""

import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from benchmarks.edits.cases import Case
from benchmarks.edits.engines import ROOT, Engine, NoEnvironment, python_of
from benchmarks.edits.judge import Outcome

_ANSWER_TIMEOUT_S = 20.0
_READY_TIMEOUT_S = 120.0
_PIECE_BYTES = 1 << 16
_MAX_SAID_BYTES = 2_000


class NoAnswer(Exception):
    """The process died or took too long."""


class Worker:
    """Starts its process when it is first asked, and again after it had to be killed."""

    def __init__(self, engine: Engine, python: Path) -> None:
        self._engine = engine
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed with the worker

    @classmethod
    def of(cls, engine: Engine) -> Self:
        """A worker whose engine answers. Raises: NoEnvironment."""
        worker = cls(engine, python_of(engine))
        try:
            worker._exchange({"edit_format": "", "answer": "", "files": {}}, _READY_TIMEOUT_S)
        except NoAnswer as error:
            worker.close()
            raise NoEnvironment(str(error)) from error
        return worker

    def ask(self, case: Case) -> Outcome:
        """What the engine makes of the case."""
        request = {"edit_format": case.edit_format, "answer": case.answer, "files": dict(case.files_before)}
        start = time.perf_counter()
        try:
            reply = self._exchange(request, _ANSWER_TIMEOUT_S)
        except NoAnswer as error:
            return Outcome({}, is_refused=False, ms=(time.perf_counter() - start) * 1000, crash=str(error))
        if reply.get("crash"):
            return Outcome({}, is_refused=False, ms=reply.get("ms", 0.0), crash=reply["crash"])
        return Outcome(reply["files"], reply["is_refused"], reply["ms"], reply["why"])

    def close(self) -> None:
        """End the process."""
        self._stop()
        self._said.close()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _exchange(self, request: Mapping[str, object], timeout_s: float) -> dict[str, Any]:
        """The reply to one request. Raises: NoAnswer, with the process gone."""
        if self._process is None:
            self._process = self._start()
        try:
            line = _line_of(self._process, json.dumps(request).encode() + b"\n", time.monotonic() + timeout_s)
            reply: dict[str, Any] = json.loads(line)
        except (OSError, ValueError, NoAnswer) as error:
            self._stop()
            raise NoAnswer(f"{error}; it said: {self._last_words()}") from error
        return reply

    def _start(self) -> subprocess.Popen[bytes]:
        """Only our own engine sees PYTHONPATH: the others come whole from their environments."""
        environ = dict(os.environ)
        if self._engine.requirement:
            environ.pop("PYTHONPATH", None)
        return subprocess.Popen(
            [str(self._python), "-m", self._engine.module],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )

    def _last_words(self) -> str:
        size = self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, size - _MAX_SAID_BYTES))
        return self._said.read().decode("utf-8", "replace").strip()[-_MAX_SAID_BYTES:]


def _line_of(process: subprocess.Popen[bytes], request: bytes, deadline: float) -> bytes:
    """The line that the process answers. Raises: NoAnswer, OSError."""
    if process.stdin is None or process.stdout is None:
        raise NoAnswer("it has no pipes")
    process.stdin.write(request)
    process.stdin.flush()
    pieces = [b""]
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not pieces[-1].endswith(b"\n"):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise NoAnswer("it did not answer in time")
            piece = os.read(process.stdout.fileno(), _PIECE_BYTES)
            if not piece:
                raise NoAnswer("it died")
            pieces.append(piece)
    return b"".join(pieces)
