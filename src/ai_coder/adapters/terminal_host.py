"""A person's terminal: lines on standard error, so that standard output stays for what was asked for."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TextIO

from ai_coder.adapters.live_line import LiveLine

_UNSEEN = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
"""Control characters of ASCII, and those above it, which some terminals obey as well."""
_COLOURS = {"notice": "36", "warning": "33", "error": "31"}


@dataclass(frozen=True, slots=True)
class Look:
    """How much is shown, and how."""

    is_live: bool = False
    """Whether a line at the end may be drawn again and again."""
    is_coloured: bool = False
    is_quiet: bool = False
    """Whether warnings and errors are all that is said."""


def look_of(environ: Mapping[str, str], out: TextIO, *, is_quiet: bool) -> Look:
    """Life and colours are for a terminal only, and colours for one whose owner did not decline them.

    Source: https://no-color.org
    """
    is_terminal = out.isatty() and environ.get("TERM") != "dumb"
    return Look(is_terminal and not is_quiet, is_terminal and not environ.get("NO_COLOR"), is_quiet)


class TerminalHost:
    """Port `Host` over standard error; what the run hands over is kept for the command to print."""

    def __init__(self, run_url: str = "", look: Look | None = None) -> None:
        self._run_url = run_url
        self._look = look or Look()
        self._line = LiveLine(sys.stderr) if self._look.is_live else None
        self.outputs: dict[str, str] = {}
        self.summary = ""
        self.files: Mapping[str, bytes] = {}

    @property
    def run_url(self) -> str:
        """A terminal has no page, except for a run that is played back."""
        return self._run_url

    def mask(self, secret: str) -> None:
        """Nothing to do: a terminal shows what its owner runs."""

    def say(self, text: str) -> None:
        """The text without control characters."""
        if not self._look.is_quiet:
            self._write(text.translate(_UNSEEN))

    def annotate(self, level: Literal["notice", "warning", "error"], text: str) -> None:
        """One line that begins with its level."""
        word = f"\x1b[{_COLOURS[level]}m{level}\x1b[0m" if self._look.is_coloured else level
        self._write(f"{word}: {text.translate(_UNSEEN)}")

    def group(self, title: str, text: str) -> None:
        """The title, and the text under it."""
        self.say(f"{title}\n{text}")

    def working(self, done: int, of: int, doing: str) -> None:
        """A bar on the last line, where there is one."""
        if self._line:
            self._line.show(done, of, " ".join(doing.translate(_UNSEEN).split()))

    def finish(self, outputs: Mapping[str, str], summary: str, files: Mapping[str, bytes]) -> None:
        """Keep them; nothing is being done any more."""
        self.rest()
        self.outputs, self.summary, self.files = {**outputs, "report_path": ""}, summary, files

    def rest(self) -> None:
        """Take the line away on which something was being done."""
        if self._line:
            self._line.stop()

    def _write(self, text: str) -> None:
        if self._line:
            self._line.above(text)
        else:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
