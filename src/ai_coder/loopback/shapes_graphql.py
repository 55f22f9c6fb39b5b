"""GraphQL objects: pull requests, reviews, threads, comments on lines. Source: https://docs.github.com/graphql."""

from collections.abc import Mapping
from typing import Any

from ai_coder.loopback.graphql import connection
from ai_coder.loopback.http import Json
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.shapes import node_id, optional_time, time
from ai_coder.loopback.state import Issue, PullRequest, Reaction, Review, ReviewComment, User
from ai_coder.loopback.threads import where_now

CONTENTS = {
    "+1": "THUMBS_UP",
    "-1": "THUMBS_DOWN",
    "laugh": "LAUGH",
    "hooray": "HOORAY",
    "confused": "CONFUSED",
    "heart": "HEART",
    "rocket": "ROCKET",
    "eyes": "EYES",
}
"""Names of reactions, REST to GraphQL."""


def actor(who: User) -> Json:
    """A person or a bot; a bot's login has no `[bot]` here."""
    is_bot = who.type == "Bot"
    return {
        "__typename": who.type,
        "id": node_id("BOT" if is_bot else "U", who.id),
        "databaseId": who.id,
        "login": who.login.removesuffix("[bot]"),
    }


def issue(shown: Issue) -> Json:
    """What is told of an issue beside REST: who changed its text, and its title."""

    def timeline(arguments: Mapping[str, Any]) -> Json:
        renames = [event for event in shown.events if event.kind == "renamed"]
        nodes = [
            {"__typename": "RenamedTitleEvent", "createdAt": time(event.created_at), "actor": actor(event.actor)}
            for event in renames[-int(arguments["last"]) :]
        ]
        return {"__typename": "IssueTimelineItemsConnection", "nodes": nodes}

    return {
        "__typename": "Issue",
        "lastEditedAt": optional_time(shown.edited_at),
        "editor": actor(shown.editor) if shown.editor else None,
        "timelineItems": timeline,
    }


def reaction_groups(reactions: list[Reaction], viewer: User) -> list[Json]:
    """Every kind of reaction, put or not."""
    own = {reaction.content for reaction in reactions if reaction.user == viewer}
    return [
        {"__typename": "ReactionGroup", "content": name, "viewerHasReacted": content in own}
        for content, name in CONTENTS.items()
    ]


def pull_request(repo: Repository, shown: PullRequest, viewer: User) -> Json:
    """A pull request with its reviews and threads."""
    firsts = [comment for comment in shown.review_comments if not comment.reply_to]
    return {
        "__typename": "PullRequest",
        "id": node_id("PR", shown.id),
        "number": shown.number,
        "isDraft": shown.draft,
        "url": f"{repo.html}/pull/{shown.number}",
        "headRefOid": shown.head_sha,
        "reviews": connection(
            "PullRequestReviewConnection", [review(repo, shown, one, viewer) for one in shown.reviews]
        ),
        "reviewThreads": connection(
            "PullRequestReviewThreadConnection", [thread(repo, shown, one, viewer) for one in firsts]
        ),
    }


def review(repo: Repository, pull: PullRequest, shown: Review, viewer: User) -> Json:
    """A submitted review."""
    return {
        "__typename": "PullRequestReview",
        "id": node_id("PRR", shown.id),
        "databaseId": shown.id,
        "fullDatabaseId": str(shown.id),
        "author": actor(shown.author),
        "body": shown.body,
        "state": shown.state,
        "submittedAt": time(shown.submitted_at),
        "lastEditedAt": None,
        "url": f"{repo.html}/pull/{pull.number}#pullrequestreview-{shown.id}",
        "reactionGroups": reaction_groups(shown.reactions, viewer),
    }


def thread(repo: Repository, pull: PullRequest, first: ReviewComment, viewer: User) -> Json:
    """A thread, as its first comment tells it."""
    now = where_now(repo, first)
    replies = [one for one in pull.review_comments if one.reply_to == first.id]
    return {
        "__typename": "PullRequestReviewThread",
        "id": node_id("PRRT", first.id),
        "isResolved": first.resolved_by is not None,
        "resolvedBy": actor(first.resolved_by) if first.resolved_by and first.resolved_by.type == "User" else None,
        "isOutdated": now.line is None,
        "path": first.path,
        "line": now.line,
        "startLine": now.start_line,
        "originalLine": first.line,
        "originalStartLine": first.start_line or None,
        "diffSide": first.side,
        "subjectType": "LINE",
        "comments": connection(
            "PullRequestReviewCommentConnection", [line_comment(repo, one, viewer) for one in [first, *replies]]
        ),
    }


def line_comment(repo: Repository, shown: ReviewComment, viewer: User) -> Json:
    """A comment on lines."""
    is_edited = shown.updated_at != shown.created_at
    return {
        "__typename": "PullRequestReviewComment",
        "id": node_id("PRRC", shown.id),
        "databaseId": shown.id,
        "fullDatabaseId": str(shown.id),
        "author": actor(shown.author),
        "body": shown.body,
        "createdAt": time(shown.created_at),
        "publishedAt": time(shown.created_at),
        "lastEditedAt": time(shown.updated_at) if is_edited else None,
        "url": f"{repo.html}/pull/{shown.number}#discussion_r{shown.id}",
        "diffHunk": shown.diff_hunk,
        "pullRequestReview": {"__typename": "PullRequestReview", "fullDatabaseId": str(shown.review)},
        "reactionGroups": reaction_groups(shown.reactions, viewer),
    }
