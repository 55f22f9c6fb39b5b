"""Answers of status 200, good and bad."""

import json

import pytest

from ai_coder.adapters.openai_answer import error_fields
from ai_coder.adapters.openai_client import open_model
from ai_coder.domain.chat import Finish, Message, Prompt, Usage
from ai_coder.errors import BadAnswer
from ai_coder.loopback import Answer
from ai_coder.loopback.model import Call, ModelServer, Say
from ai_coder.settings import ModelSettings, Secret
from fakes.clock import FakeClock
from fakes.models import first

QUESTION = Prompt((Message("user", "What is in a.py?"),))
PAGE = b"<!doctype html><html><body>Welcome</body></html>"
USAGE = {"prompt_tokens": 7, "completion_tokens": 5, "input_tokens": 7, "output_tokens": 5}


def a_model(url, api, key=""):
    """The real adapter."""
    return open_model(ModelSettings(Secret(key), url, "m", api), FakeClock(), deadline_s=60)


def complete(api, *bodies, then=("Good.",)):
    """What the adapter makes of these bodies, and how often it asked."""
    with ModelServer(then) as server:
        server.interceptors.append(first(*(Answer(200, body) for body in bodies)))
        try:
            return a_model(server.url, api).complete(QUESTION), len(server.requests)
        except BadAnswer as error:
            return error, len(server.requests)


def a_choice(message, reason="stop"):
    """A chat answer."""
    return {"choices": [{"message": message, "finish_reason": reason}], "usage": USAGE}


def an_output(*items, status="completed", **fields):
    """An answer of the responses API."""
    return {"output": list(items), "status": status, "usage": USAGE, **fields}


def a_message(text):
    """An output item that speaks."""
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}


BAD: list[tuple[object, str]] = [
    (None, "an empty body"),
    (PAGE, "a web page instead of JSON"),
    (b'data: {"choices": []}\n\n', "an event stream that nobody asked for"),
    (b'{"choices": [{"message": {"content": "Goo', "JSON that breaks off or is malformed"),
    (b"[" * 100_000, "JSON that breaks off or is malformed"),
    ([], "JSON that is no object"),
    ("Good.", "JSON that is no object"),
    ({"error": {"message": "overloaded", "code": 502}}, "an error: overloaded"),
    ({"error": "Unexpected endpoint or method. (POST /v1/x)"}, "an error: Unexpected endpoint or method. (POST /v1/x)"),
]
BAD_CHAT: list[tuple[object, str]] = [
    ({}, "no choice in it"),
    ({"choices": None}, "no choice in it"),
    ({"choices": []}, "no choice in it"),
    ({"choices": ["Good."]}, "no choice in it"),
    ({"choices": [{"finish_reason": "stop"}]}, "no message in its choice"),
    (a_choice("Good."), "no message in its choice"),
    (a_choice({"content": None}), "neither text nor a tool call in it"),
    (a_choice({"content": None, "tool_calls": []}), "neither text nor a tool call in it"),
    (a_choice({"content": "Goo"}, "abort"), "the unknown finish reason 'abort'"),
    (a_choice({"content": "Goo"}, {"is": "odd"}), "the unknown finish reason \"{'is': 'odd'}\""),
    (a_choice({"tool_calls": [{"id": "1", "function": {"arguments": "{}"}}]}), "a tool call without a name"),
    (a_choice({"tool_calls": [{"id": "1", "type": "function"}]}), "a tool call without a name"),
]
BAD_RESPONSES: list[tuple[object, str]] = [
    ({}, "no output in it"),
    ({"output": None}, "no output in it"),
    (an_output(), "neither text nor a tool call in it"),
    (an_output({"type": "reasoning", "summary": []}), "neither text nor a tool call in it"),
    (an_output({"type": "function_call", "arguments": "{}"}), "a tool call without a name"),
    (an_output(status="queued"), "the response status 'queued' (no answer yet)"),
    (an_output(status="failed", output=None), "no output in it"),
]
CASES = [(api, *case) for api in ("chat", "responses") for case in BAD]
CASES += [("chat", *case) for case in BAD_CHAT] + [("responses", *case) for case in BAD_RESPONSES]


@pytest.mark.parametrize(("api", "body", "what"), CASES)
def test_a_bad_answer_is_one_sentence(api, body, what):
    """What is no answer is asked for once more, and then is a failure in one sentence."""
    error, asked = complete(api, body, body)

    assert str(error) == f"the model's endpoint answered with status 200 and {what}"
    assert "openai_base_url" in error.hint
    assert asked == 2


@pytest.mark.parametrize(("api", "body"), [(api, body) for api, body, _ in CASES])
def test_the_second_answer_counts(api, body):
    """A good answer after a bad one is the answer, and both calls are counted."""
    reply, asked = complete(api, body)

    assert (reply.text, reply.usage.calls, asked) == ("Good.", 2, 2)


@pytest.mark.parametrize(
    ("api", "body"), [("chat", a_choice({"content": None})), ("responses", an_output(status="queued"))]
)
def test_a_bad_answer_costs_too(api, body):
    """Tokens that the endpoint counted for a bad answer are part of the bill."""
    reply, _ = complete(api, body, then=[Say("Good.", input_tokens=10, output_tokens=2)])

    assert reply.usage == Usage(17, 7, calls=2)


