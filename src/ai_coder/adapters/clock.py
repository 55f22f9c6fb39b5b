"""The machine's clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Port `Clock` over the machine's own time."""

    def now(self) -> datetime:
        """The time in UTC, with its zone."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait; not at all when `seconds` is negative."""
        time.sleep(max(seconds, 0.0))


class HurriedClock(SystemClock):
    """The same clock for a run that is played back: nobody has to be waited for."""

    def sleep(self, seconds: float) -> None:
        """Go on at once."""
