"""`api: auto`: which of the two APIs is spoken, and when the other is tried."""

import pytest

from ai_coder.adapters.openai_client import OpenAiModel
from ai_coder.domain.chat import Message, Prompt, ToolSpec
from ai_coder.errors import ModelError, ToolsRefused
from ai_coder.loopback import Answer
from ai_coder.loopback.model import ModelServer
from ai_coder.settings import ModelSettings
from fakes.clock import FakeClock

CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
QUESTION = Prompt((Message("user", "What is in a.py?"),), (ToolSpec("f", "Does it.", "{}"),))
ONLY_THERE = "This model is only supported in v1/responses and not in v1/chat/completions."
NOT_HERE = "Function tools with reasoning_effort are not supported for m in /v1/chat/completions. Use /v1/responses."
ONLY_CHAT = "This model is only supported in v1/chat/completions and not in v1/responses."


def an_error(status, message, **fields):
    """A refusal."""
    return Answer(status, {"error": {"message": message, **fields}})


def a_model(url="", api="auto"):
    """The real adapter."""
    return OpenAiModel(ModelSettings(base_url=url, model="m", api=api), FakeClock(), deadline_s=60)


def refusing(server, path, answer):
    """The server refuses one of its two routes."""
    server.interceptors.append(lambda request: answer if request.path == path else None)


def paths(server):
    """The routes asked, in order."""
    return [one.path for one in server.requests]


@pytest.mark.parametrize(
    ("url", "api", "spoken"),
    [
        ("", "auto", "responses"),
        ("https://api.openai.com/v1", "auto", "responses"),
        ("https://eu.api.openai.com/v1", "auto", "responses"),
        ("https://mine.openai.azure.com/openai/v1/", "auto", "responses"),
        ("https://mine.openai.azure.com/openai/v1/", "chat", "chat"),
        ("", "chat", "chat"),
        ("https://openrouter.ai/api/v1", "auto", "chat"),
        ("http://127.0.0.1:11434/v1", "auto", "chat"),
        ("http://127.0.0.1:11434/v1", "responses", "responses"),
        ("https://api.openai.com.evil.example/v1", "auto", "chat"),
        ("https://notapi.openai.com.example/v1", "auto", "chat"),
    ],
)
def test_what_is_spoken_first(url, api, spoken):
    """OpenAI and Azure speak responses, all others chat; a choice of the user's own stands."""
    assert a_model(url, api)._dialect.name == spoken


@pytest.mark.parametrize(
    "answer",
    [
        an_error(400, NOT_HERE),
        an_error(404, ONLY_THERE, code="model_not_found"),
        Answer(404, b"404 page not found"),
        Answer(404, {"detail": "Not Found"}),
        Answer(405),
    ],
)
def test_the_other_api_is_tried_once(answer):
    """An endpoint that names the other API, or lacks this one, is spoken to in the other from then on."""
    with ModelServer(["One.", "Two."]) as server:
        refusing(server, CHAT, answer)
        model = a_model(server.url)

        replies = [model.complete(QUESTION), model.complete(QUESTION)]

        assert [reply.text for reply in replies] == ["One.", "Two."]
        assert [reply.usage.calls for reply in replies] == [2, 1]
        assert paths(server) == [CHAT, RESPONSES, RESPONSES]


def test_back_to_chat():
    """The change goes both ways, and what the other API left in the conversation does no harm."""
    with ModelServer(["One."]) as server:
        refusing(server, RESPONSES, an_error(404, ONLY_CHAT))
        model = a_model(server.url, "auto")
        model._dialect = a_model()._dialect

        assert model.complete(QUESTION.then(Message("assistant", "Hm.", opaque="[]"))).text == "One."
        assert server.asked[-1]["messages"][-1] == {"role": "assistant", "content": "Hm."}


@pytest.mark.parametrize(
    "answer",
    [
        an_error(404, "The model `m` does not exist", code="model_not_found"),
        an_error(400, "Messages have to alternate."),
        Answer(401),
        Answer(429, {"error": {"code": "insufficient_quota"}}),
    ],
)
def test_other_refusals_stay(answer):
    """A wrong model, request or key is no better in the other API."""
    with ModelServer(["One."]) as server:
        refusing(server, CHAT, answer)

        with pytest.raises(ModelError):
            a_model(server.url).complete(QUESTION)
        assert paths(server) == [CHAT]


def test_an_endpoint_with_neither():
    """Where both are missing, the sentence is about the first, and the hint about the address."""
    with ModelServer() as server:
        with pytest.raises(ModelError, match="has no /chat/completions") as caught:
            a_model(f"{server.url}/wrong").complete(QUESTION)
        assert "openai_base_url" in caught.value.hint
        assert len(server.requests) == 2


def test_a_choice_is_not_changed():
    """Who sets `api: chat` gets chat, and is told when the endpoint wants the other."""
    with ModelServer(["One."]) as server:
        refusing(server, CHAT, an_error(400, NOT_HERE))

        with pytest.raises(ToolsRefused, match=r"Use /v1/responses"):
            a_model(server.url, "chat").complete(QUESTION)
        assert paths(server) == [CHAT]


def test_reasoning_that_cannot_travel():
    """A model that cannot hand out its reasoning is asked again without it, once and for all."""
    with ModelServer(["One.", "Two."]) as server:
        refused = an_error(400, "Encrypted content is not supported with this model.", param="include")
        server.interceptors.append(lambda request: refused if "include" in request.body else None)
        model = a_model(server.url, "responses")

        assert [model.complete(QUESTION).text, model.complete(QUESTION).text] == ["One.", "Two."]
        assert ["include" in body for body in server.asked] == [True, False, False]
