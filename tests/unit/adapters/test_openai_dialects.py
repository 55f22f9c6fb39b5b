"""What is sent, held against OpenAI's own types, and what of a turn travels back."""

import json
from collections.abc import Iterable, Mapping

import pydantic
import pytest
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming

from ai_coder.adapters.openai_client import open_model
from ai_coder.adapters.openai_responses import ResponsesDialect
from ai_coder.domain.chat import Message, Prompt, ToolCall, ToolSpec
from ai_coder.loopback.model import Call, ModelServer, Say
from ai_coder.settings import ModelSettings
from fakes.clock import FakeClock

SHAPES = {
    "chat": pydantic.TypeAdapter(CompletionCreateParamsNonStreaming),
    "responses": pydantic.TypeAdapter(ResponseCreateParamsNonStreaming),
}
SCHEMA = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
READ = ToolSpec("read_file", "The text of a file.", json.dumps(SCHEMA))
CALLS = (ToolCall("call_a", "read_file", '{"path": "a.py"}'), ToolCall("call_b", "read_file", "no JSON"))
TALK = Prompt(
    (
        Message("system", "You change files."),
        Message("user", "What is in a.py and b.py?"),
        Message("assistant", "", CALLS),
        Message("tool", "print('hi')", call_id="call_a"),
        Message("tool", "The arguments are no JSON.", call_id="call_b"),
        Message("assistant", "One greeting.", (ToolCall("call_c", "read_file", "{}"),)),
        Message("tool", "", call_id="call_c"),
        Message("assistant", "Nothing else."),
        Message("user", "Thanks."),
    ),
    (READ,),
)
CHAT = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "You change files."},
        {"role": "user", "content": "What is in a.py and b.py?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "call_a",
                    "type": "function",
                    "function": {"name": "read_file", "arguments": '{"path": "a.py"}'},
                },
                {"id": "call_b", "type": "function", "function": {"name": "read_file", "arguments": "no JSON"}},
            ],
        },
        {"role": "tool", "tool_call_id": "call_a", "content": "print('hi')"},
        {"role": "tool", "tool_call_id": "call_b", "content": "The arguments are no JSON."},
        {
            "role": "assistant",
            "content": "One greeting.",
            "tool_calls": [{"id": "call_c", "type": "function", "function": {"name": "read_file", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "call_c", "content": ""},
        {"role": "assistant", "content": "Nothing else."},
        {"role": "user", "content": "Thanks."},
    ],
    "tools": [
        {
            "type": "function",
            "function": {"name": "read_file", "description": "The text of a file.", "parameters": SCHEMA},
        }
    ],
}
RESPONSES = {
    "model": "m",
    "store": False,
    "include": ["reasoning.encrypted_content"],
    "input": [
        {"role": "system", "content": "You change files."},
        {"role": "user", "content": "What is in a.py and b.py?"},
        {"type": "function_call", "call_id": "call_a", "name": "read_file", "arguments": '{"path": "a.py"}'},
        {"type": "function_call", "call_id": "call_b", "name": "read_file", "arguments": "no JSON"},
        {"type": "function_call_output", "call_id": "call_a", "output": "print('hi')"},
        {"type": "function_call_output", "call_id": "call_b", "output": "The arguments are no JSON."},
        {"role": "assistant", "content": "One greeting."},
        {"type": "function_call", "call_id": "call_c", "name": "read_file", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_c", "output": ""},
        {"role": "assistant", "content": "Nothing else."},
        {"role": "user", "content": "Thanks."},
    ],
    "tools": [
        {
            "type": "function",
            "name": "read_file",
            "description": "The text of a file.",
            "parameters": SCHEMA,
            "strict": False,
        }
    ],
}


def a_model(server, api, effort=""):
    """The real adapter."""
    return open_model(ModelSettings(base_url=server.url, model="m", api=api, reasoning_effort=effort), FakeClock(), 60)


def read_whole(value):
    """Every part of a value that pydantic checks only when it is looked at. Raises: ValidationError."""
    if isinstance(value, Mapping):
        return {name: read_whole(part) for name, part in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [read_whole(part) for part in value]
    return value


@pytest.mark.parametrize(("api", "body"), [("chat", CHAT), ("responses", RESPONSES)])
def test_what_is_sent(api, body):
    """A conversation with tools is sent as OpenAI's types have it, and nothing beside it."""
    with ModelServer(["You're welcome."]) as server:
        a_model(server, api).complete(TALK)

        assert server.asked == [body]
    assert read_whole(SHAPES[api].validate_python(body)) == body


@pytest.mark.parametrize(
    ("api", "body"),
    [
        ("chat", CHAT | {"messages": [{"role": "tool", "content": "1"}]}),
        ("chat", CHAT | {"tools": [{"type": "function", "function": {}}]}),
        ("responses", RESPONSES | {"input": [{"type": "function_call", "name": "f"}]}),
        ("responses", RESPONSES | {"include": ["all"]}),
    ],
)
def test_the_types_are_strict(api, body):
    """A field that is missing deep inside does not pass, so that what passes says something."""
    with pytest.raises(pydantic.ValidationError):
        read_whole(SHAPES[api].validate_python(body))


@pytest.mark.parametrize(
    ("api", "field", "value"), [("chat", "reasoning_effort", "low"), ("responses", "reasoning", {"effort": "low"})]
)
def test_effort_is_sent_when_it_is_set(api, field, value):
    """Reasoning effort has its place in each API, and none where it is not set."""
    with ModelServer(["One.", "Two."]) as server:
        a_model(server, api, "low").complete(TALK)
        a_model(server, api).complete(TALK)

        assert [body.get(field) for body in server.asked] == [value, None]
        read_whole(SHAPES[api].validate_python(server.asked[0]))


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_prompt_without_tools_names_none(api):
    """Endpoints that know no tools are not told of any."""
    with ModelServer(["Good."]) as server:
        a_model(server, api).complete(Prompt(TALK.messages[:2]))

        assert "tools" not in server.asked[0]


def test_reasoning_travels_back_unread():
    """Encrypted reasoning goes back where it stood, with the turn as it came, and chat does not see it."""
    thinking = Say("I look.", [Call("read_file", {"path": "a.py"}, "call_a")], reasoning="gAAAA=")
    with ModelServer([thinking, "Good.", "Good."]) as server:
        model = a_model(server, "responses")
        reply = model.complete(TALK)
        talk = TALK.then(reply.message, Message("tool", "print('hi')", call_id="call_a"))
        model.complete(talk)
        a_model(server, "chat").complete(talk)

        [_, travelled, chat] = server.asked
    came, result = travelled["input"][-4:-1], travelled["input"][-1]
    assert [item["type"] for item in came] == ["reasoning", "message", "function_call"]
    assert came[0]["encrypted_content"] == "gAAAA="
    assert came == json.loads(reply.opaque)
    assert result == {"type": "function_call_output", "call_id": "call_a", "output": "print('hi')"}
    assert "gAAAA=" not in json.dumps(chat)
    read_whole(SHAPES["responses"].validate_python(travelled))


def test_reasoning_that_is_not_encrypted_stays():
    """Reasoning without its content cannot travel: our own words of the turn go back instead."""
    text = {"type": "message", "content": [{"type": "output_text", "text": "Good."}]}
    said = {"status": "completed", "output": [{"type": "reasoning", "id": "rs_1", "summary": []}, text]}
    dialect = ResponsesDialect()

    reply = dialect.reply(said)
    body = dialect.request(Prompt((reply.message,)), ModelSettings(model="m"))

    assert body["input"] == [{"role": "assistant", "content": "Good."}]


def test_the_length_of_a_prompt_counts_tools():
    """What the model reads of tools and their calls is part of the prompt's length; what is opaque is not."""
    message = Message("assistant", "1234", (ToolCall("call_a", "12", "123"),), opaque="12345678")

    assert Prompt((message,), (ToolSpec("1", "12", "{}"),)).chars == 4 + 5 + 5
