"""SIGINT and SIGTERM: what is begun is answered, so they wait until somebody can do that."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDS = (signal.SIGINT, signal.SIGTERM)


class Signals:
    """Turns the wish that this process ends into KeyboardInterrupt, where that is heard, and at once when it will be.

    A runner sends SIGINT, SIGTERM 7.5 s later and SIGKILL 2.5 s after that: the second must not cut an answer off.
    """

    def __init__(self, *, in_runner: bool) -> None:
        self._in_runner = in_runner
        self._is_heard = False
        self._is_waiting = False

    def listen(self) -> None:
        """From now on no signal ends the process by itself."""
        for number in _ENDS:
            signal.signal(number, self._stop)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Here a signal interrupts, as does one that came before. Raises: KeyboardInterrupt."""
        self._is_heard = True
        try:
            if self._is_waiting:
                raise KeyboardInterrupt
            yield
        finally:
            self._is_heard = False

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self._in_runner:
            for number in _ENDS:
                signal.signal(number, signal.SIG_IGN)
        self._is_waiting = True
        if self._is_heard:
            raise KeyboardInterrupt
