"""GitHub's own examples of webhook payloads, read by our own parser: each ends in a task or a skip."""

from __future__ import annotations

import json

import pytest

from ai_coder.domain.task import Candidate, Skip
from ai_coder.resolve.event import parse_event
from ai_coder.resolve.trigger import decide
from ai_coder.settings import TriggerPolicy
from fakes.peers import PEERS

EXAMPLES = PEERS / "node_modules" / "@octokit" / "webhooks-examples" / "api.github.com" / "index.json"
OURS = ("issues", "issue_comment")
"""Events whose every example is looked at closely."""
REVIEWS = {("pull_request_review", "submitted"), ("pull_request_review_comment", "created")}
"""What of pull requests asks for something; all other events of theirs start nothing."""
ON_PULL_REQUESTS = {
    *("pull_request", "pull_request_review", "pull_request_review_comment", "pull_request_review_thread"),
    *("check_run", "check_suite", "status", "workflow_run"),
}
SKIPS_ONLY = {
    *("closed", "deleted", "demilestoned", "locked", "milestoned", "pinned", "transferred", "unlabeled", "unlocked"),
    *("unassigned", "unpinned", "typed", "untyped"),
}


def examples():
    """(event, action, payload) of every example that there is."""
    for event in json.loads(EXAMPLES.read_bytes()):
        for example in event["examples"]:
            yield event["name"], example.get("action", ""), example


def decided(event, payload, **policy):
    """What the payload asks for."""
    return decide(parse_event(event, json.dumps(payload)), TriggerPolicy(**policy))


def test_every_example_ends_in_a_task_or_a_skip():
    """Whatever GitHub may send, it is read, and a skip says why in one sentence."""
    seen = set()
    for event, action, payload in examples():
        decision = decided(event, payload)
        seen.add((event, action))
        assert isinstance(decision, Candidate | Skip)
        assert not isinstance(decision, Skip) or decision.reason.strip()
    assert {event for event, _ in seen} >= {*OURS, *ON_PULL_REQUESTS, "workflow_dispatch"}


@pytest.mark.parametrize("event", OURS)
def test_what_starts_nothing_starts_nothing(event):
    """Closing, locking, moving and their like never start a run, label and prefix or not."""
    for name, action, payload in examples():
        if name == event and action in SKIPS_ONLY:
            issue = payload["issue"] | {"title": "[ai_coder] x", "labels": [{"name": "ai_coder"}]}
            assert isinstance(decided(event, payload | {"issue": issue}), Skip), action


@pytest.mark.parametrize(
    ("event", "action", "policy"),
    [
        ("issues", "labeled", {"label": "bug"}),
        ("issues", "opened", {"title_prefix": "Spelling error"}),
        ("issues", "assigned", {"assignee": "Codertocat"}),
        ("issue_comment", "created", {"title_prefix": "Spelling error"}),
    ],
)
def test_real_payloads_start_a_run(event, action, policy):
    """With the policy set to what GitHub's example holds, the example is a candidate that names issue and people."""
    found = [decided(name, payload, **policy) for name, did, payload in examples() if (name, did) == (event, action)]
    candidates = [one for one in found if isinstance(one, Candidate)]
    assert candidates
    for candidate in candidates:
        assert candidate.event.issue.number
        assert candidate.event.issue.title
        assert candidate.event.issue.url.startswith("https://github.com/")
        assert all(person.id and person.login for person in candidate.needed)


def test_of_pull_requests_reviews_and_their_comments_ask():
    """A submitted review and a new comment on lines may ask for work; nothing else on pull requests does."""
    for event, action, payload in examples():
        if event in ON_PULL_REQUESTS:
            decision = decided(event, payload)
            assert isinstance(decision, Candidate) is ((event, action) in REVIEWS), (event, action)


@pytest.mark.parametrize(
    ("event", "kind"), [("pull_request_review", "review"), ("pull_request_review_comment", "line")]
)
def test_a_review_is_read_whole(event, kind):
    """Number, people, where the words stand and when they were said are read from GitHub's own examples."""
    found = [payload for name, action, payload in examples() if (name, action) in REVIEWS and name == event]
    assert found
    for payload in found:
        candidate = decided(event, payload)
        comment = candidate.event.comment
        assert (comment.kind, comment.author, candidate.needed) == (kind, candidate.event.sender, (comment.author,))
        assert candidate.event.issue.number == payload["pull_request"]["number"]
        assert candidate.event.issue.is_pull_request
        assert candidate.needs_own_pull_request
        assert comment.created_at.year > 2000
        assert comment.node_id or kind == "line"


@pytest.mark.parametrize("repo", [None, {"id": 1}])
def test_a_fork_is_seen_in_the_payload(repo):
    """A head in another repository, or in one that is gone, is a fork's: a skip that says so."""
    for event, action, payload in examples():
        if (event, action) in REVIEWS:
            payload["pull_request"]["head"]["repo"] = repo
            assert "comes from a fork" in decided(event, payload).reason


@pytest.mark.parametrize("kind", ["check_suite", "workflow_run"])
def test_failed_checks_on_our_branch_ask(kind):
    """GitHub's own example, its branch ours and its conclusion a failure, asks for the mending that was switched on."""
    found = [payload for name, action, payload in examples() if (name, action) == (kind, "completed")]
    assert found
    for payload in found:
        ended = payload[kind] | {"conclusion": "failure", "head_branch": "ai_coder/issue-7"}
        if kind == "workflow_run":
            ended["head_repository"] = payload["repository"]
        decision = decided(kind, payload | {kind: ended}, fix_ci=True)
        assert isinstance(decision, Candidate)
        assert (decision.event.issue.number, decision.event.checked.commit) == (7, ended["head_sha"])
        assert isinstance(decided(kind, payload, fix_ci=True), Skip)


@pytest.mark.parametrize("repo", [None, {"id": 1}])
def test_a_workflow_that_ran_for_a_fork_is_seen_in_the_payload(repo):
    """A run whose head repository is another, or gone, is a fork's, whatever its branch is called."""
    for event, action, payload in examples():
        if (event, action) == ("workflow_run", "completed"):
            ours = {"conclusion": "failure", "head_branch": "ai_coder/issue-7", "head_repository": repo}
            decision = decided(event, payload | {event: payload[event] | ours}, fix_ci=True)
            assert "ran for a fork" in decision.reason
