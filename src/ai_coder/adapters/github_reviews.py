"""Reviews, threads on lines and the diff of a pull request on GitHub; threads and reactions to reviews by GraphQL."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_nouns import id_of, ourselves
from ai_coder.adapters.github_pulls import parse_pull_request
from ai_coder.adapters.github_shape import Page, Parse, T, nothing, record, text
from ai_coder.adapters.github_threads import (
    ADD_REACTION,
    MORE,
    REACTIONS,
    RESOLVE,
    REVIEWS,
    THREADS,
    VIEWER,
    ThreadPage,
    more_comments,
    review_page,
    thread_page,
    viewer,
)
from ai_coder.domain.diff import FileDiff
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import OWN_MARKER
from ai_coder.domain.review import DraftComment, ReviewDraft, Thread
from ai_coder.domain.task import Comment, CommentKind, Person
from ai_coder.errors import AnswerLost
from ai_coder.ports import Reaction, ReactionName

_MAX_PAGES = 20


class GithubReviews:
    """Port `Reviews` over one GitHub repository."""

    def __init__(self, api: GithubApi) -> None:
        self._api = api
        self._own: Person | None = None
        self._known: set[int] = set()
        """Ids of the reviews that were read."""

    def pull_request(self, number: int) -> PullRequest:
        """The pull request as it is now."""
        return self._api.get(f"/pulls/{number}", parse_pull_request)

    def diff(self, number: int) -> tuple[FileDiff, ...]:
        """What it changes, up to the 3,000 files that GitHub tells of."""
        return tuple(self._api.pages(f"/pulls/{number}/files", _file_diff))

    def texts(self, number: int) -> tuple[Comment, ...]:
        """The submitted reviews; one that is still being written is its author's only."""
        found = tuple(review for review in self._nodes(REVIEWS, review_page, number) if review)
        self._known |= {review.id for review in found}
        return found

    def threads(self, number: int) -> tuple[Thread, ...]:
        """All threads, each with all of its comments."""
        return tuple(map(self._whole, self._nodes(THREADS, thread_page, number)))

    def react(self, comment: Comment, reaction: ReactionName) -> Reaction:
        """Put our reaction there; on a review by GraphQL, which does not say whether it is new."""
        if comment.kind is CommentKind.REVIEW:
            self._api.graphql(ADD_REACTION, nothing, subject=comment.node_id, content=REACTIONS[reaction])
            return Reaction(self._viewer(), is_new=reaction not in comment.own_reactions)
        path = f"/pulls/comments/{comment.id}/reactions"
        return Reaction(*self._api.add(path, {"content": reaction}, ourselves))

    def reply(self, number: int, thread: Thread, text: str) -> int:
        """Answer the first comment of the thread, as the API wants it; an answer that was lost is found there."""
        path = f"/pulls/{number}/comments/{thread.comments[0].id}/replies"
        try:
            return self._api.write("POST", path, {"body": text}, id_of)
        except AnswerLost:
            return self._replied(number, thread) or self._api.write("POST", path, {"body": text}, id_of)

    def _replied(self, number: int, thread: Thread) -> int:
        """Our own comment that is newer than the thread as it was read; 0 for none."""
        now = next((one.comments for one in self.threads(number) if one.id == thread.id), ())
        return next((one.id for one in now if one.id > thread.comments[-1].id and self._is_ours(one)), 0)

    def resolve(self, thread: Thread) -> None:
        """Mark the thread as resolved."""
        self._api.graphql(RESOLVE, nothing, thread=thread.id)

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
            return self._api.write("POST", path, body, _address)
        except AnswerLost:
            before = frozenset(self._known)
            posted = (one for one in self.texts(number) if one.id not in before and self._is_ours(one))
            return next((one.url for one in posted), "") or self._api.write("POST", path, body, _address)

    def _is_ours(self, comment: Comment) -> bool:
        return comment.body.startswith(OWN_MARKER) and comment.author.id == self._viewer().id

    def _viewer(self) -> Person:
        """Whose token it is; a review's reaction does not tell."""
        if self._own is None:
            self._own = self._api.graphql(VIEWER, viewer)
        return self._own

    def _nodes(self, query: str, parse: Parse[Page[T]], number: int) -> Iterator[T]:
        """Every node of a list of the pull request, page by page."""
        owner, _, name = self._api.repository.partition("/")
        after: str | None = None
        for _ in range(_MAX_PAGES):
            page = self._api.graphql(query, parse, owner=owner, name=name, number=number, after=after)
            yield from page.nodes
            after = page.after
            if after is None:
                return

    def _whole(self, begun: ThreadPage) -> Thread:
        """The thread with the comments after its first page, too."""
        thread, after = begun.thread, begun.after
        for _ in range(_MAX_PAGES):
            if after is None:
                break
            page = self._api.graphql(MORE, more_comments, id=thread.id, after=after)
            thread, after = replace(thread, comments=(*thread.comments, *page.nodes)), page.after
        return thread


def _draft_comment(comment: DraftComment) -> dict[str, Any]:
    start = {"start_line": comment.first_line, "start_side": "RIGHT"}
    body = {"path": comment.path, "line": comment.last_line, "side": "RIGHT", "body": comment.body}
    return body | start if comment.first_line != comment.last_line else body


def _address(review: object) -> str:
    return text(review, "html_url")


def _file_diff(data: object) -> FileDiff:
    patch = None if record(data).get("patch") is None else text(data, "patch")
    return FileDiff(text(data, "filename"), text(data, "status"), patch, text(data, "previous_filename", absent=""))
