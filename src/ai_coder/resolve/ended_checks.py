"""Checks that have ended on a branch, and whether they start a run. Pure."""

from dataclasses import replace

from ai_coder.domain.task import Candidate, Command, Event, Issue, Skip, Verb
from ai_coder.resolve.pull_requests import issue_of_branch
from ai_coder.settings import TriggerPolicy

CHECK_EVENTS = frozenset({"check_suite", "workflow_run"})
"""Events that tell of checks which have ended."""
_FAILED = frozenset({"failure", "timed_out"})


def decide_checks(event: Event, policy: TriggerPolicy) -> Candidate | Skip:
    """What checks ask for: that those which failed on our branch are mended, where the workflow wants it."""
    checked = event.checked
    if event.action != "completed":
        return Skip(f"event `{event.kind}` `{event.action}` starts nothing")
    if not policy.fix_ci:
        return Skip("checks that end start nothing: the input `fix_ci` is off")
    if event.is_from_fork:
        return Skip("the checks ran for a fork, and nothing is ever pushed to a fork")
    number = issue_of_branch(checked.branch, policy.branch_prefix)
    if not number or not checked.commit:
        return Skip(f"branch `{checked.branch}` is not one of ai_coder's")
    if checked.conclusion not in _FAILED:
        return Skip(f"the checks on `{checked.branch}` did not fail (conclusion: {checked.conclusion or 'none'})")
    about = replace(event, issue=Issue(number=number))
    return Candidate(about, (), needs_acceptance=True, command=Command(Verb.FIX_CI))
