"""How much work an answer may cause: so that no answer takes long, whatever is in it."""

from dataclasses import dataclass

_MAX_CHARS = 30_000_000


class TooMuch(Exception):
    """The answer asks for more comparing than any useful one does."""


@dataclass(slots=True)
class Effort:
    """Counts characters that are compared, or what takes as long."""

    left: int = _MAX_CHARS

    def spend(self, chars: int) -> None:
        """Take note of some work. Raises: TooMuch."""
        self.left -= chars
        if self.left < 0:
            raise TooMuch
