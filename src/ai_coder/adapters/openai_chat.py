"""The dialect of `/v1/chat/completions`, which nearly every endpoint speaks.

Source: https://platform.openai.com/docs/api-reference/chat
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ai_coder.adapters.openai_answer import Json, arguments_of, bad, count, objects, text_of
from ai_coder.domain.chat import Finish, Message, Prompt, Reply, ToolCall, Usage
from ai_coder.settings import ModelSettings

if TYPE_CHECKING:
    from openai import OpenAI

_FINISHES = {
    "": Finish.STOP,  # several servers leave it out; the JSON is whole, so the text is
    "stop": Finish.STOP,
    "eos": Finish.STOP,
    "tool_calls": Finish.STOP,
    "function_call": Finish.STOP,
    "length": Finish.LENGTH,
    "max_tokens": Finish.LENGTH,
    "content_filter": Finish.REFUSED,
}


class ChatDialect:
    """`Prompt` -> request, answer -> `Reply`."""

    name = "chat"
    route = "/chat/completions"

    def method(self, client: "OpenAI") -> Callable[..., Any]:
        """The SDK's way to send it, with the answer left as it came."""
        return client.chat.completions.with_raw_response.create

    def request(self, prompt: Prompt, settings: ModelSettings) -> Json:
        """The body to send."""
        body: Json = {"model": settings.model, "messages": [_message(message) for message in prompt.messages]}
        if prompt.tools:
            body["tools"] = [
                {
                    "type": "function",
                    "function": {
                        "name": tool.name,
                        "description": tool.description,
                        "parameters": json.loads(tool.parameters_json),
                    },
                }
                for tool in prompt.tools
            ]
        if settings.reasoning_effort:
            body["reasoning_effort"] = settings.reasoning_effort
        return body

    def usage(self, answer: Json) -> Usage:
        """What the endpoint counted; the calls are counted by the caller."""
        return Usage(
            count(answer, "usage", "prompt_tokens"),
            count(answer, "usage", "completion_tokens"),
            count(answer, "usage", "prompt_tokens_details", "cached_tokens"),
        )

    def reply(self, answer: Json) -> Reply:
        """The assistant's turn. Raises: BadAnswer."""
        choices = objects(answer.get("choices"))
        if not choices:
            raise bad("no choice in it")
        message = choices[0].get("message")
        if not isinstance(message, dict):
            raise bad("no message in its choice")
        reason = choices[0].get("finish_reason") or ""
        finish = _FINISHES.get(reason) if isinstance(reason, str) else None
        if finish is None:
            raise bad(f"the unknown finish reason {str(reason)[:40]!r}")
        if refusal := text_of(message.get("refusal")):
            return Reply(refusal, Finish.REFUSED, model=text_of(answer.get("model")))
        calls = tuple(_call(n, call) for n, call in enumerate(objects(message.get("tool_calls"))))
        if message.get("content") is None and not calls and finish is Finish.STOP:
            raise bad("neither text nor a tool call in it")
        return Reply(text_of(message.get("content")), finish, model=text_of(answer.get("model")), tool_calls=calls)


def _message(message: Message) -> Json:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id, "content": message.text}
    if not message.tool_calls:
        return {"role": message.role, "content": message.text}
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in message.tool_calls
    ]
    return {"role": message.role, "content": message.text or None, "tool_calls": calls}


def _call(number: int, call: Json) -> ToolCall:
    function = call.get("function")
    if not isinstance(function, dict) or not text_of(function.get("name")):
        raise bad("a tool call without a name")
    return ToolCall(
        text_of(call.get("id")) or f"call_{number}", function["name"], arguments_of(function.get("arguments"))
    )
