"""Which ends of checks ask for work."""

import pytest

from ai_coder.domain.checks import CheckedCommit
from ai_coder.domain.task import Candidate, Verb
from ai_coder.resolve.trigger import decide
from ai_coder.settings import TriggerPolicy
from builders import an_event

ON = TriggerPolicy(fix_ci=True)


def ended(branch="ai_coder/issue-7", conclusion="failure", commit="c" * 40, **fields):
    """A workflow's run has ended on the branch."""
    filled = {"kind": "workflow_run", "action": "completed", "label": "", "issue": {"number": 0}}
    return an_event(checked=CheckedCommit(commit, branch, conclusion), **filled | fields)


@pytest.mark.parametrize("kind", ["workflow_run", "check_suite"])
@pytest.mark.parametrize("branch", ["ai_coder/issue-7", "ai_coder/issue-7-2"])
@pytest.mark.parametrize("conclusion", ["failure", "timed_out"])
def test_a_failure_on_our_branch_asks(kind, branch, conclusion):
    """It asks to have the checks mended on the issue of the branch, and the issue has to be accepted."""
    decision = decide(ended(branch, conclusion, kind=kind, issue={"number": 3}), ON)

    assert isinstance(decision, Candidate)
    assert (decision.event.issue.number, decision.command.verb) == (7, Verb.FIX_CI)
    assert (decision.needed, decision.needs_acceptance) == ((), True)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ended(action="requested"), "event `workflow_run` `requested` starts nothing"),
        (ended(conclusion="success"), "did not fail (conclusion: success)"),
        (ended(conclusion="cancelled"), "did not fail (conclusion: cancelled)"),
        (ended(conclusion=""), "did not fail (conclusion: none)"),
        (ended("main"), "branch `main` is not one of ai_coder's"),
        (ended(""), "is not one of ai_coder's"),
        (ended("ai_coder/issue-7-alt-99999"), "is not one of ai_coder's"),
        (ended("ai_coder/issue-7/x"), "is not one of ai_coder's"),
        (ended("x/ai_coder/issue-7"), "is not one of ai_coder's"),
        (ended(commit=""), "is not one of ai_coder's"),
        (ended(is_from_fork=True), "ran for a fork"),
    ],
)
def test_other_ends_start_nothing(event, reason):
    """What did not fail, is not ours or is a fork's ends as a skip that says so."""
    assert reason in decide(event, ON).reason


def test_it_has_to_be_switched_on():
    """Without `fix_ci` no check starts anything."""
    assert "`fix_ci` is off" in decide(ended(), TriggerPolicy()).reason


def test_the_prefix_of_branches_may_be_another():
    """Which branches are ours is told by `branch_prefix`, to the letter."""
    policy = TriggerPolicy(fix_ci=True, branch_prefix="bot.")

    assert isinstance(decide(ended("bot.issue-7"), policy), Candidate)
    assert "is not one of" in decide(ended("botxissue-7"), policy).reason
