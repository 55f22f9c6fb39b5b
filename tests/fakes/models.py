"""A model in memory, and the same script for the servers that speak on a wire."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from ai_coder.domain.chat import Finish, Prompt, Reply
from ai_coder.errors import ModelError
from ai_coder.loopback import Answer, Request
from ai_coder.loopback.model import Call, Say
from ai_coder.loopback.model_script import Ending

_ENDINGS: dict[Finish, Ending] = {Finish.STOP: "stop", Finish.LENGTH: "length", Finish.REFUSED: "content_filter"}


@dataclass
class ScriptedModel:
    """Port `ChatModel`: says the given replies in order and remembers what it was asked."""

    replies: list[Reply | str]
    asked: list[Prompt] = field(default_factory=list)

    def complete(self, prompt: Prompt) -> Reply:
        """The next reply. Raises: ModelError when the script is at its end."""
        if len(self.asked) == len(self.replies):
            raise ModelError("the script has nothing left to say")
        said = self.replies[len(self.asked)]
        self.asked.append(prompt)
        reply = Reply(said) if isinstance(said, str) else said
        return replace(reply, usage=replace(reply.usage, calls=reply.usage.calls or 1), model=reply.model or "scripted")


def says(replies: Iterable[Reply]) -> list[Say]:
    """The script for our own server."""
    return [
        Say(
            reply.text,
            [Call(call.name, call.arguments, call.id) for call in reply.tool_calls],
            _ENDINGS[reply.finish],
            reply.usage.input_tokens,
            reply.usage.output_tokens,
            reply.usage.cached_input_tokens,
            reasoning=reply.opaque,
        )
        for reply in replies
    ]


def aimock_responses(replies: Iterable[Reply]) -> list[dict[str, object]]:
    """The script for aimock, to go through `fakes.peers.turns`."""
    return [_aimock_response(reply) for reply in replies]


def _aimock_response(reply: Reply) -> dict[str, object]:
    calls = [{"name": call.name, "arguments": json.loads(call.arguments)} for call in reply.tool_calls]
    said: dict[str, object] = {"content": reply.text} if reply.text else {}
    if calls:
        said["toolCalls"] = calls
    said["usage"] = {"prompt_tokens": reply.usage.input_tokens, "completion_tokens": reply.usage.output_tokens}
    return said | ({"finishReason": _ENDINGS[reply.finish]} if reply.finish is not Finish.STOP else {})


def first(*answers: Answer) -> Callable[[Request], Answer | None]:
    """An interceptor that gives these answers, one a request, before the script speaks."""
    left = iter(answers)
    return lambda _: next(left, None)
