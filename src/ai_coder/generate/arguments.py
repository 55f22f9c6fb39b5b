"""The arguments of a tool call, read with care: a model writes them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ai_coder.domain.source import RepoPath

_WHOLE = re.compile(r"[0-9]{1,18}")


class Misuse(ValueError):
    """A call that cannot be carried out; the sentence is told to the model."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """One call's arguments by name."""

    values: Mapping[str, Any]

    @classmethod
    def parse(cls, text: str) -> "Arguments":
        """The object in the text; nothing at all is an empty one. Raises: Misuse."""
        try:
            values = json.loads(text) if text.strip() else {}
            json.dumps(values, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise Misuse("The arguments hold half of a character, which no file can hold.") from error
        except (ValueError, RecursionError) as error:
            raise Misuse(f"The arguments are not valid JSON ({error}). Send one JSON object.") from error
        if not isinstance(values, dict):
            raise Misuse("The arguments are not a JSON object.")
        return cls(values)

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it has to be there. Raises: Misuse."""
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise Misuse(f"`{name}` has to be a text.")
        return value

    def path(self, name: str = "path") -> RepoPath:
        """A path inside the repository. Raises: Misuse."""
        try:
            return RepoPath.parse(self.text(name).removeprefix("./").rstrip("/"))
        except Misuse:
            raise
        except ValueError as error:
            raise Misuse(f"The {error}.") from error

    def number(self, name: str, default: int) -> int:
        """A whole number, also one that is written as a text. Raises: Misuse."""
        value = self.values.get(name, default)
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Misuse(f"`{name}` has to be a whole number.")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one. Raises: Misuse."""
        value = self.values.get(name)
        if value is None or isinstance(value, str):
            return (value,) if value else ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Misuse(f"`{name}` has to be a list of texts.")
        return tuple(value)
