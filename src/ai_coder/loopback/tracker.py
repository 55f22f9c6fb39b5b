"""What happens to issues: opened, talked about, labelled, assigned, closed. All of it leaves its line."""

from dataclasses import replace
from typing import TypedDict, Unpack

from ai_coder.loopback.refusals import Refused, custom, invalid, not_found
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.state import (
    REACTIONS,
    Comment,
    Issue,
    IssueEvent,
    PullRequest,
    Reaction,
    Review,
    ReviewComment,
    User,
)
from ai_coder.loopback.threads import Spot, hunk_of

MAX_BODY = 65_536
MAX_TITLE = 256


class EventDetails(TypedDict, total=False):
    """What some kinds of events say beside who and when."""

    label: str
    user: User
    rename: tuple[str, str]


def check_body(resource: str, body: str | None) -> None:
    """Raises: Refused (422) for a text longer than GitHub takes."""
    if body is not None and len(body) > MAX_BODY:
        said = f"Body is too long (maximum is {MAX_BODY} characters)"
        raise invalid(resource, "data", "unprocessable", said)


def check_title(resource: str, title: str) -> None:
    """Raises: Refused (422) for a missing or a long title."""
    if not title:
        raise invalid(resource, "title", "missing_field")
    if len(title) > MAX_TITLE:
        raise custom(resource, f"title is too long (maximum is {MAX_TITLE} characters)")


def record(repo: Repository, issue: Issue, kind: str, actor: User, **details: Unpack[EventDetails]) -> None:
    """Add a line to the issue's history."""
    now = repo.world.now()
    issue.updated_at = now
    issue.events.append(IssueEvent(repo.world.next_id(), kind, actor, now, **details))


def open_issue(repo: Repository, author: User, title: str, body: str | None, labels: list[str]) -> Issue:
    """A new issue."""
    check_title("Issue", title)
    check_body("Issue", body)
    now = repo.world.now()
    issue = Issue(
        id=repo.world.next_id(),
        number=repo.next_number(),
        author=author,
        title=title,
        body=body,
        created_at=now,
        updated_at=now,
    )
    repo.issues[issue.number] = issue
    add_labels(repo, issue, author, labels)
    return issue


def add_comment(repo: Repository, issue: Issue, author: User, body: str) -> Comment:
    """A new comment under the issue."""
    if not body.strip():
        raise invalid("IssueComment", "body", "missing_field")
    check_body("IssueComment", body)
    if issue.locked and not repo.may(author, "write"):
        raise Refused(403, "Unable to create comment because issue is locked.")
    now = repo.world.now()
    comment = Comment(
        id=repo.world.next_id(),
        number=issue.number,
        author=author,
        body=body,
        created_at=now,
        updated_at=now,
    )
    issue.comments.append(comment)
    issue.updated_at = now
    return comment


def edit_comment(repo: Repository, comment: Comment, body: str) -> None:
    """Another text for the comment."""
    check_body("IssueComment", body)
    comment.body = body
    comment.updated_at = repo.world.now()


def add_labels(repo: Repository, issue: Issue, actor: User, names: list[str]) -> None:
    """Labels the issue has already stay as they are; unknown ones are made."""
    for name in names:
        label = repo.label(name).name
        if label not in issue.labels:
            issue.labels.append(label)
            record(repo, issue, "labeled", actor, label=label)


def remove_label(repo: Repository, issue: Issue, actor: User, name: str) -> None:
    """Raises: Refused (404) when the issue does not carry it."""
    carried = [label for label in issue.labels if label.lower() == name.lower()]
    if not carried:
        raise Refused(404, "Label does not exist")
    issue.labels.remove(carried[0])
    record(repo, issue, "unlabeled", actor, label=carried[0])


def set_labels(repo: Repository, issue: Issue, actor: User, names: list[str]) -> None:
    """The issue carries these labels and no other."""
    wanted = {name.lower() for name in names}
    for label in [label for label in issue.labels if label.lower() not in wanted]:
        remove_label(repo, issue, actor, label)
    add_labels(repo, issue, actor, names)


