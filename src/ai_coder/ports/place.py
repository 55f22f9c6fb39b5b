"""The place a run happens in, its time, and the model."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

from ai_coder.domain.chat import Prompt, Reply


class ChatModel(Protocol):
    """Something that completes a conversation."""

    def complete(self, prompt: Prompt) -> Reply:
        """The next assistant turn. Raises: ModelError."""
        ...


class Host(Protocol):
    """The place the run happens in: a runner of GitHub Actions, or a terminal."""

    @property
    def run_url(self) -> str:
        """Where the log of this run can be read; empty where there is no such page."""
        ...

    def mask(self, secret: str) -> None:
        """Keep `secret` out of the log from now on."""
        ...

    def say(self, text: str) -> None:
        """Lines of the log. Whatever `text` holds, the runner sees no command in it."""
        ...

    def annotate(self, level: Literal["notice", "warning", "error"], text: str) -> None:
        """One sentence that stands out of the log."""
        ...

    def group(self, title: str, text: str) -> None:
        """A folded part of the log."""
        ...

    def working(self, done: int, of: int, doing: str) -> None:
        """How far the work is, in rooms, and what is being done now; for a place that can show it as it goes."""
        ...

    def finish(self, outputs: Mapping[str, str], summary: str, files: Mapping[str, bytes]) -> None:
        """Hand over outputs, job summary (Markdown) and the report's files: `report.json` and what stands beside it."""
        ...


class Clock(Protocol):
    """Time, so that a test can own it."""

    def now(self) -> datetime:
        """The time in UTC, with its zone."""
        ...

    def monotonic_s(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...
