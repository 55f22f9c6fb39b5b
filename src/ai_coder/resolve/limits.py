"""How often may be asked: so many requests an hour, then not until the oldest of them is an hour old. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


def limit_until(asked_at: Iterable[datetime], most: int, now: datetime) -> datetime | None:
    """When the next request counts again; None while `most` in the hour before `now` are not exceeded."""
    recent = sorted(moment for moment in asked_at if now - HOUR < moment <= now)
    return recent[-most] + HOUR if len(recent) > most else None
