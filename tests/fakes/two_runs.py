"""Two runs of the entry point, taking turns request by request as a schedule says: each order is played exactly."""

from __future__ import annotations

import io
import threading
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ai_coder.entry import main
from ai_coder.loopback.runner import Ran, collect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ai_coder.loopback import Request
    from fakes.stage import Stage

_MAX_WAIT_S = 30.0


@dataclass(frozen=True)
class Schedule:
    """Run A makes `first` requests, run B makes `second`, A goes on to its end, then B to its own."""

    first: int
    second: int | None = None
    """None lets B go on to its end, and A after it."""


class Turns:
    """Whose turn it is: the other run waits in its next request to the forge, before that has an effect."""

    def __init__(self, stage: Stage, schedule: Schedule) -> None:
        self.counts = [0, 0]
        """Requests that each run made."""
        self.pauses = [schedule.first, schedule.second]
        """After how many requests a run lets the other go on; None is never."""
        self._stage = stage
        self._turn = 0
        self._ended = [False, False]
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        self._stage.github.interceptors.append(self._pass)
        return self

    def __exit__(self, *_: object) -> None:
        self._stage.github.interceptors.remove(self._pass)

    def begin(self, run: int) -> None:
        """Wait for the first turn."""
        with self._changed:
            self._wait(run)

    def end(self, run: int) -> None:
        """The run is over: the other one has the turn for good."""
        with self._changed:
            self._ended[run] = True
            self._give(1 - run)

    def _pass(self, _: Request) -> None:
        """Only the run whose turn it is makes requests, so this one is its."""
        with self._changed:
            run = self._turn
            if self.counts[run] == self.pauses[run] and not self._ended[1 - run]:
                self._give(1 - run)
                self._wait(run)
            self.counts[run] += 1

    def _give(self, run: int) -> None:
        self._turn = run
        self._changed.notify_all()

    def _wait(self, run: int) -> None:
        if not self._changed.wait_for(lambda: self._turn == run, _MAX_WAIT_S):
            raise TimeoutError("the other run does not come to its end")


@dataclass(frozen=True)
class Pair:
    """How the two runs went."""

    first: Ran
    second: Ran
    counts: tuple[int, int]
    """Requests that each made."""

    @property
    def runs(self) -> tuple[Ran, Ran]:
        """Both."""
        return self.first, self.second


def interleave(stage: Stage, environs: tuple[Mapping[str, str], Mapping[str, str]], schedule: Schedule) -> Pair:
    """Both runs, each in a thread. They share one log, since standard output is the process's; all else is apart."""
    statuses = [-1, -1]
    log = io.StringIO()
    with Turns(stage, schedule) as turns:

        def play(run: int) -> None:
            turns.begin(run)
            try:
                statuses[run] = main((), environs[run])
            finally:
                turns.end(run)

        threads = [threading.Thread(target=play, args=(run,)) for run in (0, 1)]
        with redirect_stdout(log), redirect_stderr(log):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    first, second = (collect(environ, statuses[run], log.getvalue()) for run, environ in enumerate(environs))
    return Pair(first, second, (turns.counts[0], turns.counts[1]))
