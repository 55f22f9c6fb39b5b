"""One line of a terminal that is drawn again and again: a bar, what is being done, and for how long already."""

import shutil
import threading
import time
from typing import TextIO

_EVERY_S = 0.2
_BAR_CELLS = 12
_CLEAR = "\r\x1b[2K"


class LiveLine:
    """The last line of the terminal, below what is said. A thread draws it until `stop`."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._done, self._of, self._doing, self._since_s = 0, 1, "", 0.0
        self._ticker: threading.Thread | None = None
        self._is_over = threading.Event()

    def show(self, done: int, of: int, doing: str) -> None:
        """From now on, this is what is being done."""
        with self._lock:
            self._done, self._of, self._doing, self._since_s = done, of, doing, time.monotonic()
            self._draw()
        if self._ticker is None:
            self._ticker = threading.Thread(target=self._tick, name="live-line", daemon=True)
            self._ticker.start()

    def above(self, text: str) -> None:
        """Say something for good, above the line."""
        with self._lock:
            self._out.write(f"{_CLEAR}{text}\n" if self._doing else f"{text}\n")
            self._draw()
            self._out.flush()

    def stop(self) -> None:
        """Take the line away; twice is once."""
        self._is_over.set()
        with self._lock:
            if self._doing:
                self._out.write(_CLEAR)
                self._out.flush()
            self._doing = ""

    def _tick(self) -> None:
        while not self._is_over.wait(_EVERY_S):
            with self._lock:
                self._draw()

    def _draw(self) -> None:
        if not self._doing:
            return
        filled = _BAR_CELLS * self._done // max(self._of, 1)
        cells = self._cells()
        bar = cells[0] * filled + cells[1] * (_BAR_CELLS - filled)
        line = f"{bar} {self._done}/{self._of} {self._doing} ({time.monotonic() - self._since_s:.0f} s)"
        self._out.write(_CLEAR + line[: shutil.get_terminal_size().columns - 1])
        self._out.flush()

    def _cells(self) -> str:
        """A full and an empty cell, as the terminal can show them."""
        return "█░" if (self._out.encoding or "").lower().startswith("utf") else "#."
