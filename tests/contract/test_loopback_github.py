"""The embedded GitHub speaks as GitHub does: every route held against GitHub's own description of its API."""

from __future__ import annotations

import base64
import io
import re
import tarfile
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
from github import Auth, Github, GithubException, InputGitTreeElement

from ai_coder.loopback import Answer, File, GithubServer, Request
from ai_coder.loopback.server import ROUTES
from contract import graphql_schema
from contract.openapi import check

FILES = {
    "hello.py": "print('hi')\n",
    "run.sh": File(b"#!/bin/sh\n", "100755"),
    "docs/guide.md": "# Guide\n",
    "link": File(b"hello.py", "120000"),
}
SHA = "1" * 40
"""The name of no object."""


class Client(requests.Session):
    """Plain requests, as the given token's owner."""

    def __init__(self, server, token):
        super().__init__()
        self.server = server
        self.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method, path, body=None):
        """The answer, redirects not followed."""
        return self.request(method, self.server.url + path, json=body, timeout=10, allow_redirects=False)


class Scene:
    """A repository with an issue, a comment, a branch ahead of main, and a pull request of it."""

    def __init__(self, server):
        self.server = server
        self.repo = repo = server.create_repository("octo-org/hello", FILES)
        for login, role in {"mona": "write", "tria": "triage", "reed": "read", "max": "maintain"}.items():
            repo.add_person(login, role)
        server.add_user("stranger")
        issue = repo.open_issue(author="mona", title="Greet in French", body="In `hello.py`.", labels=["ai_coder"])
        comment = repo.comment(issue.number, author="reed", body="Yes please.")
        head = repo.commit("feature", {"hello.py": "print('salut')\n", "docs/guide.md": None}, author="mona")
        pull = repo.open_pull_request(author="mona", head="feature", title="Salut", body="Closes #1.")
        line = repo.review_comment(pull.number, author="max", body="Why?", path="hello.py")
        rule = {"ruleset_source_type": "Repository", "ruleset_source": "octo-org/hello", "ruleset_id": 42}
        repo.state.rules.append({"type": "creation", **rule})
        check = repo.add_check("feature", "test", log="1 failed\n", annotations=[("hello.py", 1, "No greeting")])
        reaction = repo.react(issue.number, "heart", actor="github-actions[bot]")
        blob = head_entry(repo, "feature", "hello.py")
        self.names = {"main": repo.head("main"), "feature": head.sha, "tree": head.tree, "blob": blob}
        self.names |= {"comment": comment.id, "line": line.id, "reaction": reaction.id, "check": check.id}

    def bot(self):
        """The workflow's client."""
        return Client(self.server, self.server.token)

    def person(self, login):
        """Somebody's client."""
        return Client(self.server, self.server.token_for(login))

    def pygithub(self, **options):
        """The repository as the library we use shows it."""
        auth = Auth.Token(self.server.token)
        pace = {"seconds_between_requests": 0, "seconds_between_writes": 0, "retry": None}
        with Github(base_url=self.server.url, auth=auth, **pace, **options) as github:
            return github.get_repo(self.repo.full_name)

    def filled(self, value):
        """The value with `{main}`, `{comment}`, ... in its texts told by the real names."""
        if isinstance(value, dict):
            return {name: self.filled(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        if not isinstance(value, str):
            return value
        return re.sub(r"\{(\w+)\}", lambda found: str(self.names[found[1]]), value)


def head_entry(repo, branch, path):
    """The object at `path`."""
    return repo.state.store.files(repo.log(branch)[0].tree)[path].sha


@pytest.fixture(name="server")
def _server(tmp_path):
    with GithubServer(tmp_path) as server:
        yield server


@pytest.fixture(name="scene")
def _scene(server):
    """Every exchange is held against the description afterwards."""
    yield Scene(server)
    assert [p for one in server.requests for p in (*check(one), *graphql_schema.check(one))] == []


@pytest.fixture(name="loose")
def _loose(server):
    """For requests that break GitHub's rules on purpose."""
    return Scene(server)


R = "/repos/octo-org/hello"
STAMP = {"name": "A", "email": "a@example.com", "date": "2026-01-02T03:04:05Z"}
ON_A_LINE = {"path": "hello.py", "line": 1, "body": "?"}
TO_MAIN = {"title": "t", "head": "feature", "base": "main"}
CALLS = [  # one a route at least; {names} are the scene's
    ("GET", "/users/mona", None, 200),
    ("GET", "/rate_limit", None, 200),
    ("POST", "/graphql", {"query": "query { viewer { databaseId login } }"}, 200),
    ("GET", R, None, 200),
    ("GET", f"{R}/collaborators/mona/permission", None, 200),
    ("GET", f"{R}/actions/permissions/workflow", None, 403),
    ("GET", f"{R}/rules/branches/ai_coder/issue-1", None, 200),
    ("GET", f"{R}/rulesets/42", None, 200),
    ("GET", f"{R}/issues/comments?since=2026-01-01T00:00:00Z", None, 200),
    ("GET", f"{R}/issues/events", None, 200),
    ("GET", f"{R}/issues/comments/{{comment}}", None, 200),
    ("PATCH", f"{R}/issues/comments/{{comment}}", {"body": "No."}, 200),
    ("DELETE", f"{R}/issues/comments/{{comment}}", None, 204),
    ("GET", f"{R}/issues/1/comments?since=2020-01-01T00:00:00Z", None, 200),
    ("POST", f"{R}/issues/1/comments", {"body": "Done."}, 201),
    ("GET", f"{R}/issues/1/reactions?content=heart", None, 200),
    ("POST", f"{R}/issues/1/reactions", {"content": "eyes"}, 201),
    ("DELETE", f"{R}/issues/1/reactions/{{reaction}}", None, 204),
    ("GET", f"{R}/issues/comments/{{comment}}/reactions", None, 200),
    ("POST", f"{R}/issues/comments/{{comment}}/reactions", {"content": "rocket"}, 201),
    ("DELETE", f"{R}/issues/comments/{{comment}}/reactions/1", None, 404),
    ("GET", f"{R}/pulls/comments/{{line}}/reactions", None, 200),
    ("POST", f"{R}/pulls/comments/{{line}}/reactions", {"content": "+1"}, 201),
    ("DELETE", f"{R}/pulls/comments/{{line}}/reactions/1", None, 404),
    ("GET", f"{R}/issues?labels=ai_coder&state=all&creator=mona&since=2020-01-01T00:00:00Z", None, 200),
    ("POST", f"{R}/issues", {"title": "Another", "labels": ["bug"], "assignees": ["mona"]}, 201),
    ("GET", f"{R}/issues/1", None, 200),
    ("GET", f"{R}/issues/2", None, 200),
    ("GET", f"{R}/issues/99", None, 404),
    ("PATCH", f"{R}/issues/1", {"title": "T", "state": "closed", "labels": ["x"], "assignees": ["mona"]}, 200),
    ("GET", f"{R}/issues/1/labels", None, 200),
    ("POST", f"{R}/issues/1/labels", {"labels": ["bug"]}, 200),
    ("PUT", f"{R}/issues/1/labels", {"labels": ["bug"]}, 200),
    ("DELETE", f"{R}/issues/1/labels/ai_coder", None, 200),
    ("DELETE", f"{R}/issues/1/labels/bug", None, 404),
    ("GET", f"{R}/labels", None, 200),
    ("POST", f"{R}/labels", {"name": "new"}, 201),
    ("GET", f"{R}/labels/ai_coder", None, 200),
    ("POST", f"{R}/issues/1/assignees", {"assignees": ["mona", "stranger"]}, 201),
    ("DELETE", f"{R}/issues/1/assignees", {"assignees": ["mona"]}, 200),
    ("GET", f"{R}/issues/1/events", None, 200),
    ("GET", f"{R}/issues/1/timeline", None, 200),
    ("GET", f"{R}/pulls?head=octo-org:feature&base=main&state=open", None, 200),
    ("POST", f"{R}/pulls", {"title": "Back", "head": "octo-org:feature", "base": "old", "draft": True}, 201),
    ("GET", f"{R}/pulls/comments/{{line}}", None, 200),
    ("GET", f"{R}/pulls/2", None, 200),
    ("PATCH", f"{R}/pulls/2", {"title": "T", "body": "b", "state": "closed", "base": "old"}, 200),
    ("GET", f"{R}/pulls/2/files", None, 200),
    ("GET", f"{R}/pulls/2/commits", None, 200),
    ("POST", f"{R}/pulls/2/requested_reviewers", {"reviewers": ["max"]}, 201),
    ("GET", f"{R}/pulls/2/reviews", None, 200),
    ("POST", f"{R}/pulls/2/reviews", {"event": "COMMENT", "comments": [ON_A_LINE]}, 200),
    ("GET", f"{R}/pulls/2/comments", None, 200),
    ("POST", f"{R}/pulls/2/comments/{{line}}/replies", {"body": "Because."}, 201),
    ("GET", f"{R}/contents", None, 200),
    ("GET", f"{R}/contents/hello.py?ref=feature", None, 200),
    ("GET", f"{R}/contents/link", None, 200),
    ("GET", f"{R}/contents/docs", None, 200),
    ("GET", f"{R}/contents/none.py", None, 404),
    ("GET", f"{R}/tarball", None, 302),
    ("GET", f"{R}/tarball/feature", None, 302),
    ("GET", "/_codeload/octo-org/hello/legacy.tar.gz/{main}", None, 200),
    ("GET", f"{R}/commits?sha=feature&path=hello.py", None, 200),
    ("GET", f"{R}/commits/feature", None, 200),
    ("GET", f"{R}/commits/{SHA}", None, 422),
    ("GET", f"{R}/commits/feature/check-runs?filter=latest", None, 200),
    ("GET", f"{R}/check-runs/{{check}}/annotations", None, 200),
    ("GET", f"{R}/actions/jobs/{{check}}/logs", None, 302),
    ("GET", "/_logs/octo-org/hello/{check}", None, 200),
    ("POST", f"{R}/actions/workflows/none.yml/dispatches", {"ref": "feature"}, 404),
    ("GET", f"{R}/compare/main...octo-org:feature", None, 200),
    ("GET", f"{R}/branches", None, 200),
    ("GET", f"{R}/branches/feature", None, 200),
    ("GET", f"{R}/branches/none", None, 404),
    ("GET", f"{R}/git/ref/heads/main", None, 200),
    ("GET", f"{R}/git/ref/heads/mai", None, 404),
    ("GET", f"{R}/git/matching-refs/heads/fea", None, 200),
    ("POST", f"{R}/git/refs", {"ref": "refs/heads/ai_coder/issue-1", "sha": "{main}"}, 201),
    ("PATCH", f"{R}/git/refs/heads/old", {"sha": "{feature}", "force": False}, 200),
    ("DELETE", f"{R}/git/refs/heads/feature", None, 204),
    ("GET", f"{R}/git/blobs/{{blob}}", None, 200),
    ("POST", f"{R}/git/blobs", {"content": "AAEC", "encoding": "base64"}, 201),
    ("POST", f"{R}/merges", {"base": "main", "head": ""}, 404),
    ("GET", f"{R}/git/trees/main?recursive=1", None, 200),
    ("GET", f"{R}/git/trees/{{tree}}", None, 200),
    ("POST", f"{R}/git/trees", {"tree": [{"path": "a/b", "mode": "100644", "type": "blob", "content": "x"}]}, 201),
    ("GET", f"{R}/git/commits/{{main}}", None, 200),
    ("POST", f"{R}/git/commits", {"message": "m", "tree": "{tree}", "parents": ["{main}"], "author": STAMP}, 201),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "status"), CALLS, ids=[f"{call[0]}-{call[1].removeprefix(R)}" for call in CALLS]
)
def test_every_route_answers_as_described(scene, method, path, body, status):
    """Status and shape of every route's answer are those of GitHub's description."""
    scene.repo.move_branch("old", scene.names["main"], actor="mona")

    assert scene.bot().ask(method, scene.filled(path), scene.filled(body)).status_code == status


def test_the_table_names_every_route():
    """No route is left out of the table above, but the one an installation may not use."""
    paths = [(method, re.sub(r"\{\w+\}", "1", path).partition("?")[0]) for method, path, *_ in CALLS]
    asked = [Request(method, path) for method, path in paths]

    assert [route.path for route in ROUTES if not any(route.match(one) is not None for one in asked)] == ["/user"]


# Clients of GitHub


def test_a_change_through_pygithub(scene):
    """Blob, tree, commit, branch and pull request, made as our adapter makes them, are there in git."""
    repo = scene.pygithub()
    head = repo.get_git_commit(repo.get_git_ref("heads/main").object.sha)
    blob = repo.create_git_blob(base64.b64encode(b"\0\1").decode(), "base64")
    lines = [
        InputGitTreeElement("data/a.bin", "100644", "blob", sha=blob.sha),
        InputGitTreeElement("tool.sh", "100755", "blob", content="#!/bin/sh\n"),
        InputGitTreeElement("docs/guide.md", "100644", "blob", sha=None),
    ]
    tree = repo.create_git_tree(lines, repo.get_git_tree(head.tree.sha))
    commit = repo.create_git_commit("Change\n\nWhy.", tree, [head])
    repo.create_git_ref("refs/heads/ai_coder/issue-1", commit.sha)
    pull = repo.create_pull(base="main", head="ai_coder/issue-1", title="T", body="B", draft=True)

    [found] = repo.get_pulls(head="octo-org:ai_coder/issue-1", state="open")
    assert (found.number, found.draft, pull.changed_files) == (3, True, 3)
    assert {file.filename: file.status for file in pull.get_files()} == {
        "data/a.bin": "added",
        "docs/guide.md": "removed",
        "tool.sh": "added",
    }
    files = scene.repo.files("ai_coder/issue-1")
    assert (files["data/a.bin"], "docs/guide.md" in files, files["run.sh"]) == (b"\0\1", False, b"#!/bin/sh\n")
    assert scene.repo.modes("ai_coder/issue-1") == {
        "data/a.bin": "100644",
        "hello.py": "100644",
        "link": "120000",
        "run.sh": "100755",
        "tool.sh": "100755",
    }


def test_drafts_through_pygithub(scene):
    """The two mutations of drafts reach the pull request."""
    pull = scene.pygithub().get_pull(2)

    pull.convert_to_draft()
    assert scene.repo.pull_requests[0].draft

    pull.mark_ready_for_review()
    assert not scene.repo.pull_requests[0].draft


def test_talk_through_pygithub(scene):
    """Comments, reactions, labels, history and permissions, as the library asks for them."""
    repo = scene.pygithub()
    issue = repo.get_issue(1)
    comment = issue.create_comment("Working.")
    comment.edit("Done.")
    comment.create_reaction("rocket")
    issue.add_to_labels("bug")
    issue.remove_from_labels("ai_coder")
    issue.edit(state="closed")

    assert [one.body for one in issue.get_comments()] == ["Yes please.", "Done."]
    assert [(one.event, one.actor.login) for one in issue.get_events()] == [
        ("labeled", "mona"),
        ("labeled", "github-actions[bot]"),
        ("unlabeled", "github-actions[bot]"),
        ("closed", "github-actions[bot]"),
    ]
    assert scene.repo.reactions(1, comment.id) == [("github-actions[bot]", "rocket")]
    assert repo.get_collaborator_role_name("max") == "maintain"
    assert repo.get_collaborator_permission("max") == "write"


def test_commits_are_told_with_their_changes(scene):
    """A commit shows its files with status, counts and hunks, renames found."""
    text = "".join(f"line {n}\n" for n in range(20))
    scene.repo.commit("moved", {"a.txt": text}, author="mona")
    sha = scene.repo.commit("moved", {"a.txt": None, "b.txt": text + "more\n"}, author="mona").sha
    [file] = scene.pygithub().get_commit(sha).files

    assert (file.status, file.previous_filename, file.filename) == ("renamed", "a.txt", "b.txt")
    assert (file.additions, file.deletions, file.patch.splitlines()[-1]) == (1, 0, "+more")


# Who may do what


def test_a_person_knows_who_she_is(scene):
    """`GET /user` answers people, and refuses the workflow's token."""
    assert scene.person("mona").ask("GET", "/user").json()["login"] == "mona"
    refused = scene.bot().ask("GET", "/user")
    assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")


@pytest.mark.parametrize(
    ("login", "told"),
    [
        ("mona", ("write", "write")),
        ("max", ("write", "maintain")),
        ("tria", ("read", "triage")),
        ("reed", ("read", "read")),
        ("stranger", ("read", "read")),
    ],
)
def test_roles_are_folded_into_permissions(scene, login, told):
    """`permission` knows four words, `role_name` all; a public repository is readable by anybody."""
    answer = scene.bot().ask("GET", f"{R}/collaborators/{login}/permission").json()
    assert (answer["permission"], answer["role_name"]) == told


@pytest.mark.parametrize("login", ["nobody", "github-actions[bot]", "octo-org"])
def test_only_people_have_permissions(scene, login):
    """Unknown logins, bots and organizations are no users."""
    answer = scene.bot().ask("GET", f"{R}/collaborators/{login}/permission")
    assert (answer.status_code, answer.json()["message"]) == (404, f"{login} is not a user")


@pytest.mark.parametrize("token", ["", "ghs_unknown"])
def test_unknown_tokens_are_refused(scene, token):
    """No token and a wrong one are the same."""
    answer = Client(scene.server, token).ask("GET", R)
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize(
    ("permission", "method", "path", "body"),
    [
        ("contents", "POST", "/git/blobs", {"content": "x"}),
        ("contents", "PATCH", "/git/refs/heads/main", {"sha": SHA}),
        ("issues", "POST", "/issues/1/comments", {"body": "x"}),
        ("issues", "POST", "/issues/1/reactions", {"content": "eyes"}),
        ("pull_requests", "POST", "/pulls", {"title": "t", "head": "feature", "base": "main"}),
    ],
)
def test_a_permission_taken_away(scene, permission, method, path, body):
    """Without the permission the workflow's token may read and not write; the answer names what is missing."""
    scene.server.permit(**{permission: "read"})
    answer = scene.bot().ask(method, R + path, body)

    assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by integration")
    assert answer.headers["X-Accepted-GitHub-Permissions"] == f"{permission}=write"
    assert scene.bot().ask("GET", f"{R}/issues/1").status_code == 200


def test_either_permission_lets_comment_on_a_pull_request(scene):
    """`issues` or `pull_requests` is enough under a pull request."""
    scene.server.permit(issues="none")
    assert scene.bot().ask("POST", f"{R}/issues/2/comments", {"body": "x"}).status_code == 201


@pytest.mark.parametrize(
    ("login", "method", "path", "body", "status"),
    [
        ("reed", "POST", "/issues/1/comments", {"body": "x"}, 201),
        ("reed", "POST", "/issues/1/labels", {"labels": ["x"]}, 403),
        ("tria", "POST", "/issues/1/labels", {"labels": ["x"]}, 200),
        ("tria", "POST", "/git/blobs", {"content": "x"}, 403),
        ("reed", "PATCH", "/issues/comments/{comment}", {"body": "own"}, 200),
        ("tria", "PATCH", "/issues/comments/{comment}", {"body": "not own"}, 403),
    ],
)
def test_what_people_may_do(scene, login, method, path, body, status):
    """A person's role decides, and what is one's own."""
    assert scene.person(login).ask(method, R + scene.filled(path), body).status_code == status


def test_a_private_repository_is_invisible(scene):
    """To who has no role in it, it does not exist."""
    scene.repo.state.private = True
    assert scene.person("stranger").ask("GET", R).status_code == 404
    assert scene.person("reed").ask("GET", R).status_code == 200


# Refusals


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/git/refs", {"ref": "refs/heads/main", "sha": "{main}"}, 422, "Reference already exists"),
        ("POST", "/git/refs", {"ref": "refs/heads/new", "sha": SHA}, 422, "Object does not exist"),
        ("POST", "/git/refs", {"ref": "refs/heads/a..b", "sha": "{main}"}, 422, "not a valid ref name"),
        ("POST", "/git/refs", {"ref": "heads/new", "sha": "{main}"}, 422, "must start with"),
        ("PATCH", "/git/refs/heads/feature", {"sha": "{main}"}, 422, "Update is not a fast forward"),
        ("PATCH", "/git/refs/heads/none", {"sha": "{main}"}, 422, "Reference does not exist"),
        ("DELETE", "/git/refs/heads/none", None, 422, "Reference does not exist"),
        ("POST", "/git/blobs", {"content": "A", "encoding": "base64"}, 422, "not valid Base64"),
        ("POST", "/git/trees", {"tree": [{"path": ".git/x", "mode": "100644", "content": ""}]}, 422, "malformed"),
        ("POST", "/git/trees", {"tree": [{"path": "../x", "mode": "100644", "content": ""}]}, 422, "malformed"),
        ("POST", "/git/trees", {"tree": [{"path": "x", "mode": "100666", "content": ""}]}, 422, "tree.mode"),
        ("POST", "/git/trees", {"tree": [{"path": "x", "mode": "100644", "sha": SHA}]}, 422, "not a valid blob"),
        ("POST", "/git/trees", {"tree": [{"path": "x", "mode": "100644", "sha": None}]}, 422, "BadObjectState"),
        ("POST", "/git/commits", {"message": "m", "tree": SHA}, 422, "Tree SHA does not exist"),
        ("POST", "/pulls", TO_MAIN, 422, "already exists for octo-org:feature."),
        ("POST", "/pulls", TO_MAIN | {"head": "main", "base": "feature"}, 422, "No commits between feature and main"),
        ("POST", "/pulls", {"title": "t", "head": "none", "base": "main"}, 422, '"field": "head"'),
        ("POST", "/pulls", {"title": "t" * 257, "head": "feature", "base": "main"}, 422, "title is too long"),
        ("POST", "/issues/1/comments", {"body": "x" * 65_537}, 422, "Body is too long"),
        ("POST", "/issues/1/comments", {"body": 1}, 422, "is not a string"),
        ("POST", "/issues/1/comments", {}, 422, "wasn't supplied"),
        ("POST", "/issues/1/comments", ["x"], 400, "Body should be a JSON object"),
        ("POST", "/issues/1/reactions", {"content": "frown"}, 422, "Validation Failed"),
        ("PATCH", "/issues/1", {"title": "t" * 257}, 422, "title is too long"),
        ("PATCH", "/pulls/2", {"body": "x" * 65_537}, 422, "Body is too long"),
        ("POST", "/pulls/2/requested_reviewers", {"reviewers": ["mona"]}, 422, "pull request author"),
        ("POST", "/pulls/2/requested_reviewers", {"reviewers": ["stranger"]}, 422, "not a collaborator"),
        ("GET", "/nothing", None, 404, "Not Found"),
        ("GET", "/git/ref/heads/main%00", None, 404, "Not Found"),
        ("GET", "/git/ref/..%2Fconfig", None, 404, "Not Found"),
        ("GET", "/issues?since=yesterday", None, 422, "Invalid since"),
    ],
)  # fmt: skip
def test_refusals_in_githubs_words(loose, method, path, body, status, said):
    """What GitHub refuses is refused with its status and its sentence."""
    answer = loose.bot().ask(method, R + path, loose.filled(body))

    assert answer.status_code == status
    assert said in answer.text
    assert {"message", "documentation_url", "status"} <= answer.json().keys()


