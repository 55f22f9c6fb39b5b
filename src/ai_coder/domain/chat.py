"""`Message`, `Prompt`, `Reply`, `Usage`: a conversation with a model, in no vendor's words."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """One turn."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The whole conversation so far; the first message holds the stable instructions."""

    messages: tuple[Message, ...]

    def then(self, *messages: Message) -> "Prompt":
        """The conversation with `messages` after it; what was said is never changed (prefix caches live on it)."""
        return Prompt((*self.messages, *messages))

    @property
    def chars(self) -> int:
        """Length of all texts together."""
        return sum(len(message.text) for message in self.messages)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the endpoint counted them; 0 where it did not say."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    """Part of `input_tokens`."""
    calls: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_input_tokens + other.cached_input_tokens,
            self.calls + other.calls,
        )


class Finish(StrEnum):
    """Why the model stopped."""

    STOP = "stop"
    LENGTH = "length"
    """Cut off at the output limit: the text is not whole and must not be applied."""
    REFUSED = "refused"
    """The endpoint's content filter or the model itself declined."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The model's next turn."""

    text: str
    finish: Finish = Finish.STOP
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    """The model's name as the endpoint reports it."""
