"""What is said in review threads: facts by code, words by the model."""

import pytest

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.outcome import Parked, Questions
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Cannot, NothingToChange, Proposal, Published
from ai_coder.domain.review import Thread, ThreadAnswer, ThreadWord, Verdict
from ai_coder.domain.source import RepoPath
from ai_coder.egress import Egress
from ai_coder.report.threads import decide_answer, may_resolve, render_reply, render_table, touches
from builders import a_comment

TEXT = "".join(f"{n}\n" for n in range(1, 31))
COMMIT = "c0ffee" * 6 + "c0ff"


def a_thread(first=10, last=10, **fields):
    """A thread on lines of a.txt."""
    filled = {"id": "T", "path": "a.txt", "comments": (a_comment(url="https://x.test/1"),)}
    return Thread(**filled | {"first_line": first, "last_line": last} | fields)


def a_change(after, path="a.txt"):
    """A change of a.txt."""
    return FileChange(RepoPath(path), TEXT, after)


def published(after):
    """A commit that changes a.txt."""
    proposal = Proposal(ChangeSet("b", (a_change(after),)), "", "")
    return Published("branch", COMMIT, PullRequest(2), is_new_pull_request=False, files=(), proposal=proposal)


@pytest.mark.parametrize(
    ("line", "is_near", "is_hit"),
    [(10, True, True), (8, True, False), (7, True, False), (6, False, False), (13, True, False), (14, False, False)],
)
def test_a_change_touches_the_hunk_of_a_thread(line, is_near, is_hit):
    """A change up to three lines away is in the same hunk, as git makes them."""
    change = a_change(TEXT.replace(f"{line}\n", "x\n", 1) if line > 9 else TEXT.replace(f"\n{line}\n", "\nx\n", 1))
    assert touches(change, a_thread()) is is_near
    assert touches(change, a_thread(), near_lines=0) is is_hit


def test_insertions_and_removals_touch_as_well():
    """New lines inside a range, and a file that is gone, are changes of it; an outdated thread has no lines."""
    inserted = a_change(TEXT.replace("10\n", "10\nx\n", 1))
    assert touches(inserted, a_thread(10, 11), near_lines=0)
    assert touches(FileChange(RepoPath("a.txt"), TEXT, None), a_thread())
    assert touches(inserted, a_thread(0, 0))
    assert not touches(inserted, a_thread(0, 0, is_outdated=True))


def test_a_thread_on_removed_lines_is_where_the_hunk_goes_on():
    """Lines of the old side are counted in the new file."""
    hunk = "@@ -18,3 +18,2 @@\n 18\n 19\n-gone"
    thread = a_thread(20, 20, side="LEFT", hunk=hunk)
    assert touches(a_change(TEXT.replace("20\n", "x\n")), thread)
    assert not touches(a_change(TEXT.replace("10\n", "x\n", 1)), thread)


HIT, MISS = TEXT.replace("10\n", "x\n", 1), TEXT.replace("25\n", "x\n")


@pytest.mark.parametrize(
    ("verdict", "after", "fact", "resolves"),
    [
        (Verdict.FIXED, HIT, "Fixed in c0ffeec0ffee.", True),
        (Verdict.FIXED, MISS, "not at these lines", False),
        (Verdict.NOT_CHANGED, HIT, "changes these lines, and the model says that this is not changed", False),
        (Verdict.NOT_CHANGED, MISS, "Not changed, because:", False),
        (Verdict.QUESTION, HIT, "A question first:", False),
        (None, HIT, "Fixed in c0ffeec0ffee.", True),
        (None, MISS, "Not changed, because:", False),
    ],
)
def test_the_model_says_and_the_code_knows(verdict, after, fact, resolves):
    """The reply tells the commit and whether it touched the lines, whatever the model says; only both settle it."""
    word = ThreadWord("T1", verdict, "Because @x.") if verdict else None
    answer = decide_answer(a_thread(), word, published(after))

    reply = render_reply(answer, Egress())

    assert reply.startswith("<!-- ai_coder:reply -->\n")
    assert fact in reply
    assert ("> Because `@x`." in reply) is bool(verdict)
    assert may_resolve(answer, is_no_worse=True) is resolves
    assert not may_resolve(answer, is_no_worse=False)


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (NothingToChange("It is right."), Verdict.NOT_CHANGED),
        (Cannot("It cannot be."), Verdict.NOT_CHANGED),
        (Questions("Two ways.", ()), Verdict.QUESTION),
        (Parked("No money.", ""), None),
    ],
)
def test_without_a_commit(outcome, verdict):
    """A run that looked answers with its reason; one that did not get that far leaves the thread waiting."""
    answer = decide_answer(a_thread(), None, outcome)
    assert (answer.verdict if answer else None) is verdict


def test_the_table_lists_every_thread():
    """One row a thread, with a link to it; without threads there is no table."""
    answers = [
        ThreadAnswer(a_thread(), Verdict.FIXED, COMMIT, is_touched=True, is_resolved=True),
        ThreadAnswer(a_thread(1, 3), Verdict.QUESTION),
    ]
    lines = list(render_table(answers, Egress()))
    assert lines[-2:] == [
        "| [`a.txt:10`](https://x.test/1) | fixed in c0ffeec0ffee | yes |",
        "| [`a.txt:1-3`](https://x.test/1) | a question | no |",
    ]
    assert list(render_table([], Egress())) == []