def assign(repo: Repository, issue: Issue, actor: User, users: list[User]) -> None:
    """Add assignees; who has no role in the repository is silently left out, as on GitHub."""
    for user in users:
        if user not in issue.assignees and user.id in repo.roles:
            issue.assignees.append(user)
            record(repo, issue, "assigned", actor, user=user)


def unassign(repo: Repository, issue: Issue, actor: User, users: list[User]) -> None:
    """Take assignees away."""
    for user in users:
        if user in issue.assignees:
            issue.assignees.remove(user)
            record(repo, issue, "unassigned", actor, user=user)


def edit_body(repo: Repository, issue: Issue, actor: User, body: str | None) -> None:
    """Another text."""
    check_body(type(issue).__name__, body)
    issue.body, issue.editor = body, actor
    issue.updated_at = issue.edited_at = repo.world.now()


def rename(repo: Repository, issue: Issue, actor: User, title: str) -> None:
    """Another title."""
    check_title("Issue", title)
    if title != issue.title:
        record(repo, issue, "renamed", actor, rename=(issue.title, title))
        issue.title = title


def set_state(repo: Repository, issue: Issue, actor: User, state: str, reason: str | None = None) -> None:
    """Close or reopen."""
    if state not in {"open", "closed"}:
        raise invalid(type(issue).__name__, "state")
    if state == issue.state:
        return
    closed = state == "closed"
    issue.state = state
    issue.state_reason = (reason or "completed") if closed else "reopened"
    issue.closed_by = actor if closed else None
    record(repo, issue, "closed" if closed else "reopened", actor)
    issue.closed_at = issue.updated_at if closed else None


def react(repo: Repository, reactions: list[Reaction], user: User, content: str) -> tuple[Reaction, bool]:
    """The user's reaction, and whether it is new."""
    if content not in REACTIONS:
        raise invalid("Reaction", "content")
    for reaction in reactions:
        if (reaction.user, reaction.content) == (user, content):
            return reaction, False
    reactions.append(Reaction(repo.world.next_id(), user, content, repo.world.now()))
    return reactions[-1], True


def add_review(repo: Repository, pull: PullRequest, author: User, body: str, state: str) -> Review:
    """A new review of the pull request's head."""
    check_body("PullRequestReview", body)
    review = Review(
        id=repo.world.next_id(),
        author=author,
        body=body,
        state=state,
        commit_id=pull.head_sha,
        submitted_at=repo.world.now(),
    )
    pull.reviews.append(review)
    return review


def add_review_comment(
    repo: Repository, pull: PullRequest, author: User, body: str, spot: Spot, review: int = 0
) -> ReviewComment:
    """A comment on lines that the diff shows. Raises: Refused (422)."""
    check_body("PullRequestReviewComment", body)
    now = repo.world.now()
    comment = ReviewComment(
        id=repo.world.next_id(),
        number=pull.number,
        author=author,
        body=body,
        created_at=now,
        updated_at=now,
        path=spot.path,
        line=spot.line,
        start_line=spot.start_line,
        side=spot.side,
        commit_id=pull.head_sha,
        diff_hunk=hunk_of(repo, pull, spot),
        review=review,
    )
    pull.review_comments.append(comment)
    return comment


def add_reply(repo: Repository, pull: PullRequest, author: User, body: str, to: int) -> ReviewComment:
    """One more comment in the thread of the comment `to`. Raises: Refused (404, 422)."""
    first = repo.review_comment(to)
    if first.reply_to or first.number != pull.number:
        raise not_found()
    if not body.strip():
        raise invalid("PullRequestReviewComment", "body", "missing_field")
    check_body("PullRequestReviewComment", body)
    now = repo.world.now()
    comment = replace(
        first,
        id=repo.world.next_id(),
        author=author,
        body=body,
        created_at=now,
        updated_at=now,
        reply_to=first.id,
        review=add_review(repo, pull, author, "", "COMMENTED").id,
        reactions=[],
        resolved_by=None,
    )
    pull.review_comments.append(comment)
    return comment
