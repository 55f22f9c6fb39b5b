"""The one route of GraphQL: what has no REST twin, or a poorer one. Source: https://docs.github.com/graphql."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from ai_coder.loopback import shapes_graphql as shapes
from ai_coder.loopback import tracker
from ai_coder.loopback.graphql import GraphqlError, Selected, parse_query, select
from ai_coder.loopback.http import Answer, Json
from ai_coder.loopback.refusals import Refused
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.routing import Call, Route
from ai_coder.loopback.shapes import node_id
from ai_coder.loopback.state import PullRequest, Reaction, ReviewComment

FoundT = TypeVar("FoundT")
MUTATIONS_OF_DRAFTS = {"convertPullRequestToDraft": True, "markPullRequestReadyForReview": False}
"""Each with the `draft` it leaves behind."""


def graphql(call: Call) -> Answer:
    """The answer to one query or mutation; errors come with status 200."""
    try:
        kind, selection = parse_query(call.required("query"), call.body.get("variables") or {})
        data = {one.name: _field(call, kind, one) for one in selection}
    except GraphqlError as error:
        return Answer(200, {"data": None, "errors": [{"type": error.kind, "message": str(error)}]})
    except Refused as refused:
        return Answer(200, {"data": None, "errors": [{"type": "NOT_FOUND", "message": str(refused)}]})
    return Answer(200, {"data": data})


def _field(call: Call, kind: str, asked: Selected) -> Json | None:
    """A field of the root."""
    if kind == "mutation":
        return _mutate(call, asked)
    match asked.name:
        case "viewer":
            shape = shapes.actor(call.user) | {"__typename": "User", "login": call.user.login}
            return select(shape, asked.selection)
        case "repository":
            owner, name = asked.arguments["owner"], asked.arguments["name"]
            return select(_repository(call, call.world.repository(f"{owner}/{name}")), asked.selection)
        case "node":
            return select(_node(call, str(asked.arguments["id"])), asked.selection)
    raise GraphqlError("undefinedField", f"Field '{asked.name}' doesn't exist on type 'Query'")


def _repository(call: Call, repo: Repository) -> Json:
    def pull_request(arguments: Mapping[str, Any]) -> Json:
        return shapes.pull_request(repo, repo.pull_request(int(arguments["number"])), call.user)

    def issue(arguments: Mapping[str, Any]) -> Json:
        return shapes.issue(repo.issue(int(arguments["number"])))

    return {"__typename": "Repository", "pullRequest": pull_request, "issue": issue}


def _node(call: Call, name: str) -> Json:
    """A thread, by its global name."""
    repo, pull, first = _thread(call, name)
    return shapes.thread(repo, pull, first, call.user)


def _mutate(call: Call, asked: Selected) -> Json:
    given = asked.arguments.get("input") or {}
    if asked.name in MUTATIONS_OF_DRAFTS:
        made = _set_draft(call, str(given.get("pullRequestId")), asked.name)
    elif asked.name in {"resolveReviewThread", "unresolveReviewThread"}:
        made = _set_resolved(call, str(given.get("threadId")), asked.name)
    elif asked.name == "addReaction":
        made = _add_reaction(call, str(given.get("subjectId")), str(given.get("content")))
    else:
        raise GraphqlError("undefinedField", f"Field '{asked.name}' doesn't exist on type 'Mutation'")
    return select(made | {"clientMutationId": given.get("clientMutationId")}, asked.selection)


def _set_draft(call: Call, name: str, mutation: str) -> Json:
    found = ((repo, pull) for repo, pull in _pull_requests(call) if node_id("PR", pull.id) == name)
    repo, pull = _one(found, name)
    _need(call, "pull_requests")
    draft = MUTATIONS_OF_DRAFTS[mutation]
    if draft and not repo.allow_drafts:
        raise GraphqlError("UNPROCESSABLE", "Draft pull requests are not supported in this repository.")
    if pull.draft != draft:
        pull.draft = draft
        tracker.record(repo, pull, "convert_to_draft" if draft else "ready_for_review", call.user)
    return {"__typename": f"{mutation}Payload", "pullRequest": shapes.pull_request(repo, pull, call.user)}


def _set_resolved(call: Call, name: str, mutation: str) -> Json:
    """An installation needs `contents: write` for it as well."""
    repo, pull, first = _thread(call, name)
    _need(call, "pull_requests", "contents")
    first.resolved_by = call.user if mutation == "resolveReviewThread" else None
    return {"__typename": f"{mutation}Payload", "thread": shapes.thread(repo, pull, first, call.user)}


def _add_reaction(call: Call, name: str, content: str) -> Json:
    contents = {theirs: ours for ours, theirs in shapes.CONTENTS.items()}
    if content not in contents:
        raise GraphqlError("argumentLiteralsIncompatible", f"Argument 'content' has an invalid value ({content}).")
    repo, reactions = _one(_reactables(call, name), name)
    _need(call, "pull_requests")
    reaction, _ = tracker.react(repo, reactions, call.user, contents[content])
    is_person = call.user.type == "User"
    shape = {
        "__typename": "Reaction",
        "content": content,
        "databaseId": reaction.id,
        "user": shapes.actor(call.user) if is_person else None,
    }
    return {"__typename": "AddReactionPayload", "reaction": shape}


def _reactables(call: Call, name: str) -> Iterator[tuple[Repository, list[Reaction]]]:
    for repo, pull in _pull_requests(call):
        yield from ((repo, one.reactions) for one in pull.reviews if node_id("PRR", one.id) == name)
        yield from ((repo, one.reactions) for one in pull.review_comments if node_id("PRRC", one.id) == name)


def _thread(call: Call, name: str) -> tuple[Repository, PullRequest, ReviewComment]:
    found = (
        (repo, pull, comment)
        for repo, pull in _pull_requests(call)
        for comment in pull.review_comments
        if not comment.reply_to and node_id("PRRT", comment.id) == name
    )
    return _one(found, name)


def _pull_requests(call: Call) -> Iterator[tuple[Repository, PullRequest]]:
    return ((repo, pull) for repo in call.world.repositories.values() for pull in repo.pull_requests)


def _one(found: Iterator[FoundT], name: str) -> FoundT:
    first = next(found, None)
    if first is None:
        raise GraphqlError("NOT_FOUND", f"Could not resolve to a node with the global id of '{name}'.")
    return first


def _need(call: Call, *scopes: str) -> None:
    """What an installation's token has to be allowed."""
    permissions = call.token.permissions
    if permissions is not None and any(permissions.get(scope) != "write" for scope in scopes):
        raise GraphqlError("FORBIDDEN", "Resource not accessible by integration")


ROUTES = (Route("POST", "/graphql", graphql, "none"),)
