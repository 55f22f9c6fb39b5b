"""A real, small model at the other end of the wire, where it is installed."""

import pytest

from ai_coder.adapters.openai_client import open_model
from ai_coder.domain.chat import Finish, Message, Prompt
from ai_coder.errors import PromptTooLong
from ai_coder.loopback.small_model import SmallModel, missing
from ai_coder.settings import ModelSettings
from fakes.clock import FakeClock

pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())} (`make demo-model` does it)"),
]
QUESTION = Prompt((Message("system", "You are terse."), Message("user", "Say hello to Ada.")))


@pytest.fixture(name="server", scope="module")
def _server():
    with SmallModel(context_tokens=512) as server:
        yield server


def a_model(server, api):
    """The real adapter over the real model."""
    return open_model(ModelSettings(base_url=server.url, model=server.name, api=api), FakeClock(), deadline_s=100)


@pytest.mark.parametrize("api", ["auto", "chat", "responses"])
def test_a_real_model_answers(server, api):
    """A server that nobody here wrote gives a whole turn, and counts it."""
    reply = a_model(server, api).complete(QUESTION)

    assert reply.text.strip()
    assert reply.finish is Finish.STOP
    assert reply.usage.input_tokens > 10
    assert reply.usage.output_tokens > 0
    assert (reply.usage.calls, reply.model) == (1, server.name)


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_real_context_is_full(server, api):
    """A prompt longer than the context is refused by the server itself, and told in one sentence."""
    long = QUESTION.then(Message("user", "word " * 1_000))

    with pytest.raises(PromptTooLong, match=r"longer than 'SmolLM2-135M' takes .*context size \(512 tokens\)"):
        a_model(server, api).complete(long)


def test_a_real_conversation_goes_on(server):
    """What the model said goes back to it."""
    model = a_model(server, "chat")
    first = model.complete(QUESTION)

    assert model.complete(QUESTION.then(first.message, Message("user", "And to Bob?"))).text.strip()
