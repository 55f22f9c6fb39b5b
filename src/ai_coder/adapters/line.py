"""The line on which everything that leaves the machine goes: open, or with a recorder on it."""

import threading
from collections.abc import Callable
from typing import Protocol

from ai_coder.domain.cassette import Asked, Exchange, Given

Send = Callable[[], Given]
"""Really asks."""
_KEPT_HEADERS = ("content-type", "link", "location", "retry-after", "retry-after-ms", "x-accepted-github-permissions")
_KEPT_PREFIXES = ("x-ratelimit-", "x-should-retry")


class Line(Protocol):
    """Where a request goes."""

    @property
    def keeps(self) -> bool:
        """Whether answers go through its hands as a whole: nothing may be streamed past it."""
        ...

    @property
    def waits(self) -> bool:
        """Whether a pause between two requests is worth anything."""
        ...

    def exchange(self, asked: Asked, send: Send) -> Given:
        """What comes back for the request; `send` may be called for it, once, or not at all."""
        ...

    def nonce(self, fresh: Callable[[], str]) -> str:
        """A random word; `fresh` makes one."""
        ...


class OpenLine:
    """Asks, and keeps nothing."""

    keeps = False
    waits = True

    def exchange(self, asked: Asked, send: Send) -> Given:  # noqa: ARG002  the port's form
        """Ask."""
        return send()

    def nonce(self, fresh: Callable[[], str]) -> str:
        """A fresh one."""
        return fresh()


class Recorder:
    """Asks, and keeps what was asked and what came back. No header of a request is kept: that is where tokens are."""

    keeps = True
    waits = True

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.nonces: list[str] = []
        self._lock = threading.Lock()

    def exchange(self, asked: Asked, send: Send) -> Given:
        """Ask and keep; what raises left no answer to keep."""
        given = send()
        headers = {
            name: value
            for name, value in given.headers.items()
            if name in _KEPT_HEADERS or name.startswith(_KEPT_PREFIXES)
        }
        kept = Given(given.status, headers, given.text, given.content, given.fault)
        with self._lock:
            self.exchanges.append(Exchange(asked, kept))
        return given

    def nonce(self, fresh: Callable[[], str]) -> str:
        """A fresh one, kept."""
        self.nonces.append(fresh())
        return self.nonces[-1]