def test_an_error_does_not_tell_the_key():
    """A key that the endpoint repeats in its words is not in ours."""
    with ModelServer() as server:
        said = Answer(200, {"error": "no such key: sk-very-secret"})
        server.interceptors.append(first(said, said))
        with pytest.raises(BadAnswer, match=r"no such key: \*\*\*$"):
            a_model(server.url, "chat", "sk-very-secret").complete(QUESTION)


@pytest.mark.parametrize(
    ("api", "body", "text", "finish"),
    [
        ("chat", a_choice({"content": "Goo"}, "length"), "Goo", Finish.LENGTH),
        ("chat", a_choice({"content": None}, "length"), "", Finish.LENGTH),
        ("chat", a_choice({"content": None}, "content_filter"), "", Finish.REFUSED),
        ("chat", a_choice({"content": None, "refusal": "I can't."}), "I can't.", Finish.REFUSED),
        ("chat", a_choice({"content": "Good."}, None), "Good.", Finish.STOP),
        ("chat", a_choice({"content": ""}), "", Finish.STOP),
        ("chat", a_choice({"content": [{"type": "text", "text": "Go"}, {"text": "od."}]}), "Good.", Finish.STOP),
        ("responses", an_output(a_message("Go"), a_message("od.")), "Good.", Finish.STOP),
        ("responses", an_output(a_message("Good."), status=None), "Good.", Finish.STOP),
        ("responses", an_output(a_message("Goo"), status="incomplete"), "Goo", Finish.LENGTH),
        (
            "responses",
            an_output(status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
            "",
            Finish.LENGTH,
        ),
        (
            "responses",
            an_output(status="incomplete", incomplete_details={"reason": "content_filter"}),
            "",
            Finish.REFUSED,
        ),
        (
            "responses",
            an_output({"type": "message", "content": [{"type": "refusal", "refusal": "I can't."}]}),
            "I can't.",
            Finish.REFUSED,
        ),
    ],
)
def test_how_an_answer_ends(api, body, text, finish):
    """Cut off, filtered and declined are ends of their own; what servers leave out is not missed."""
    reply, asked = complete(api, body)

    assert (reply.text, reply.finish, asked) == (text, finish, 1)


def test_half_a_character_is_none():
    """Text can be written and sent again, whatever the endpoint has cut in two; whole characters stay."""
    reply, _ = complete("chat", b'{"choices": [{"message": {"content": "\\ud83d\\ude00 \\ud83d \\u00e9"}}]}')

    assert reply.text == "\U0001f600 ? \u00e9"


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_usage_has_its_details(api):
    """Tokens in, tokens out, and what of the first came from the endpoint's cache."""
    with ModelServer([Say("Good.", input_tokens=900, output_tokens=40, cached_tokens=800)]) as server:
        assert a_model(server.url, api).complete(QUESTION).usage == Usage(900, 40, 800, 1)


@pytest.mark.parametrize(
    "usage", [None, [], {}, {"prompt_tokens": "7"}, {"prompt_tokens": -7}, {"prompt_tokens": None}]
)
def test_odd_usage_is_no_usage(usage):
    """Where the endpoint counts nothing, or nonsense, nothing is counted."""
    reply, _ = complete("chat", {**a_choice({"content": "Good."}), "usage": usage})

    assert reply.usage == Usage(calls=1)


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("arguments", ['{"path": "a.py"', "", "[1]", "no JSON"])
def test_malformed_arguments_pass(api, arguments):
    """A call's arguments are the model's own words: whoever runs the tool answers them."""
    with ModelServer([Say(calls=[Call("read_file", arguments)])]) as server:
        [call] = a_model(server.url, api).complete(QUESTION).tool_calls

    assert (call.name, call.arguments) == ("read_file", arguments)


def test_what_servers_leave_out_of_a_call():
    """A call without an id is given one; arguments that are no text become JSON."""
    calls = [{"function": {"name": "f", "arguments": {"a": 1}}}, {"id": "", "function": {"name": "g"}}]
    reply, _ = complete("chat", a_choice({"content": None, "tool_calls": calls}))

    assert [(call.id, call.name, call.arguments) for call in reply.tool_calls] == [
        ("call_0", "f", '{"a": 1}'),
        ("call_1", "g", "{}"),
    ]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"error": {"message": "No.", "code": "gone", "type": "t"}}, ("gone t", "No.")),
        ({"error": {"message": "No.", "code": 404}}, ("", "No.")),
        ({"error": "No."}, ("", "No.")),
        ([{"error": {"message": "No."}}], ("", "No.")),
        ({"message": "No.", "code": "gone"}, ("gone", "No.")),
        ({"detail": "Not Found"}, ("", "Not Found")),
        ({"detail": [{"msg": "a"}, {"msg": "b"}]}, ("", "a; b")),
        ({}, ("", "no reason given")),
        (7, ("", "")),
    ],
)
def test_shapes_of_an_error(body, fields):
    """Endpoints word their errors in many shapes; all of them are read."""
    assert error_fields(json.dumps(body)) == fields


def test_an_error_that_is_no_json():
    """Plain words are taken as they are, a page is not, and nothing long is quoted whole."""
    assert error_fields("404 page\n not found") == ("", "404 page not found")
    assert error_fields(PAGE.decode()) == ("", "")
    assert len(error_fields("long " * 1000)[1]) < 310
