"""The dialect of `/v1/responses`, which OpenAI and Azure speak.

Source: https://platform.openai.com/docs/api-reference/responses
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ai_coder.adapters.openai_answer import Json, arguments_of, bad, count, error_words, objects, text_of
from ai_coder.domain.chat import Finish, Message, Prompt, Reply, ToolCall, Usage
from ai_coder.settings import ModelSettings

if TYPE_CHECKING:
    from openai import OpenAI

_REASONING = "reasoning.encrypted_content"


@dataclass(frozen=True, slots=True)
class ResponsesDialect:
    """`Prompt` -> request, answer -> `Reply`. Nothing is kept at the endpoint: the conversation travels."""

    keeps_reasoning: bool = True
    """Whether the model's reasoning is asked for, encrypted, to travel too; some models cannot."""
    name = "responses"
    route = "/responses"

    def method(self, client: "OpenAI") -> Callable[..., Any]:
        """The SDK's way to send it, with the answer left as it came."""
        return client.responses.with_raw_response.create

    def request(self, prompt: Prompt, settings: ModelSettings) -> Json:
        """The body to send."""
        items = [item for message in prompt.messages for item in _items(message)]
        body: Json = {"model": settings.model, "input": items, "store": False}
        if self.keeps_reasoning:
            body["include"] = [_REASONING]
        if prompt.tools:
            body["tools"] = [
                {
                    "type": "function",
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": json.loads(tool.parameters_json),
                    "strict": False,
                }
                for tool in prompt.tools
            ]
        if settings.reasoning_effort:
            body["reasoning"] = {"effort": settings.reasoning_effort}
        return body

    def usage(self, answer: Json) -> Usage:
        """What the endpoint counted; the calls are counted by the caller."""
        return Usage(
            count(answer, "usage", "input_tokens"),
            count(answer, "usage", "output_tokens"),
            count(answer, "usage", "input_tokens_details", "cached_tokens"),
        )

    def reply(self, answer: Json) -> Reply:
        """The assistant's turn. Raises: BadAnswer."""
        if not isinstance(answer.get("output"), list):
            raise bad("no output in it")
        output, finish = objects(answer["output"]), _finish(answer)
        model = text_of(answer.get("model"))
        parts = [part for item in output if item.get("type") == "message" for part in objects(item.get("content"))]
        if refusal := "".join(text_of(part.get("refusal")) for part in parts):
            return Reply(refusal, Finish.REFUSED, model=model)
        calls = tuple(_call(n, item) for n, item in enumerate(output) if item.get("type") == "function_call")
        if not parts and not calls and finish is Finish.STOP:
            raise bad("neither text nor a tool call in it")
        return Reply(text_of(parts), finish, model=model, tool_calls=calls, opaque=_opaque(output))


def _finish(answer: Json) -> Finish:
    status = answer.get("status") or "completed"  # some servers leave it out
    if status == "completed":
        return Finish.STOP
    if status == "incomplete":
        details = answer.get("incomplete_details")
        is_filtered = isinstance(details, dict) and details.get("reason") == "content_filter"
        return Finish.REFUSED if is_filtered else Finish.LENGTH
    words = error_words(answer) if status == "failed" else "no answer yet"
    raise bad(f"the response status {str(status)[:40]!r} ({words})")


def _call(number: int, item: Json) -> ToolCall:
    if not text_of(item.get("name")):
        raise bad("a tool call without a name")
    call_id = text_of(item.get("call_id")) or text_of(item.get("id")) or f"call_{number}"
    return ToolCall(call_id, item["name"], arguments_of(item.get("arguments")))


def _opaque(output: list[Json]) -> str:
    """The turn as it came, where reasoning is in it that can travel; empty where our own words say it all."""
    reasoning = [item for item in output if item.get("type") == "reasoning"]
    travels = bool(reasoning) and all(item.get("encrypted_content") for item in reasoning)
    return json.dumps(output) if travels else ""


def _items(message: Message) -> Iterator[Json]:
    if message.role == "tool":
        yield {"type": "function_call_output", "call_id": message.call_id, "output": message.text}
        return
    if message.opaque:
        yield from json.loads(message.opaque)
        return
    if message.text or not message.tool_calls:
        yield {"role": message.role, "content": message.text}
    for call in message.tool_calls:
        yield {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments}
