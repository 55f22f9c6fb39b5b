"""What people see of a request while it is worked on, on a board that may fail."""

import pytest

from ai_coder.adapters.terminal_host import TerminalHost
from ai_coder.domain.report import NothingToChange, Report
from ai_coder.domain.task import Command, Person, Task, Verb
from ai_coder.egress import Egress
from ai_coder.errors import ForgeError, NotFound
from ai_coder.pipeline.desk import Desk
from ai_coder.ports import Ports, Reaction
from builders import MONA, NOON, a_comment, an_issue
from fakes.clock import FakeClock


class Board:
    """Comments and reactions, in memory."""

    def __init__(self):
        self.texts = {}
        self.reactions = []
        self.is_broken = False

    def react(self, _number, comment_id, reaction):
        """Remember it."""
        self.reactions.append((comment_id, reaction))
        return Reaction(Person("ai_coder", 2, is_bot=True), is_new=True)

    def write_status(self, _number, comment_id, text):
        """Post or replace, as a forge does it."""
        if self.is_broken:
            raise ForgeError("the board is broken")
        if comment_id and comment_id not in self.texts:
            raise NotFound("there is no such comment")
        comment_id = comment_id or 1 + max(self.texts, default=0)
        self.texts[comment_id] = text
        return comment_id


@pytest.fixture(name="board")
def _board():
    return Board()


@pytest.fixture(name="clock")
def _clock():
    return FakeClock()


@pytest.fixture(name="desk")
def _desk(board, clock):
    """A desk at which mona's comment is worked on."""
    task = Task(an_issue(), MONA, Command(Verb.WORK), a_comment(), NOON)
    ports = Ports(board, None, None, None, TerminalHost(), clock, None, None)
    return Desk(task, ports, Egress())


def test_progress_that_cannot_be_shown_ends_nothing(desk, board, clock, capsys):
    """A refused edit of the progress is said in a warning; the work and its answer go on."""
    desk.open_status(0)
    board.is_broken = True
    clock.sleep(60)
    desk.step("read_file a.py")
    board.is_broken = False

    assert desk.answer(Report(NothingToChange("It is done."), desk.task), ()) == ()
    assert "It is done." in board.texts[1]
    assert "The status comment was not edited: the board is broken" in capsys.readouterr().err


def test_a_deleted_status_comment_is_posted_anew(desk, board):
    """Somebody may delete the status comment while the work goes on: the answer is not lost with it."""
    desk.open_status(0)
    board.texts.clear()
    board.texts[7] = "somebody's"

    desk.answer(Report(NothingToChange("It is done."), desk.task), ())

    assert "It is done." in board.texts[8]
