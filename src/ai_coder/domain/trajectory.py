"""`Trajectory`: what happened in a run, in its order. Facts of clock and counters, and what was said, cut to size."""

from dataclasses import dataclass, field
from datetime import datetime

from ai_coder.domain.chat import ToolCall, Usage
from ai_coder.domain.source import Ranked
from ai_coder.domain.task import NEVER


@dataclass(frozen=True, slots=True)
class Visit:
    """One room, from its beginning to its end."""

    room: str
    said: str
    """What it came to, in a few words."""
    start_s: float
    """Since the beginning of the run."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Used:
    """One tool call, and what the model was told of it."""

    call: ToolCall
    result: str = ""
    """Empty where the call ended the work."""
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One reply of the model, and what followed from it."""

    start_s: float
    """Since the beginning of the run."""
    seconds: float
    """Until the reply was there."""
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = None
    """None where the price of the model is not known."""
    text: str = ""
    uses: tuple[Used, ...] = ()
    told: tuple[str, ...] = ()
    """What the model was told back in words: refused edits, broken tests, a limit."""
    error: str = ""
    """Why there was no reply, as a sentence."""

    @property
    def refusals(self) -> tuple[str, ...]:
        """What was not let through, one text each."""
        return (*(use.result for use in self.uses if use.is_refused), *self.told)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A run as it went."""

    started_at: datetime = NEVER
    seconds: float = 0.0
    visits: tuple[Visit, ...] = ()
    turns: tuple[Turn, ...] = ()
    ranked: tuple[Ranked, ...] = ()
    """The files that were weighed, best first."""
    prompt: str = ""
    """What the model was told first."""
