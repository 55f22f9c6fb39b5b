"""A person's terminal: plain lines on standard error, so that standard output stays for what was asked for."""

import sys
from collections.abc import Mapping
from typing import Literal

_UNSEEN = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
"""Control characters of ASCII, and those above it, which some terminals obey as well."""


class TerminalHost:
    """Port `Host` over standard error; what the run hands over is kept for the command to print."""

    def __init__(self, run_url: str = "") -> None:
        self._run_url = run_url
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
        sys.stderr.write(text.translate(_UNSEEN) + "\n")
        sys.stderr.flush()

    def annotate(self, level: Literal["notice", "warning", "error"], text: str) -> None:
        """One line that begins with its level."""
        self.say(f"{level}: {text}")

    def group(self, title: str, text: str) -> None:
        """The title, and the text under it."""
        self.say(f"{title}\n{text}")

    def finish(self, outputs: Mapping[str, str], summary: str, files: Mapping[str, bytes]) -> None:
        """Keep them."""
        self.outputs, self.summary, self.files = {**outputs, "report_path": ""}, summary, files
