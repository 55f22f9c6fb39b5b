"""The `if:` of the examples keeps runners from starting for nothing, and lets every request through."""

from pathlib import Path

import pytest

from fakes.workflow import Contexts, jobs_of

EXAMPLES = Path(__file__).parents[2] / "examples" / "workflows"
STATUS = "<!-- ai_coder:status {} -->"
OURS = {"name": "ai_coder"}


THEIRS = {"action": "created", "issue": {"pull_request": OURS, "user": {"login": "mona"}}}
BOT = {"login": "github-actions[bot]"}


def a_pull(branch, repository="octo/hello"):
    """What of an event says whose pull request it is."""
    return {"action": "submitted", "pull_request": {"head": {"ref": branch, "repo": {"full_name": repository}}}}


def passes(example, kind, **event):
    """Whether the job of the example starts."""
    github = {"event_name": kind, "event": event, "repository": "octo/hello"}
    return Contexts({"github": github}).holds(jobs_of(EXAMPLES / example)["ai_coder"])


@pytest.mark.parametrize("example", ["minimal.yml", "full.yml"])
@pytest.mark.parametrize(
    ("starts", "kind", "event"),
    [
        (True, "issues", {"action": "labeled", "label": {"name": "ai_coder"}}),
        (False, "issues", {"action": "labeled", "label": {"name": "bug"}}),
        (True, "issues", {"action": "opened", "issue": {"title": "[ai_coder] x"}}),
        (False, "issues", {"action": "opened", "issue": {"title": "x"}}),
        (True, "issue_comment", {"action": "created", "comment": {"body": "/ai_coder x"}}),
        (True, "issue_comment", {"action": "created", "comment": {"body": "x"}, "issue": {"labels": [OURS]}}),
        (False, "issue_comment", {"action": "created", "comment": {"body": "x"}}),
        (True, "issue_comment", {"action": "edited", "comment": {"body": STATUS}}),
        (False, "issue_comment", {"action": "edited", "comment": {"body": "/ai_coder x"}}),
        (True, "issue_comment", THEIRS | {"comment": {"body": "/ai_coder x"}}),
        (False, "issue_comment", THEIRS | {"comment": {"body": "x"}}),
        (False, "issue_comment", THEIRS | {"action": "edited", "comment": {"body": "/ai_coder x"}}),
        (True, "issue_comment", THEIRS | {"comment": {"body": "x"}, "issue": {"pull_request": OURS, "user": BOT}}),
        (True, "pull_request_review", a_pull("ai_coder/issue-7") | {"review": {"body": ""}}),
        (False, "pull_request_review", a_pull("feature") | {"review": {"body": "x"}}),
        (True, "pull_request_review", a_pull("feature") | {"review": {"body": "/ai_coder x"}}),
        (False, "pull_request_review", a_pull("ai_coder/issue-7", "stan/hello") | {"review": {"body": "/ai_coder x"}}),
        (False, "pull_request_review_comment", a_pull("ai_coder/issue-7") | {"comment": {"body": "x"}}),
        (True, "pull_request_review_comment", a_pull("feature") | {"comment": {"body": "/ai_coder x"}}),
        (False, "pull_request_review_comment", a_pull("feature", "stan/hello") | {"comment": {"body": "/ai_coder x"}}),
    ],
)
def test_which_events_start_a_runner(example, starts, kind, event):
    """A label, a prefix, a command, a comment on an accepted issue, a tick, and what is said of our pull requests."""
    issue = {} if "pull_request" in event else {"issue": {"title": "x", "labels": [], **event.get("issue", {})}}
    assert passes(example, kind, **{**event, **issue}) is starts
