"""`Finding`: what a look around before the work found, and which setting changes it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    FINE = "fine"
    UNKNOWN = "unknown"
    """It could not be looked up with this token."""
    WARNING = "warning"
    """The work is done, and somebody has to do the rest by hand."""
    BLOCKER = "blocker"
    """No work would come to anything: it would waste money."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    about: str
    """What was looked at, in a word or three."""
    sentence: str
    hint: str = ""
    """The setting, and the page where it is switched; empty where nothing has to be."""
