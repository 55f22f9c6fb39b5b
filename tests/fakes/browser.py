"""A real browser, headless, driven over a pipe: what a person sees of a page, and what the page does behind it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from fakes.peers import NODE, PEERS

if TYPE_CHECKING:
    from pathlib import Path


class NoBrowser(Exception):
    """No browser can be started on this machine; the text says why."""


@dataclass(frozen=True)
class Seen:
    """What a page did since it was opened."""

    console: list[str]
    """Errors and warnings."""
    requests: list[str]
    """Everything that was asked for, the page itself first."""


class Browser:
    """One browser with one page, from `with` until its end."""

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        script = PEERS / "browser.mjs"
        if not (PEERS / "node_modules" / "playwright-core").is_dir():
            raise NoBrowser("the peers are not installed: run `make peers`")
        self._process = subprocess.Popen(
            [str(NODE), str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environ or {**os.environ, "NO_COLOR": "1"},
            text=True,
        )
        try:
            self.version = self._answer()
        except NoBrowser:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the browser and its driver."""
        self._process.communicate(timeout=20)

    def open(self, path: Path, width: int = 1280, *, dark: bool = False, scripts: bool = True) -> None:
        """Open a file."""
        self._tell("open", url=path.as_uri(), width=width, height=900, dark=dark, scripts=scripts)

    def click(self, selector: str) -> None:
        """Click on what the CSS selector finds."""
        self._tell("click", selector=selector)

    def fill(self, selector: str, text: str) -> None:
        """Type into a field."""
        self._tell("fill", selector=selector, text=text)

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self._tell("evaluate", script=script)

    def count(self, selector: str) -> int:
        """How many elements the selector finds; works without scripts, too."""
        return int(self._tell("count", selector=selector))

    def shot(self, path: Path, *, whole: bool = True) -> None:
        """A picture of the page."""
        self._tell("shot", path=str(path), whole=whole)

    def seen(self) -> Seen:
        """What the page did so far."""
        return Seen(**self._tell("seen"))

    def axe(self) -> list[dict[str, Any]]:
        """What axe-core has against the page: `id`, `impact`, `help`, `where`."""
        found: list[dict[str, Any]] = self._tell("axe")
        return found

    def _tell(self, command: str, **values: object) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"command": command, **values}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        assert self._process.stderr
        line = self._process.stdout.readline()
        if not line:
            raise NoBrowser(self._process.stderr.read()[-2_000:] or "the browser ended without a word")
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["result"]
