"""Users, the repository itself, roles, the rate limit, and the little GraphQL that has no REST twin."""

import json
import re

from ai_coder.loopback import shapes, tracker
from ai_coder.loopback.http import Answer, Json
from ai_coder.loopback.refusals import Refused, not_accessible, not_found
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.routing import REPO, Call, Route
from ai_coder.loopback.shapes_pulls import pull_request
from ai_coder.loopback.state import PullRequest, User

RATE_LIMITS = {True: 1000, False: 5000}
"""Requests an hour of an installation's token (True) and of a person's.

Source: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api.
"""
MUTATIONS = {"convertPullRequestToDraft": True, "markPullRequestReadyForReview": False}
"""Each with the `draft` it leaves behind."""


def get_authenticated_user(call: Call) -> Answer:
    """An installation is no user, so this is not for it."""
    if call.token.permissions is not None:
        raise Refused(403, "Resource not accessible by integration")
    return Answer(200, shapes.whole_user(call.world, call.user))


def get_user(call: Call) -> Answer:
    """Anybody, by login."""
    return Answer(200, shapes.whole_user(call.world, call.world.user(call.params["login"])))


def get_repository(call: Call) -> Answer:
    """The repository."""
    return Answer(200, shapes.whole_repository(call.repo, call.user))


def get_permission(call: Call) -> Answer:
    """Bots and strangers to GitHub are no users here."""
    login = call.params["login"]
    who = call.world.users.get(login.lower())
    if who is None or who.type != "User":
        raise not_found(f"{login} is not a user")
    return Answer(200, shapes.permission(call.repo, who))


def get_rate_limit(call: Call) -> Answer:
    """What is left of this hour."""
    limits = rate_limit(call)
    return Answer(200, {"resources": {"core": limits, "search": limits}, "rate": limits})


def rate_limit(call: Call) -> Json:
    """Counted, never enforced: a test that wants a limit scripts one."""
    limit = RATE_LIMITS[call.token.permissions is not None]
    reset = (int(call.world.now().timestamp()) // 3600 + 1) * 3600
    return {
        "limit": limit,
        "used": call.token.used,
        "remaining": max(limit - call.token.used, 0),
        "reset": reset,
    }


def graphql(call: Call) -> Answer:
    """`viewer`, who edited an issue, and the two mutations that turn drafts into pull requests and back."""
    query = call.required("query")
    for mutation, draft in MUTATIONS.items():
        if mutation in query:
            return _set_draft(call, mutation, draft=draft)
    if "viewer" in query:
        viewer = {
            "databaseId": call.user.id,
            "login": call.user.login,
            "id": shapes.node_id("U", call.user.id),
        }
        return Answer(200, {"data": {"viewer": _asked(query, viewer)}})
    if "lastEditedAt" in query:
        return Answer(200, {"data": {"repository": {"issue": _edits(call)}}})
    said = "The embedded GitHub knows `viewer`, the edits of an issue and the draft mutations only."
    return _graphql_error("undefinedField", said)


def _edits(call: Call) -> Json:
    """When title and body of an issue were changed last, and by whom."""
    variables = call.body.get("variables", {})
    repo = call.world.repository(f"{variables.get('owner')}/{variables.get('name')}")
    issue = repo.issue(int(variables.get("number", 0)))
    renames = [event for event in issue.events if event.kind == "renamed"][-1:]
    nodes = [{"createdAt": shapes.time(event.created_at), "actor": _actor(event.actor)} for event in renames]
    return {
        "lastEditedAt": shapes.optional_time(issue.edited_at),
        "editor": _actor(issue.editor) if issue.editor else None,
        "timelineItems": {"nodes": nodes},
    }


def _actor(who: User) -> Json:
    return {"__typename": who.type, "login": who.login, "databaseId": who.id}


def _set_draft(call: Call, mutation: str, *, draft: bool) -> Answer:
    found = _find_pull_request(call)
    if found is None:
        return _graphql_error("NOT_FOUND", "Could not resolve to a node with the global id of the pull request.")
    repo, pull = found
    if (call.token.permissions or {}).get("pull_requests", "write") != "write":
        return _graphql_error("FORBIDDEN", str(not_accessible("pull_requests=write")))
    if pull.draft != draft:
        pull.draft = draft
        tracker.record(repo, pull, "convert_to_draft" if draft else "ready_for_review", call.user)
    shape = pull_request(repo, pull)
    answer = {"id": shape["node_id"], "number": pull.number, "isDraft": draft, "url": shape["html_url"]}
    query = call.required("query")
    mutated = {"clientMutationId": None, "pullRequest": _asked(query, answer)}
    return Answer(200, {"data": {mutation: _asked(query, mutated)}})


def _asked(query: str, shape: Json) -> Json:
    """The fields whose names the query holds."""
    words = set(re.findall(r"\w+", query))
    return {name: value for name, value in shape.items() if name in words}


def _find_pull_request(call: Call) -> tuple[Repository, PullRequest] | None:
    """The pull request whose node id stands in the query or in its variables."""
    given = json.dumps(call.body)
    for repo in call.world.repositories.values():
        for pull in repo.pull_requests:
            if f'"{shapes.node_id("PR", pull.id)}' in given.replace('\\"', '"'):
                return repo, pull
    return None


def _graphql_error(kind: str, message: str) -> Answer:
    return Answer(200, {"data": None, "errors": [{"type": kind, "message": message}]})


ROUTES = (
    Route("GET", "/user", get_authenticated_user, "none"),
    Route("GET", "/users/{login}", get_user, "none"),
    Route("GET", "/rate_limit", get_rate_limit, "none"),
    Route("POST", "/graphql", graphql, "none"),
    Route("GET", REPO, get_repository),
    Route("GET", f"{REPO}/collaborators/{{login}}/permission", get_permission),
)
