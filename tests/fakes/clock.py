"""A clock that moves only when it is told to wait."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from builders import NOON


@dataclass
class FakeClock:
    """Port `Clock`: sleeping takes no time and is remembered."""

    start: datetime = NOON
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """The start, and all that was slept since."""
        return self.start + timedelta(seconds=self.monotonic_s())

    def monotonic_s(self) -> float:
        """Seconds slept."""
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.slept.append(seconds)
