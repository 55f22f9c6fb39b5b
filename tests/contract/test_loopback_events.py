"""The events the embedded GitHub hands a workflow hold every key that GitHub's own examples hold."""

from __future__ import annotations

import json
from functools import cache

import pytest

from ai_coder.loopback import GithubServer
from fakes.peers import PEERS

EXAMPLES = PEERS / "node_modules" / "@octokit" / "webhooks-examples" / "api.github.com" / "index.json"
APPS_ONLY = {".installation"}
"""What a GitHub App is told and a workflow is not."""
PERMISSIONS = ".check_suite.app.permissions."
"""Which of them an app has is its own affair."""


@cache
def examples():
    """GitHub's examples by name of event and action."""
    found = {}
    for event in json.loads(EXAMPLES.read_bytes()):
        for example in event["examples"]:
            if "old_issue" not in example.get("changes", {}):  # opened by being moved from elsewhere
                found.setdefault((event["name"], example.get("action", "")), []).append(example)
    return found


def missing(example, ours, place=""):
    """Places of keys that the example has and we have not. Where either is null, nothing is compared below."""
    if isinstance(example, list) and isinstance(ours, list) and example and ours:
        return missing(example[0], ours[0], f"{place}[0]")
    if not isinstance(example, dict) or not isinstance(ours, dict):
        return []
    lost = [f"{place}.{name}" for name in example.keys() - ours.keys()]
    return lost + [
        one for name in example.keys() & ours for one in missing(example[name], ours[name], f"{place}.{name}")
    ]


@pytest.fixture(name="repo")
def _repo(tmp_path):
    """A repository in which something of everything has happened."""
    with GithubServer(tmp_path) as server:
        repo = server.create_repository("octo-org/hello", {"hello.py": "print('hi')\n"})
        repo.add_person("mona")
        repo.open_issue(author="mona", title="Greet", body="b", labels=["ai_coder"])
        repo.assign(1, "mona", actor="mona")
        repo.commit("feature", {"hello.py": "print('salut')\n"}, author="mona")
        repo.open_pull_request(author="mona", head="feature")
        repo.add_label(2, "ai_coder", actor="mona")
        yield repo


def a_payload(repo, event, action):
    """The event about whatever the repository has of its kind."""
    details = {"issue": 2 if event.startswith("pull_request") else 1}
    if event == "issue_comment":
        details["comment"] = repo.comment(1, author="mona", body="/ai_coder").id
    if event == "pull_request_review_comment":
        details["comment"] = repo.review_comment(2, author="mona", body="Why?", path="hello.py").id
    if event == "pull_request_review":
        details["review"] = repo.review(2, author="mona", body="Hm.").id
    if action in {"labeled", "unlabeled"}:
        details["label"] = "ai_coder"
    if action in {"assigned", "unassigned"}:
        details["assignee"] = "mona"
    if event in {"check_suite", "workflow_run"}:
        details = {"check": repo.add_check("feature", "test"), "branch": "feature"}
    if action == "edited":
        details["changes"] = {"title": {"from": "old"}, "body": {"from": "old"}}
    return repo.payload(event, action, sender="mona", **details)


@pytest.mark.parametrize(
    ("event", "action"),
    [
        *(("issues", action) for action in ("opened", "edited", "reopened", "labeled", "unlabeled")),
        *(("issues", action) for action in ("assigned", "unassigned", "locked")),
        *(("issue_comment", action) for action in ("created", "edited", "deleted")),
        ("pull_request", "opened"),
        ("pull_request_review", "submitted"),
        ("pull_request_review_comment", "created"),
        ("workflow_dispatch", ""),
        ("check_suite", "completed"),
        ("workflow_run", "completed"),
    ],
)
def test_events_hold_what_githubs_examples_hold(repo, event, action):
    """Nothing a program may look for in an event is missing from ours."""
    ours = a_payload(repo, event, action)

    lost = {one for example in examples()[event, action] for one in missing(example, ours)} - APPS_ONLY
    assert {one for one in lost if not one.startswith(PERMISSIONS)} == set()


def test_a_schedule_tells_its_cron(repo):
    """A scheduled run is told when, where and by which workflow."""
    ours = a_payload(repo, "schedule", "")

    assert (ours["schedule"], ours["repository"]["full_name"]) == ("17 * * * *", "octo-org/hello")
    assert ours["workflow"].startswith(".github/workflows/")


def test_an_event_is_as_of_now(repo):
    """A later edit does not reach an event that was handed out."""
    ours = repo.payload("issues", "opened", issue=1, sender="mona")
    repo.rename(1, "Changed", actor="mona")

    assert ours["issue"]["title"] == "Greet"
    assert repo.payload("issues", "edited", issue=1, sender="mona")["issue"]["title"] == "Changed"


def test_a_personal_repository_has_no_organization(tmp_path):
    """`organization` stands in events of an organization's repositories only."""
    with GithubServer(tmp_path) as server:
        server.add_user("mona")
        repo = server.create_repository("mona/hello", {"a": "b"})
        repo.open_issue(author="mona", title="t")
        ours = repo.payload("issues", "opened", issue=1, sender="mona")

    assert "organization" not in ours
    assert ours["issue"]["author_association"] == "OWNER"
