"""What a status comment keeps for the run after a crash comes back as it was, or not at all."""

from dataclasses import replace

import pytest

from ai_coder.domain.kept import Kept
from ai_coder.domain.kept_answer import KeptAnswer
from ai_coder.domain.review import Thread, ThreadAnswer, Verdict
from builders import a_comment

THREAD = Thread("T_1", "a.txt", (a_comment(id=7),), first_line=3, last_line=4)
ANSWER = ThreadAnswer(THREAD, Verdict.FIXED, "b" * 40, is_touched=True, words="Done --> <b>")
KEPT = Kept(
    "a" * 40,
    "b" * 40,
    "main",
    "Title",
    "Body",
    is_draft=True,
    text_id="0",
    asked=("7",),
    merged="c" * 40,
    own=("a.txt",),
    answers=(KeptAnswer.of(ANSWER),),
    notes=("A note.",),
    branch="ai_coder/issue-1",
)


def test_it_comes_back_as_it_was():
    """Words that would end an HTML comment are no exception."""
    assert Kept.parse(str(KEPT)) == KEPT


def test_an_answer_comes_back_on_its_thread():
    """The lines are those of before the commit, which may have outdated the thread; what is resolved stays so."""
    now = replace(THREAD, first_line=0, last_line=0, is_outdated=True, is_resolved=True)

    answer = KeptAnswer.of(ANSWER).on(now)

    assert answer == replace(ANSWER, thread=replace(now, first_line=3, last_line=4), is_resolved=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"verdict": "fixed"', '"verdict": "perhaps"'),
        ('"is_touched": true', '"is_touched": 1'),
        ('"first_line": 3', '"first_line": "3"'),
        ('"asked": "7"', '"asked": 7'),
        ('"thread": "T_1", ', ""),
        ('"notes": ["A note."]', '"notes": [1]'),
        (f'"merged": "{"c" * 40}"', '"merged": "main"'),
    ],
)
def test_what_has_another_shape_is_not_believed(old, new):
    """One field that is not as we write it, and nothing is kept."""
    line = str(KEPT)
    assert old in line
    assert Kept.parse(line.replace(old, new)) is None
