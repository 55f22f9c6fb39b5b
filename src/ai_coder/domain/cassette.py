"""`Cassette`: one run as it went over the wire, without secrets, to be had again with neither net nor key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["forge", "model", "archive", "sandbox"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: to whom, and what."""

    kind: Kind
    method: str
    target: str
    """Path and query, below the address of the one who is asked."""
    body: str = ""
    """JSON; empty for a request that only reads."""

    @property
    def is_write(self) -> bool:
        """Whether it may change something on the forge."""
        is_query = self.body.startswith('{"query": "query')
        return self.kind == "forge" and self.method != "GET" and not is_query

    def __str__(self) -> str:
        return f"{self.method} {self.target}"


@dataclass(frozen=True, slots=True)
class Given:
    """What came back."""

    status: int
    """0 where nothing did."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    text: str = ""
    content: bytes = b""
    """Of an archive."""
    fault: str = ""
    """Why nothing came back, in the word of the adapter that asked."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what came back."""

    asked: Asked
    given: Given


@dataclass(frozen=True, slots=True)
class Occasion:
    """What started the run, and where."""

    event: str
    """Name of the event."""
    payload: str
    """JSON, as the runner had it in its file."""
    inputs: Mapping[str, str]
    """What the workflow set; of a secret, no more than that it was set."""
    place: Mapping[str, str]
    """Variables of the runner that name repository and servers."""
    run_url: str = ""


@dataclass(frozen=True, slots=True)
class Cassette:
    """One recorded run."""

    occasion: Occasion
    exchanges: tuple[Exchange, ...]
    nonces: tuple[str, ...]
    outputs: Mapping[str, str]
    """Of the recorded run."""
    versions: Mapping[str, str]
    """Of ai_coder, Python and what speaks on the wire."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """A place where a run no longer goes as it was recorded."""

    where: str
    """Which request or output."""
    difference: str
    """What is different, in a few lines."""