@pytest.mark.parametrize(
    ("switch", "value", "call", "status", "said"),
    [
        ("allow_actions_pull_requests", False, "POST /pulls", 403, "GitHub Actions is not permitted"),
        ("allow_drafts", False, "POST /pulls", 422, "Draft pull requests are not supported"),
        ("has_issues", False, "GET /issues/1", 410, "Issues are disabled"),
        ("archived", True, "POST /pulls", 403, "archived"),
    ],
)
def test_switches_of_a_repository(loose, switch, value, call, status, said):
    """What the repository's owner can switch off is refused as GitHub refuses it."""
    loose.repo.commit("more", {"a": "b"}, author="mona")
    setattr(loose.repo.state, switch, value)
    method, path = call.split()
    body = {"title": "t", "head": "more", "base": "main", "draft": True} if method == "POST" else None
    answer = loose.bot().ask(method, R + path, body)

    assert (answer.status_code, said in answer.text) == (status, True)


def test_a_deleted_issue_is_gone(scene):
    """Deleted is not the same as never there."""
    scene.repo.delete_issue(1)
    assert scene.bot().ask("GET", f"{R}/issues/1").status_code == 410
    assert scene.repo.open_issue(author="mona", title="Next").number == 3


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/git/ref/heads/main", None),
        ("GET", "/git/trees/main", None),
        ("POST", "/git/blobs", {"content": "x"}),
        ("GET", "/commits", None),
    ],
)
def test_an_empty_repository(server, method, path, body):
    """Without a commit there is nothing to build on."""
    server.create_repository("octo-org/empty")
    answer = Client(server, server.token).ask(method, "/repos/octo-org/empty" + path, body)
    assert (answer.status_code, answer.json()["message"]) == (409, "Git Repository is empty.")


