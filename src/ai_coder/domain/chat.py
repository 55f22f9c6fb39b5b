"""`Message`, `Prompt`, `Reply`, `ToolCall`, `Usage`: a conversation with a model, in no vendor's words."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool the model may call."""

    name: str
    description: str
    parameters_json: str
    """JSON Schema of the arguments, an object, as JSON text."""

    @property
    def chars(self) -> int:
        """Length of what the model is told."""
        return len(self.name) + len(self.description) + len(self.parameters_json)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call as the model made it."""

    id: str
    """Names the call in the message that answers it."""
    name: str
    arguments: str
    """What should be a JSON object. It may be anything: whoever runs the tool tells the model what is wrong."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn, or the result of one tool call (role `tool`)."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    """Of an assistant's turn."""
    call_id: str = ""
    """Of a result: the call it answers."""
    opaque: str = ""
    """Of an assistant's turn: the endpoint's own form of it, for the adapter that wrote it and nobody else."""
    is_error: bool = False
    """Of a result: whether the call was refused. People read it; the model reads the text."""

    @property
    def chars(self) -> int:
        """Length of what the model reads."""
        return len(self.text) + sum(len(call.name) + len(call.arguments) for call in self.tool_calls)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The whole conversation so far; the first message holds the stable instructions."""

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()

    def then(self, *messages: Message) -> "Prompt":
        """The conversation with `messages` after it; what was said is never changed (prefix caches live on it)."""
        return replace(self, messages=(*self.messages, *messages))

    @property
    def chars(self) -> int:
        """Length of all texts together."""
        return sum(message.chars for message in self.messages) + sum(tool.chars for tool in self.tools)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the endpoint counted them; 0 where it did not say."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    """Part of `input_tokens`."""
    calls: int = 0
    """Requests sent, those that failed included."""

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
    tool_calls: tuple[ToolCall, ...] = ()
    opaque: str = ""
    """Goes into the message of this turn, unread."""

    @property
    def message(self) -> Message:
        """The turn as it stands in the conversation from now on."""
        return Message("assistant", self.text, self.tool_calls, opaque=self.opaque)
