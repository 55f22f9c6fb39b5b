"""Reviews and threads on lines, as GraphQL tells of them: what is asked, and its answers -> nouns.

Source: https://docs.github.com/en/graphql/reference/objects
"""

from dataclasses import dataclass
from datetime import datetime

from ai_coder.adapters.github_shape import Page, flag, number, page, record, records, text
from ai_coder.domain.review import Thread
from ai_coder.domain.task import Comment, CommentKind, Person
from ai_coder.ports import ReactionName
from ai_coder.resolve.event import parse_time

REACTIONS: dict[ReactionName, str] = {
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
REVIEWS = f"""\
query ($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{ pullRequest(number: $number) {{
    reviews(first: 100, after: $after) {{ {_PAGE} nodes {{
      id fullDatabaseId body state submittedAt lastEditedAt url {_AUTHOR}
      reactionGroups {{ content viewerHasReacted }}
    }} }}
  }} }}
}}"""
THREADS = f"""\
query ($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{ pullRequest(number: $number) {{
    reviewThreads(first: 50, after: $after) {{ {_PAGE} nodes {{
      id isResolved resolvedBy {{ login databaseId }} isOutdated path line startLine diffSide
      comments(first: 100) {{ {_PAGE} nodes {{ {_LINE_COMMENT} }} }}
    }} }}
  }} }}
}}"""
MORE = f"""\
query ($id: ID!, $after: String) {{
  node(id: $id) {{ __typename ... on PullRequestReviewThread {{
    comments(first: 100, after: $after) {{ {_PAGE} nodes {{ {_LINE_COMMENT} }} }}
  }} }}
}}"""
VIEWER = "query { viewer { login databaseId } }"
ADD_REACTION = """\
mutation ($subject: ID!, $content: ReactionContent!) {
  addReaction(input: {subjectId: $subject, content: $content}) { reaction { content } }
}"""
RESOLVE = """\
mutation ($thread: ID!) {
  resolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }
}"""
_UNHEARD = frozenset({"PENDING", "DISMISSED"})
"""States of reviews that ask for nothing: not submitted yet, or taken back."""


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A thread with the first page of its comments."""

    thread: Thread
    after: str | None
    """Where their next page begins; None when there is none."""


def viewer(data: object) -> Person:
    """Whose token it is. Raises: OddAnswer."""
    login = text(data, "viewer", "login")
    return Person(login, number(data, "viewer", "databaseId", absent=0), login.endswith("[bot]"))


def review_page(data: object) -> Page[Comment | None]:
    """Submitted reviews of a pull request; None for one that asks for nothing. Raises: OddAnswer."""
    return page(data, "repository", "pullRequest", "reviews", parse=_review)


def thread_page(data: object) -> Page[ThreadPage]:
    """Threads of a pull request. Raises: OddAnswer."""
    return page(data, "repository", "pullRequest", "reviewThreads", parse=_thread)


def more_comments(data: object) -> Page[Comment]:
    """Comments of one thread. Raises: OddAnswer."""
    return page(data, "node", "comments", parse=_line_comment)


def _account(data: object, key: str) -> Person:
    """A bot's login is written as REST writes it. A deleted account is nobody."""
    found = record(data, key, absent={})
    login, is_bot = text(found, "login", absent=""), text(found, "__typename", absent="") == "Bot"
    return Person(f"{login}[bot]" if is_bot else login, number(found, "databaseId", absent=0), is_bot)


def _review(data: object) -> Comment | None:
    state = text(data, "state")
    if state in _UNHEARD:
        return None
    submitted = _time(data, "submittedAt")
    return Comment(
        id=number(data, "fullDatabaseId"),
        body=text(data, "body"),
        author=_account(data, "author"),
        created_at=submitted,
        updated_at=max(submitted, _time(data, "lastEditedAt")),
        kind=CommentKind.REVIEW,
        node_id=text(data, "id"),
        own_reactions=_own_reactions(data),
        url=text(data, "url"),
        is_approval=state == "APPROVED",
    )


def _thread(data: object) -> ThreadPage:
    comments, raw = page(data, "comments", parse=_line_comment), records(data, "comments", "nodes")
    last = number(data, "line", absent=0)
    thread = Thread(
        id=text(data, "id"),
        path=text(data, "path"),
        comments=comments.nodes,
        first_line=number(data, "startLine", absent=last),
        last_line=last,
        side="LEFT" if text(data, "diffSide", absent="") == "LEFT" else "RIGHT",
        hunk=text(raw[0], "diffHunk") if raw else "",
        is_resolved=flag(data, "isResolved"),
        resolver=_account(data, "resolvedBy"),
        is_outdated=flag(data, "isOutdated"),
    )
    return ThreadPage(thread, comments.after)


def _line_comment(data: object) -> Comment:
    published = _time(data, "publishedAt" if text(data, "publishedAt", absent="") else "createdAt")
    return Comment(
        id=number(data, "fullDatabaseId"),
        body=text(data, "body"),
        author=_account(data, "author"),
        created_at=published,
        updated_at=max(published, _time(data, "lastEditedAt")),
        kind=CommentKind.LINE,
        own_reactions=_own_reactions(data),
        review=number(data, "pullRequestReview", "fullDatabaseId", absent=0),
        url=text(data, "url"),
    )


def _own_reactions(data: object) -> tuple[str, ...]:
    groups = records(data, "reactionGroups", absent=[])
    own = {text(group, "content") for group in groups if flag(group, "viewerHasReacted")}
    return tuple(name for name, content in REACTIONS.items() if content in own)


def _time(data: object, key: str) -> datetime:
    """The moment there; `NEVER` where there is none."""
    return parse_time(text(data, key, absent=""))