# Promises we build on


def test_refs_are_compare_and_swap(scene):
    """Of many who move a branch at once, from the same commit, one succeeds; nothing is lost."""
    scene.repo.move_branch("race", scene.names["main"], actor="mona")
    bot = scene.bot()
    body = {"tree": scene.names["tree"], "parents": [scene.names["main"]]}
    commits = [bot.ask("POST", f"{R}/git/commits", body | {"message": str(n)}).json()["sha"] for n in range(8)]
    statuses = []

    def push(sha):
        with scene.bot() as client:
            statuses.append(client.ask("PATCH", f"{R}/git/refs/heads/race", {"sha": sha}).status_code)

    threads = [threading.Thread(target=push, args=[sha]) for sha in commits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [422] * 7
    assert scene.repo.head("race") in commits


def test_a_reaction_is_put_once(scene):
    """201 when it is new, 200 when it stood there; another person's is another one."""
    bot, path = scene.bot(), f"{R}/issues/comments/{scene.names['comment']}/reactions"
    answers = [bot.ask("POST", path, {"content": "eyes"}) for _ in range(2)]
    other = scene.person("mona").ask("POST", path, {"content": "eyes"})

    assert [answer.status_code for answer in [*answers, other]] == [201, 200, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["user"]["id"] == 41898282


@pytest.mark.parametrize(
    ("who", "body", "verified"),
    [("bot", {}, True), ("bot", {"author": STAMP}, False), ("mona", {}, False)],
)
def test_who_signs_commits(scene, who, body, verified):
    """GitHub signs what a bot commits under its own name, and nothing else made through the Git database."""
    client = scene.bot() if who == "bot" else scene.person(who)
    body = {"message": "m", "tree": scene.names["tree"], "parents": [scene.names["main"]]} | body
    made = client.ask("POST", f"{R}/git/commits", body).json()
    read = client.ask("GET", f"{R}/git/commits/{made['sha']}").json()

    assert (made["verification"]["verified"], read["verification"]) == (verified, made["verification"])


def test_a_tarball_lies(server):
    """export-ignore and export-subst act in archives as on GitHub: what an archive holds is not the tree."""
    attributes = "hidden.py export-ignore\nversion.txt export-subst\n"
    files = {".gitattributes": attributes, "hidden.py": "x\n", "version.txt": "$Format:%H$\n"}
    repo = server.create_repository("octo-org/lies", files)
    with Client(server, server.token) as client:
        link = client.ask("GET", "/repos/octo-org/lies/tarball/main").headers["Location"]
        archive = client.get(link, timeout=10).content
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        top = f"octo-org-lies-{repo.head('main')[:7]}"
        assert tar.getnames() == [top, f"{top}/.gitattributes", f"{top}/version.txt"]
        assert tar.extractfile(f"{top}/version.txt").read().decode() == repo.head("main") + "\n"


def test_large_trees_are_cut(scene):
    """Above the limit a recursive tree says that it is not whole."""
    whole = scene.bot().ask("GET", f"{R}/git/trees/main?recursive=1").json()
    scene.server.tree_limit = 2
    cut = scene.bot().ask("GET", f"{R}/git/trees/main?recursive=1").json()

    assert (len(whole["tree"]), whole["truncated"]) == (5, False)
    assert (cut["tree"], cut["truncated"]) == (whole["tree"][:2], True)


def test_entries_replace_what_is_in_their_way(scene):
    """A file where a folder was, a folder where a file was, a submodule, and a whole tree in a new place."""
    lines = [
        {"path": "docs", "mode": "100644", "type": "blob", "content": "now a file"},
        {"path": "hello.py/inside", "mode": "100644", "type": "blob", "content": "now a folder"},
        {"path": "vendor", "mode": "160000", "type": "commit", "sha": SHA},
        {"path": "copy", "mode": "040000", "type": "tree", "sha": scene.names["tree"]},
    ]
    body = {"base_tree": scene.names["main"], "tree": lines}
    sha = scene.bot().ask("POST", f"{R}/git/trees", body).json()["sha"]
    tree = scene.bot().ask("GET", f"{R}/git/trees/{sha}?recursive=1").json()["tree"]

    assert [line["path"] for line in tree if line["type"] != "tree"] == [
        *("copy/hello.py", "copy/link", "copy/run.sh"),
        *("docs", "hello.py/inside", "link", "run.sh", "vendor"),
    ]


def test_lists_come_in_pages(scene):
    """`Link` leads through all pages, and PyGithub follows it."""
    for n in range(7):
        scene.repo.comment(1, author="mona", body=str(n))
    first = scene.bot().ask("GET", f"{R}/issues/1/comments?per_page=3")
    middle = scene.bot().ask("GET", f"{R}/issues/1/comments?per_page=3&page=2")

    assert set(first.links) == {"next", "last"}
    assert set(middle.links) == {"prev", "next", "last", "first"}
    comments = scene.pygithub(per_page=3).get_issue(1).get_comments()
    assert [comment.body for comment in comments] == ["Yes please.", *map(str, range(7))]


def test_pull_requests_follow_their_branch(scene):
    """A push moves the head; a branch that is removed closes its pull request."""
    pushed = scene.repo.commit("feature", {"more.py": "1\n"}, author="mona")
    assert scene.bot().ask("GET", f"{R}/pulls/2").json()["head"]["sha"] == pushed.sha

    scene.repo.move_branch("feature", None, actor="mona")
    assert scene.bot().ask("GET", f"{R}/pulls/2").json()["state"] == "closed"


def test_merging(scene):
    """A merged pull request is closed, and its files are on the base branch."""
    merge = scene.repo.merge(2, actor="max")
    pull = scene.bot().ask("GET", f"{R}/pulls/2").json()

    assert (pull["merged"], pull["state"], pull["changed_files"]) == (True, "closed", 2)
    assert scene.repo.files("main")["hello.py"] == b"print('salut')\n"
    assert merge.parents == (scene.names["main"], scene.names["feature"])


# The server


def test_headers_and_log(scene):
    """Answers carry a request id and the rate limit; the log holds what was said."""
    answer = scene.bot().ask("POST", f"{R}/issues/1/comments", {"body": "x"})
    exchange = scene.server.requests[-1]

    assert answer.headers["X-GitHub-Request-Id"] == "A1:000001"
    assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == ("1000", "999")
    assert (exchange.method, exchange.path, exchange.status) == ("POST", f"{R}/issues/1/comments", 201)
    assert (exchange.body, exchange.answer) == ({"body": "x"}, answer.json())


def test_a_fault_before_the_effect(loose):
    """A scripted answer ends the request before anything happens."""
    loose.server.interceptors.append(lambda request: Answer(502, b"<html>") if request.method == "POST" else None)
    answer = loose.bot().ask("POST", f"{R}/issues/1/comments", {"body": "x"})

    assert (answer.status_code, len(loose.repo.comments(1))) == (502, 1)


def test_a_fault_after_the_effect(loose):
    """The effect happens, and the client does not hear of it."""

    def swallow(request):
        loose.server.perform(request)
        return Answer(0)

    loose.server.interceptors.append(swallow)
    with pytest.raises(requests.ConnectionError):
        loose.bot().ask("POST", f"{R}/issues/1/comments", {"body": "x"})

    assert len(loose.repo.comments(1)) == 2


def test_an_answer_cut_short(loose):
    """Fewer bytes than promised."""
    cut = Answer(200, b"{", {"Content-Length": "100"}, hang_up=True)
    loose.server.interceptors.append(lambda _: cut)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        loose.bot().ask("GET", R)


def test_time_is_handed_in(tmp_path):
    """Time stamps are those of the given clock."""
    moments = iter(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(100))
    with GithubServer(tmp_path, clock=lambda: next(moments)) as server:
        repo = server.create_repository("octo-org/hello", {"a": "b"})
        first, second = (repo.open_issue(author="mona", title="t").created_at for _ in range(2))

    assert first.year == 2026
    assert second > first


def test_errors_reach_pygithub(scene):
    """The library raises with our status and message."""
    with pytest.raises(GithubException) as caught:
        scene.pygithub().get_issue(99)
    assert (caught.value.status, caught.value.data["message"]) == (404, "Not Found")


# The check itself


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer": {"state": 1}}, "answer at state"),
        ({"answer": {"user": {}}}, "answer at user"),
        ({"answer": {"closed_at": "yesterday"}}, "answer at closed_at"),
        ({"status": 418}, "the status is not declared"),
        ({"query": {"pagee": "1"}}, "query parameter 'pagee' is not known"),
        ({"path": f"{R}/nowhere"}, "no such operation"),
        ({"method": "PATCH", "raw": b'{"titel": "t"}'}, "request property 'titel' is not known"),
        ({"method": "PATCH", "raw": b'{"body": 1}'}, "request at body"),
    ],
)
def test_the_check_sees_what_is_wrong(loose, change, said):
    """A wrong shape, status, query, path or request is told; the exchange it was made from is in order."""
    loose.bot().ask("GET", f"{R}/issues/1")
    [good] = loose.server.requests
    wrong_request = {name: value for name, value in change.items() if name in {"query", "path", "method", "raw"}}
    answer = good.answer | change.get("answer", {})
    reply = replace(good.reply, body=answer, status=change.get("status", 200))
    bad = replace(good, request=replace(good.request, **wrong_request), reply=reply)

    assert check(good) == []
    assert any(said in problem for problem in check(bad))
