"""Runs of the action, each in a process of its own that can be killed, and begins in a tenth of a second."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from ai_coder.loopback.runner import Ran, collect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TESTS = Path(__file__).parents[1]


class Forks:
    """A server of forked runs, from `with` until its end."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "fakes.fork_server"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=_TESTS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, environ: Mapping[str, str], started: Callable[[int], None] = lambda _: None) -> Ran:
        """One run, to its end; `started` is told its pid. A killed one has the negative signal as its exit status."""
        output = Path(environ["GITHUB_OUTPUT"]).with_name("log")
        status = self.call((), environ, output, started)
        return collect(environ, status, output.read_text(encoding="utf-8", errors="replace"))

    def call(
        self, argv: Sequence[str], environ: Mapping[str, str], output: Path, started: Callable[[int], object] = str
    ) -> int:
        """The exit status of the program with those arguments; what it prints goes to the file `output`."""
        asked = json.dumps({"environ": dict(environ), "output": str(output), "argv": list(argv)})
        print(asked, file=_open(self._process.stdin), flush=True)
        started(self._number())
        return self._number()

    def _number(self) -> int:
        line = _open(self._process.stdout).readline()
        if not line:
            raise RuntimeError("the fork server has ended")
        return int(line)


def _open(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("the process was started without pipes")
    return pipe
