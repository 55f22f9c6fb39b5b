"""The embedded model endpoint answers as OpenAI's own types have it, and as badly as it is told to."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import openai
import pytest
from openai.types import Model
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from ai_coder.loopback import Answer
from ai_coder.loopback.model import Call, ModelServer, Say

ROUTES = {"chat": ("/chat/completions", "messages"), "responses": ("/responses", "input")}
QUESTION = [{"role": "user", "content": "What is in a.py?"}]
SAID = [
    Say("Good."),
    Say("I look.", [Call("read_file", {"path": "a.py"})]),
    Say(calls=[Call("read_file", "no JSON", "call_a"), Call("list_files")]),
    Say("Goo", ending="length"),
    Say("", ending="content_filter"),
    Say("I can't.", ending="refusal"),
    Say("Good.", input_tokens=900, output_tokens=40, cached_tokens=800, reasoning="gAAAA="),
]


def ask(server, api, **fields):
    """Status and JSON of what the server answers."""
    route, messages = ROUTES[api]
    body = {"model": "m", messages: QUESTION, **fields}
    request = Request(server.url + route, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.parametrize(("api", "shape"), [("chat", ChatCompletion), ("responses", Response)])
@pytest.mark.parametrize("said", SAID)
def test_answers_have_the_vendors_shape(api, shape, said):
    """Every answer validates strictly against the SDK's types, and holds no field that they do not know."""
    with ModelServer([said]) as server:
        _, body = ask(server, api, include=["reasoning.encrypted_content"])

    read = shape.model_validate(body, strict=True, extra="forbid")
    assert read.model_dump(mode="json", exclude_unset=True) == body


def test_the_model_is_listed():
    """The one model of the endpoint has its entry, in the vendor's shape."""
    with ModelServer(model="tiny") as server, urlopen(f"{server.url}/models", timeout=10) as answer:
        [entry] = json.load(answer)["data"]

    assert Model.model_validate(entry, strict=True, extra="forbid").id == "tiny"


def test_the_vendors_client_reads_it():
    """The SDK reads both APIs, its own convenience properties included."""
    with ModelServer([SAID[1], SAID[1]]) as server, openai.OpenAI(base_url=server.url, api_key="k") as client:
        chat = client.chat.completions.create(model="m", messages=QUESTION)
        response = client.responses.create(model="m", input=QUESTION)

    assert (chat.choices[0].message.content, response.output_text) == ("I look.", "I look.")
    assert chat.choices[0].message.tool_calls[0].function.name == response.output[1].name == "read_file"


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_the_script_is_said_once(api):
    """Replies are said in order; after the last, the endpoint refuses and says why. Every request is remembered."""
    with ModelServer(["One.", "Two."]) as server:
        told = [ask(server, api) for _ in range(3)]

        assert [status for status, _ in told] == [200, 200, 400]
        assert ["One." in json.dumps(body) for _, body in told] == [True, False, False]
        assert told[2][1]["error"]["code"] == "script_ended"
        assert [body["model"] for body in server.asked] == ["m", "m", "m"]


def test_a_speaker_sees_the_request():
    """In place of a script, a function answers what it is asked."""
    with ModelServer(lambda request: f"You said {request.body['messages'][0]['content']}") as server:
        _, body = ask(server, "chat")

    assert body["choices"][0]["message"]["content"] == "You said What is in a.py?"


def test_an_interceptor_comes_first():
    """A fault costs no line of the script."""
    faults = iter([Answer(503, {"error": {"message": "overloaded"}}, {"Retry-After": "1"})])
    with ModelServer(["One."]) as server:
        server.interceptors.append(lambda _: next(faults, None))

        assert [ask(server, "chat")[0], ask(server, "chat")[0]] == [503, 200]
        assert [one.status for one in server.requests] == [503, 200]


@pytest.mark.parametrize(("api", "missing"), [("chat", "messages"), ("responses", "input")])
def test_a_request_must_be_one(api, missing):
    """A request without its model or its conversation is refused, as is a route that is not there."""
    with ModelServer(["One."]) as server:
        assert ask(server, api)[0] == 200

        request = Request(server.url + ROUTES[api][0], b"{}", {"Content-Type": "application/json"})
        with pytest.raises(HTTPError) as caught:
            urlopen(request, timeout=10)
        with caught.value as refused:
            assert (refused.code, missing in refused.read().decode()) == (400, True)
        with pytest.raises(HTTPError) as caught:
            urlopen(f"{server.url}/nowhere", timeout=10)
        with caught.value as refused:
            assert refused.code == 404


def test_reasoning_comes_when_it_is_asked_for():
    """Encrypted reasoning is sent only to who includes it."""
    with ModelServer([SAID[-1], SAID[-1]]) as server:
        bodies = [ask(server, "responses", include=include)[1] for include in ([], ["reasoning.encrypted_content"])]

    assert ["encrypted_content" in body["output"][0] for body in bodies] == [False, True]
