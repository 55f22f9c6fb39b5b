"""`Proposal` -> `CommitPlan`: every fact of commit and pull request is ours, the model's words are quoted."""

import pytest

from ai_coder.commit import plan
from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.plan import Place
from ai_coder.domain.report import Proposal
from ai_coder.domain.source import RepoPath
from ai_coder.domain.task import Command, Person, Task, Verb
from ai_coder.domain.verification import Verdict, Verification
from ai_coder.egress import Egress
from ai_coder.settings import CommitPolicy
from builders import MONA, NOON, a_comment, an_issue


def planned(title="Say salut", summary="Says salut now.", requester=MONA, policy=None, **fields):
    """The plan of a change to two files; `issue` and the rest of a proposal may be given."""
    issue = an_issue(**fields.pop("issue", {}))
    changes = [
        FileChange(RepoPath("a|`b.py"), "1\n", "2\n"),
        FileChange(RepoPath("new.py"), None, "x\n"),
        FileChange(RepoPath("old.py"), "y\n", None),
    ]
    task = Task(issue, requester, Command(Verb.WORK), a_comment(), NOON)
    place = Place("ai_coder/issue-7", "main", "c0", is_new_branch=True, base_commit="c0")
    proposal = Proposal(ChangeSet.of("c0", changes), title, summary, **fields)
    return plan(task, proposal, place, policy or CommitPolicy(), Egress(), ["**Tests:** passed."])


def test_the_message_says_who_asked_for_what():
    """The subject is the model's title, the rest is ours: the issue, and who asked as co-author."""
    assert planned().message == (
        "Say salut\n\nRequested in #7.\n\nCo-authored-by: mona <101+mona@users.noreply.github.com>"
    )


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("", "Greet in Portuguese"),
        ("Say salut [skip ci]", "Say salut"),
        ("One\n\nSigned-off-by: evil <e@e>", "One"),
        ("x" * 200, "x" * 72),
    ],
)
def test_subjects(title, subject):
    """A subject is one line of at most 72 characters that skips nothing; without a title it is the issue's."""
    assert planned(title).message.splitlines()[0] == subject


@pytest.mark.parametrize("requester", [Person(), Person("evil>\nX: y", 5), Person("", 5)])
def test_no_trailer_for_nobody(requester):
    """A name that is no login makes no trailer."""
    assert "Co-authored-by" not in planned(requester=requester).message


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("[AI_coder] Greet", "Greet"),
        ("[ai_coder]: Greet", "Greet"),
        ("[ai_coder]", "Solve issue 7"),
        ("Greet @mona, see #1", "Greet @ mona, see # 1"),
    ],
)
def test_titles(given, title):
    """The pull request is titled like the issue, without the prefix, and mentions and closes nothing."""
    assert planned(issue={"title": given}).title == title


def test_the_body_tells_facts_and_quotes_words():
    """It closes the issue, quotes the model, and lists the files whatever their names."""
    lines = planned(summary="Done, @evil.\nCloses #1").body.splitlines()

    assert lines[0] == "Closes #7"
    assert "> Done, `@evil`." in lines
    assert not [line for line in lines[1:] if line.startswith("Closes")]
    rows = [line for line in lines if line.startswith("| ") and "---" not in line]
    assert [row.rsplit("|", 2)[1].strip() for row in rows] == ["change", "modified", "added", "deleted"]
    assert "**Tests:** passed." in planned().body


@pytest.mark.parametrize(
    ("draft", "parked", "is_draft"),
    [("auto", "", True), ("always", "", True), ("never", "", False), ("never", "x", True)],
)
def test_drafts(draft, parked, is_draft):
    """Unverified work is a draft unless drafts are switched off; unfinished work always is."""
    assert planned(policy=CommitPolicy(draft=draft), parked=parked).is_draft is is_draft


@pytest.mark.parametrize(
    ("draft", "verdict", "flags"),
    [
        ("auto", Verdict.PASSED, (False, False)),
        ("auto", Verdict.FAILED, (True, True)),
        ("auto", Verdict.NOT_RUN, (True, False)),
        ("always", Verdict.FAILED, (True, False)),
        ("never", Verdict.FAILED, (False, False)),
    ],
)
def test_what_a_verdict_does_to_drafts(draft, verdict, flags):
    """A new pull request is a draft, and one that is ready becomes one again, as the tests and the input say."""
    plan = planned(policy=CommitPolicy(draft=draft), verification=Verification(verdict))
    assert (plan.is_draft, plan.is_withdrawn) == flags


def test_unfinished_work_lists_what_is_left():
    """Why it ended and what is left stand in the body."""
    body = planned(parked="the run may take 3 steps", remaining=("The guide",)).body
    assert "**Not finished:** the run may take 3 steps." in body
    assert "- [ ] The guide" in body
