"""What a scripted model says: `Say` -> the bodies of both APIs, as OpenAI's own types have them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ai_coder.loopback.http import Json, Request

CREATED = 1_767_225_600
"""Every answer is of this moment: the same script gives the same bytes."""
Ending = Literal["stop", "length", "content_filter", "refusal"]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call. Arguments that are text are sent as they are, well-formed or not."""

    name: str
    arguments: Mapping[str, object] | str = field(default_factory=dict)
    id: str = ""
    """Empty is numbered."""

    @property
    def json(self) -> str:
        """The arguments as they are sent."""
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)


@dataclass(frozen=True, slots=True)
class Say:
    """One turn of the model."""

    text: str = ""
    calls: Sequence[Call] = ()
    ending: Ending = "stop"
    """`refusal`: the text is the model's own refusal."""
    input_tokens: int | None = None
    """None is counted roughly, four characters a token."""
    output_tokens: int | None = None
    cached_tokens: int = 0
    reasoning: str = ""
    """Encrypted reasoning that comes along, where the client asks for it (responses only)."""


Speaker = Callable[[Request], Say | str]
"""A model that looks at what it is asked."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said, in answer to what, as the n-th answer of the server."""

    say: Say
    asked: Json
    number: int
    prompt_chars: int

    @property
    def chat(self) -> Json:
        """The body of `/v1/chat/completions`."""
        say = self.say
        is_refusal = say.ending == "refusal"
        message: Json = {
            "role": "assistant",
            "content": None if is_refusal or (say.calls and not say.text) else say.text,
            "refusal": say.text if is_refusal else None,
        }
        if say.calls:
            message["tool_calls"] = [
                {"id": id_, "type": "function", "function": {"name": call.name, "arguments": call.json}}
                for id_, call in self._calls
            ]
        reason = "tool_calls" if say.calls and say.ending == "stop" else "stop" if is_refusal else say.ending
        into, out = self._tokens
        return {
            "id": f"chatcmpl-{self.number}",
            "object": "chat.completion",
            "created": CREATED,
            "model": self._model,
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": reason}],
            "usage": {
                "prompt_tokens": into,
                "completion_tokens": out,
                "total_tokens": into + out,
                "prompt_tokens_details": {"cached_tokens": say.cached_tokens},
                "completion_tokens_details": {"reasoning_tokens": 0},
            },
        }

    @property
    def response(self) -> Json:
        """The body of `/v1/responses`."""
        say = self.say
        reason = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(say.ending)
        into, out = self._tokens
        return {
            "id": f"resp_{self.number}",
            "object": "response",
            "created_at": CREATED,
            "status": "incomplete" if reason else "completed",
            "error": None,
            "incomplete_details": {"reason": reason} if reason else None,
            "instructions": None,
            "metadata": {},
            "model": self._model,
            "output": list(self._output()),
            "parallel_tool_calls": True,
            "temperature": 1.0,
            "tool_choice": "auto",
            "tools": self.asked.get("tools", []),
            "top_p": 1.0,
            "usage": {
                "input_tokens": into,
                "input_tokens_details": {"cached_tokens": say.cached_tokens, "cache_write_tokens": 0},
                "output_tokens": out,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": into + out,
            },
        }

    def _output(self) -> Sequence[Json]:
        say, items = self.say, list[Json]()
        if say.reasoning:
            is_asked = "reasoning.encrypted_content" in self.asked.get("include", [])
            thought: Json = {"id": f"rs_{self.number}", "type": "reasoning", "summary": []}
            items.append(thought | ({"encrypted_content": say.reasoning} if is_asked else {}))
        if say.text or not say.calls:
            part: Json = {"type": "output_text", "text": say.text, "annotations": []}
            if say.ending == "refusal":
                part = {"type": "refusal", "refusal": say.text}
            status = "completed" if say.ending in {"stop", "refusal"} else "incomplete"
            message = {"id": f"msg_{self.number}", "type": "message", "role": "assistant"}
            items.append(message | {"status": status, "content": [part]})
        for id_, call in self._calls:
            named = {"id": f"fc_{id_}", "type": "function_call", "status": "completed"}
            items.append(named | {"call_id": id_, "name": call.name, "arguments": call.json})
        return items

    @property
    def _calls(self) -> Sequence[tuple[str, Call]]:
        return [(call.id or f"call_{self.number}_{n}", call) for n, call in enumerate(self.say.calls)]

    @property
    def _model(self) -> str:
        return str(self.asked.get("model", ""))

    @property
    def _tokens(self) -> tuple[int, int]:
        say = self.say
        said = len(say.text) + sum(len(call.json) for call in say.calls)
        into = say.input_tokens if say.input_tokens is not None else self.prompt_chars // 4
        return into, say.output_tokens if say.output_tokens is not None else said // 4
