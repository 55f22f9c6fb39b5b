"""The hidden line of the status comment, written and read."""

import pytest

from ai_coder.domain.status_mark import StatusMark


@pytest.mark.parametrize(
    "mark",
    [
        StatusMark(),
        StatusMark("changed", 1.25, "0123456789ab", "c" * 40),
        StatusMark("need_info", head="d" * 64, asks_about_branch=True),
        StatusMark("changed", bot_turns=2, ci_rounds=3),
        StatusMark("parked", bot_turns=2, asked=("7", "line-8"), resumed=3),
    ],
)
def test_what_is_written_can_be_read(mark):
    """A mark comes back as it was, whatever stands below it."""
    assert StatusMark.parse(f"{mark}\n### Text\n") == mark


@pytest.mark.parametrize("head", ['"main"', '"--all"', '"abc"', "7", "null", f'"{"C" * 40}"'])
def test_a_head_that_is_no_commit(head):
    """What is no object name is no head."""
    assert StatusMark.parse(f'<!-- ai_coder:status {{"status": "changed", "head": {head}}} -->').head == ""


@pytest.mark.parametrize("count", ["-1", "true", '"3"', "2.5", "null", "[]"])
def test_a_count_that_is_none(count):
    """What is no natural number counts nothing."""
    mark = StatusMark.parse(f'<!-- ai_coder:status {{"ci_rounds": {count}, "bot_turns": {count}}} -->')
    assert (mark.ci_rounds, mark.bot_turns) == (0, 0)
