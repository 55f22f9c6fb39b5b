"""What every model does, whatever stands behind the port: one suite over each adapter and each server."""

import json
from contextlib import ExitStack

import pytest

from ai_coder.adapters.openai_client import open_model
from ai_coder.domain.chat import Finish, Message, Prompt, Reply, ToolCall, ToolSpec, Usage
from ai_coder.errors import ModelError
from ai_coder.loopback.model import ModelServer
from ai_coder.settings import ModelSettings
from fakes.clock import FakeClock
from fakes.models import ScriptedModel, aimock_responses, says
from fakes.peers import aimock, turns

READ = ToolSpec("read_file", "The text of a file.", '{"type": "object", "properties": {"path": {"type": "string"}}}')
QUESTION = Prompt((Message("system", "You change files."), Message("user", "What is in a.py?")), (READ,))
A_CALL = ToolCall("call_a", "read_file", '{"path": "a.py"}')
B_CALL = ToolCall("call_b", "read_file", '{"path": "b.py"}')

PEERS = [pytest.param(name, marks=pytest.mark.node) for name in ("chat over aimock", "responses over aimock")]


@pytest.fixture(name="opened", params=["memory", "chat", "responses", *PEERS])
def _opened(request):
    """Opens a model that says the replies."""
    with ExitStack() as stack:

        def opened(*replies):
            if request.param == "memory":
                return ScriptedModel(list(replies))
            api, _, peer = request.param.partition(" over ")
            if peer:
                url = stack.enter_context(aimock(*turns(*aimock_responses(replies)))) + "/v1"
            else:
                url = stack.enter_context(ModelServer(says(replies))).url
            return open_model(ModelSettings(base_url=url, model="m", api=api), FakeClock(), deadline_s=60)

        yield opened


def test_a_conversation_goes_on(opened):
    """Each turn is said once, in order, and what was said before travels along."""
    model = opened(Reply("A greeting."), Reply("In Portuguese."))

    first = model.complete(QUESTION)
    second = model.complete(QUESTION.then(first.message, Message("user", "In which language?")))

    assert (first.text, first.finish, first.tool_calls) == ("A greeting.", Finish.STOP, ())
    assert second.text == "In Portuguese."


def test_a_tool_is_called_and_answered(opened):
    """A call comes with its name and arguments; its result goes back under the call's id."""
    model = opened(Reply("", tool_calls=(A_CALL,)), Reply("A greeting."))

    called = model.complete(QUESTION)
    [call] = called.tool_calls
    told = model.complete(QUESTION.then(called.message, Message("tool", "print('hi')", call_id=call.id)))

    assert (call.name, json.loads(call.arguments)) == ("read_file", {"path": "a.py"})
    assert (called.text, called.finish) == ("", Finish.STOP)
    assert (told.text, told.tool_calls) == ("A greeting.", ())


def test_calls_come_in_parallel(opened):
    """One turn may hold several calls, each with an id of its own."""
    calls = opened(Reply("", tool_calls=(A_CALL, B_CALL))).complete(QUESTION).tool_calls

    assert [json.loads(call.arguments)["path"] for call in calls] == ["a.py", "b.py"]
    assert len({call.id for call in calls} - {""}) == 2


def test_text_and_calls_come_together(opened):
    """A turn may speak and call."""
    reply = opened(Reply("I look.", tool_calls=(A_CALL,))).complete(QUESTION)

    assert (reply.text, [call.name for call in reply.tool_calls]) == ("I look.", ["read_file"])


def test_a_cut_reply_is_no_whole_one(opened):
    """A reply that ends at the output limit says so."""
    assert opened(Reply("A gree", Finish.LENGTH)).complete(QUESTION).finish is Finish.LENGTH


def test_what_it_costs_is_counted(opened):
    """Every reply says its tokens, its one call and its model."""
    reply = opened(Reply("A greeting.", usage=Usage(120, 30))).complete(QUESTION)

    assert reply.usage == Usage(120, 30, calls=1)
    assert reply.model


def test_no_answer_is_a_failure(opened):
    """What the endpoint has no answer to is a failure of the model."""
    model = opened(Reply("A greeting."))
    first = model.complete(QUESTION)

    with pytest.raises(ModelError):
        model.complete(QUESTION.then(first.message, Message("user", "And?")))
