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
    assert {event for event, _ in seen} >= {*OURS, "pull_request_review", "workflow_dispatch"}


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
