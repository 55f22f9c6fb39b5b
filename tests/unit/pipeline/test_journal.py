"""What a run leaves in its trajectory."""

import pytest

from ai_coder.domain.chat import Message, Prompt, Reply, ToolCall, Usage
from ai_coder.domain.trajectory import Visit
from ai_coder.errors import ModelError
from ai_coder.pipeline.journal import Journal
from fakes.clock import FakeClock
from fakes.models import ScriptedModel

ASKED = Prompt((Message("system", "You edit."), Message("user", "Greet in French.")))
LOOK, EDIT = ToolCall("1", "search", '{"pattern": "hello"}'), ToolCall("2", "edit_file", '{"path": "a.py"}')


class SlowModel:
    """Takes three seconds for an answer."""

    def __init__(self, clock, *replies):
        self.model, self.clock = ScriptedModel([*replies]), clock

    def complete(self, prompt):
        """The next reply."""
        self.clock.sleep(3.0)
        return self.model.complete(prompt)


@pytest.fixture(name="clock")
def _clock():
    return FakeClock()


def test_rooms_follow_each_other(clock):
    """A room begins where the one before it ended, so that together they take the whole run."""
    journal = Journal(clock, str)
    clock.sleep(2.0)
    journal.visited("Resolve", "1 file")
    clock.sleep(5.0)
    journal.visited("Prompt", "90 characters")

    assert journal.trajectory().visits == (
        Visit("Resolve", "1 file", 0.0, 2.0),
        Visit("Prompt", "90 characters", 2.0, 5.0),
    )
    assert journal.trajectory().seconds == 7.0


def test_turns_hold_calls_and_what_came_of_them(clock):
    """A turn knows time, tokens and dollars, each call with its result, and which of them was refused."""
    journal = Journal(clock, str)
    first = Reply("I look.", tool_calls=(LOOK, EDIT), usage=Usage(100, 10))
    model = journal.hears(SlowModel(clock, first, Reply("Done.")), lambda usage: usage.input_tokens / 1_000)

    reply = model.complete(ASKED)
    results = (
        Message("tool", "a.py:1: hello", call_id="1"),
        Message("tool", "Not allowed: `a.py` is protected", call_id="2", is_error=True),
        Message("user", "Call a tool."),
    )
    model.complete(ASKED.then(reply.message, *results))

    turn, last = journal.trajectory().turns
    assert (turn.start_s, turn.seconds, turn.cost_usd, turn.usage.output_tokens) == (0.0, 3.0, 0.1, 10)
    assert [(use.call.name, use.result, use.is_refused) for use in turn.uses] == [
        ("search", "a.py:1: hello", False),
        ("edit_file", "Not allowed: `a.py` is protected", True),
    ]
    assert turn.refusals == ("Not allowed: `a.py` is protected", "Call a tool.")
    assert (last.start_s, last.text, last.uses) == (3.0, "Done.", ())
    assert journal.trajectory().prompt == "You edit.\n\nGreet in French."


def test_a_failure_is_a_turn(clock):
    """A model that does not answer leaves the reason, and its error goes on."""
    journal = Journal(clock, str)
    model = journal.hears(ScriptedModel([]), lambda _: None)

    with pytest.raises(ModelError):
        model.complete(ASKED)

    [turn] = journal.trajectory().turns
    assert turn.error == "the script has nothing left to say"


def test_long_texts_are_cut(clock):
    """Of a long text the beginning is kept, and how much is not; a secret at the cut is gone before."""
    journal = Journal(clock, lambda text: text.replace("secret", ""))
    journal.hears(ScriptedModel(["x" * 19_998 + "secret" + "x" * 7]), lambda _: None).complete(ASKED)

    assert journal.trajectory().turns[0].text.endswith("x\n… (5 characters more)")
