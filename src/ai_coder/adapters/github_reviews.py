"""Reviews, threads on lines and the diff of a pull request on GitHub.

Threads and the reactions to a review are in GraphQL only. Source: https://docs.github.com/en/graphql/reference/objects
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_pulls import parse_pull_request
from ai_coder.domain.diff import FileDiff
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import OWN_MARKER
from ai_coder.domain.review import DraftComment, ReviewDraft, Thread
from ai_coder.domain.task import NEVER, Comment, CommentKind, Person
from ai_coder.errors import AnswerLost
from ai_coder.ports import Reaction, ReactionName
from ai_coder.resolve.event import parse_person, parse_time

_CREATED = 201
_REACTIONS: dict[ReactionName, str] = {
    "+1": "THUMBS_UP",
    "eyes": "EYES",
    "rocket": "ROCKET",
    "confused": "CONFUSED",
}
_AUTHOR = "author { __typename login ... on User { databaseId } ... on Bot { databaseId } }"
_PAGE = "pageInfo { hasNextPage endCursor }"
_LINE_COMMENT = (
    "fullDatabaseId body createdAt publishedAt lastEditedAt url diffHunk "
    f"reactionGroups {{ content viewerHasReacted }} pullRequestReview {{ fullDatabaseId }} {_AUTHOR}"
)
_REVIEWS = f"""\
query ($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{ pullRequest(number: $number) {{
    reviews(first: 100, after: $after) {{ {_PAGE} nodes {{
      id fullDatabaseId body state submittedAt lastEditedAt url {_AUTHOR}
      reactionGroups {{ content viewerHasReacted }}
    }} }}
  }} }}
}}"""
_THREADS = f"""\
query ($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{ pullRequest(number: $number) {{
    reviewThreads(first: 50, after: $after) {{ {_PAGE} nodes {{
      id isResolved resolvedBy {{ login databaseId }} isOutdated path line startLine diffSide
      comments(first: 100) {{ {_PAGE} nodes {{ {_LINE_COMMENT} }} }}
    }} }}
  }} }}
}}"""
_MORE = f"""\
query ($id: ID!, $after: String) {{
  node(id: $id) {{ __typename ... on PullRequestReviewThread {{
    comments(first: 100, after: $after) {{ {_PAGE} nodes {{ {_LINE_COMMENT} }} }}
  }} }}
}}"""
_VIEWER = "query { viewer { login databaseId } }"
_ADD_REACTION = """\
mutation ($subject: ID!, $content: ReactionContent!) {
  addReaction(input: {subjectId: $subject, content: $content}) { reaction { content } }
}"""
_RESOLVE = """\
mutation ($thread: ID!) {
  resolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }
}"""
_MAX_PAGES = 20
_UNHEARD = frozenset({"PENDING", "DISMISSED"})
"""States of reviews that ask for nothing: not submitted yet, or taken back."""


class GithubReviews:
    """Port `Reviews` over one GitHub repository."""

    def __init__(self, api: GithubApi) -> None:
        self._api = api
        self._own: Person | None = None
        self._known: set[int] = set()
        """Ids of the reviews that were read."""

    def pull_request(self, number: int) -> PullRequest:
        """The pull request as it is now."""
        return parse_pull_request(self._api.get(f"/pulls/{number}"))

    def diff(self, number: int) -> tuple[FileDiff, ...]:
        """What it changes, up to the 3,000 files that GitHub tells of."""
        return tuple(_file_diff(item) for item in self._api.pages(f"/pulls/{number}/files"))

    def texts(self, number: int) -> tuple[Comment, ...]:
        """The submitted reviews; one that is still being written is its author's only."""
        nodes = self._nodes(_REVIEWS, number, "reviews")
        found = tuple(_review(node) for node in nodes if node["state"] not in _UNHEARD)
        self._known |= {review.id for review in found}
        return found

    def threads(self, number: int) -> tuple[Thread, ...]:
        """All threads, each with all of its comments."""
        return tuple(
            _thread(node, (*node["comments"]["nodes"], *self._more(node)))
            for node in self._nodes(_THREADS, number, "reviewThreads")
        )

    def react(self, comment: Comment, reaction: ReactionName) -> Reaction:
        """Put our reaction there; on a review by GraphQL, which does not say whether it is new."""
        if comment.kind is CommentKind.REVIEW:
            self._api.graphql(_ADD_REACTION, subject=comment.node_id, content=_REACTIONS[reaction])
            return Reaction(self._viewer(), is_new=reaction not in comment.own_reactions)
        path = f"/pulls/comments/{comment.id}/reactions"
        status, data = self._api.write("POST", path, {"content": reaction})
        return Reaction(parse_person(data.get("user") or {}), is_new=status == _CREATED)

    def reply(self, number: int, thread: Thread, text: str) -> int:
        """Answer the first comment of the thread, as the API wants it; an answer that was lost is found there."""
        path = f"/pulls/{number}/comments/{thread.comments[0].id}/replies"
        try:
            return int(self._api.write("POST", path, {"body": text})[1]["id"])
        except AnswerLost:
            return self._replied(number, thread) or int(self._api.write("POST", path, {"body": text})[1]["id"])

    def _replied(self, number: int, thread: Thread) -> int:
        """Our own comment that is newer than the thread as it was read; 0 for none."""
        now = next((one.comments for one in self.threads(number) if one.id == thread.id), ())
        return next((one.id for one in now if one.id > thread.comments[-1].id and self._is_ours(one)), 0)

    def resolve(self, thread: Thread) -> None:
        """Mark the thread as resolved."""
        self._api.graphql(_RESOLVE, thread=thread.id)

    def post(self, number: int, draft: ReviewDraft) -> str:
        """Submit the review in one request; one whose answer was lost is found, and not submitted again."""
        body = {
            "commit_id": draft.commit,
            "body": draft.body,
            "event": "COMMENT",
            "comments": [_draft_comment(comment) for comment in draft.comments],
        }
        path = f"/pulls/{number}/reviews"
        try:
            return str(self._api.write("POST", path, body)[1]["html_url"])
        except AnswerLost:
            before = frozenset(self._known)
            posted = (one for one in self.texts(number) if one.id not in before and self._is_ours(one))
            return next((one.url for one in posted), "") or str(self._api.write("POST", path, body)[1]["html_url"])

    def _is_ours(self, comment: Comment) -> bool:
        return comment.body.startswith(OWN_MARKER) and comment.author.id == self._viewer().id

    def _viewer(self) -> Person:
        """Whose token it is; a review's reaction does not tell."""
        if self._own is None:
            data = self._api.graphql(_VIEWER)["viewer"]
            self._own = Person(str(data["login"]), int(data["databaseId"] or 0), str(data["login"]).endswith("[bot]"))
        return self._own

    def _nodes(self, query: str, number: int, name: str) -> Iterator[Mapping[str, Any]]:
        """Every node of a list of the pull request, page by page."""
        owner, _, repository = self._api.repository.partition("/")
        after: str | None = None
        for _ in range(_MAX_PAGES):
            data = self._api.graphql(query, owner=owner, name=repository, number=number, after=after)
            found = data["repository"]["pullRequest"][name]
            yield from found["nodes"]
            if not found["pageInfo"]["hasNextPage"]:
                return
            after = found["pageInfo"]["endCursor"]

    def _more(self, thread: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The comments of a thread after its first page."""
        page = thread["comments"]["pageInfo"]
        for _ in range(_MAX_PAGES):
            if not page["hasNextPage"]:
                return
            found = self._api.graphql(_MORE, id=str(thread["id"]), after=page["endCursor"])["node"]["comments"]
            yield from found["nodes"]
            page = found["pageInfo"]


def _draft_comment(comment: DraftComment) -> dict[str, Any]:
    start = {"start_line": comment.first_line, "start_side": "RIGHT"}
    body = {"path": comment.path, "line": comment.last_line, "side": "RIGHT", "body": comment.body}
    return body | start if comment.first_line != comment.last_line else body


def _file_diff(data: Mapping[str, Any]) -> FileDiff:
    names = str(data["filename"]), str(data["status"])
    return FileDiff(*names, data.get("patch"), str(data.get("previous_filename") or ""))


def _account(data: Mapping[str, Any] | None) -> Person:
    """A bot's login is written as REST writes it. A deleted account is nobody."""
    found = data or {}
    is_bot = found.get("__typename") == "Bot"
    login = str(found.get("login") or "")
    return Person(f"{login}[bot]" if is_bot else login, int(found.get("databaseId") or 0), is_bot)


def _review(data: Mapping[str, Any]) -> Comment:
    submitted = parse_time(str(data.get("submittedAt") or ""))
    return Comment(
        id=int(data["fullDatabaseId"]),
        body=str(data["body"]),
        author=_account(data.get("author")),
        created_at=submitted,
        updated_at=max(submitted, _edited(data)),
        kind=CommentKind.REVIEW,
        node_id=str(data["id"]),
        own_reactions=_own_reactions(data),
        url=str(data["url"]),
        is_approval=data["state"] == "APPROVED",
    )


def _thread(data: Mapping[str, Any], comments: tuple[Mapping[str, Any], ...]) -> Thread:
    last = int(data.get("line") or 0)
    return Thread(
        id=str(data["id"]),
        path=str(data["path"]),
        comments=tuple(map(_line_comment, comments)),
        first_line=int(data.get("startLine") or last),
        last_line=last,
        side="LEFT" if data.get("diffSide") == "LEFT" else "RIGHT",
        hunk=str(comments[0]["diffHunk"]) if comments else "",
        is_resolved=data["isResolved"] is True,
        resolver=_account(data.get("resolvedBy")),
        is_outdated=data["isOutdated"] is True,
    )


def _line_comment(data: Mapping[str, Any]) -> Comment:
    published = parse_time(str(data.get("publishedAt") or data["createdAt"]))
    return Comment(
        id=int(data["fullDatabaseId"]),
        body=str(data["body"]),
        author=_account(data.get("author")),
        created_at=published,
        updated_at=max(published, _edited(data)),
        kind=CommentKind.LINE,
        own_reactions=_own_reactions(data),
        review=int((data.get("pullRequestReview") or {}).get("fullDatabaseId") or 0),
        url=str(data["url"]),
    )


def _own_reactions(data: Mapping[str, Any]) -> tuple[str, ...]:
    own = {group["content"] for group in data.get("reactionGroups") or () if group["viewerHasReacted"]}
    return tuple(name for name, content in _REACTIONS.items() if content in own)


def _edited(data: Mapping[str, Any]) -> datetime:
    return parse_time(str(data["lastEditedAt"])) if data.get("lastEditedAt") else NEVER
