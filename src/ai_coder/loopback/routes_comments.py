"""Comments and reactions. Source: https://docs.github.com/rest/issues/comments, https://docs.github.com/rest/reactions."""

from ai_coder.loopback import shapes_issues as shapes
from ai_coder.loopback import tracker
from ai_coder.loopback.http import Answer
from ai_coder.loopback.refusals import Refused, not_found
from ai_coder.loopback.routing import REPO, Call, Route
from ai_coder.loopback.state import Comment, Reaction

ISSUE = f"{REPO}/issues/{{number}}"
COMMENT = f"{REPO}/issues/comments/{{number}}"
REVIEW_COMMENT = f"{REPO}/pulls/comments/{{number}}"


def list_comments(call: Call) -> Answer:
    """Oldest first."""
    start = call.moment("since")
    comments = call.repo.issue(call.number).comments
    chosen = [c for c in comments if start is None or c.updated_at.replace(microsecond=0) >= start]
    return call.page([shapes.comment(call.repo, comment) for comment in chosen])


def list_repository_comments(call: Call) -> Answer:
    """Those of all issues, by id or as asked for."""
    start = call.moment("since")
    everywhere = [comment for issue in call.repo.issues.values() for comment in issue.comments]
    chosen = [c for c in everywhere if start is None or c.updated_at.replace(microsecond=0) >= start]
    chosen.sort(key=lambda comment: comment.id, reverse=call.request.query.get("direction") == "desc")
    return call.page([shapes.comment(call.repo, comment) for comment in chosen])


def create_comment(call: Call) -> Answer:
    """A new comment under an issue or a pull request."""
    issue = call.repo.issue(call.number)
    comment = tracker.add_comment(call.repo, issue, call.user, call.required("body"))
    return Answer(201, shapes.comment(call.repo, comment))


def get_comment(call: Call) -> Answer:
    """One comment."""
    return Answer(200, shapes.comment(call.repo, call.repo.comment(call.number)))


def update_comment(call: Call) -> Answer:
    """Another text."""
    comment = _own(call, call.repo.comment(call.number))
    tracker.edit_comment(call.repo, comment, call.required("body"))
    return Answer(200, shapes.comment(call.repo, comment))


def delete_comment(call: Call) -> Answer:
    """Gone."""
    comment = _own(call, call.repo.comment(call.number))
    call.repo.issues[comment.number].comments.remove(comment)
    return Answer(204)


def _own(call: Call, comment: Comment) -> Comment:
    """An installation may change any comment, a person her own, and with write anybody's."""
    if call.token.permissions is None and comment.author != call.user and not call.repo.may(call.user, "write"):
        raise Refused(403, "Must have admin rights to Repository.")
    return comment


def _reactions(call: Call) -> list[Reaction]:
    """Of whatever the path names: an issue, a comment, a review comment."""
    if "/issues/comments/" in call.request.path:
        return call.repo.comment(call.number).reactions
    if "/pulls/comments/" in call.request.path:
        return call.repo.review_comment(call.number).reactions
    return call.repo.issue(call.number).reactions


def list_reactions(call: Call) -> Answer:
    """All, or those of one `content`."""
    content = call.request.query.get("content")
    chosen = [reaction for reaction in _reactions(call) if content in {None, reaction.content}]
    return call.page([shapes.reaction(call.repo, reaction) for reaction in chosen])


def create_reaction(call: Call) -> Answer:
    """201 when it is new, 200 when it stood there."""
    reaction, new = tracker.react(call.repo, _reactions(call), call.user, call.required("content"))
    return Answer(201 if new else 200, shapes.reaction(call.repo, reaction))


def delete_reaction(call: Call) -> Answer:
    """Take back a reaction of one's own."""
    reactions = _reactions(call)
    for reaction in reactions:
        if str(reaction.id) == call.params["reaction"] and reaction.user == call.user:
            reactions.remove(reaction)
            return Answer(204)
    raise not_found()


ROUTES = (
    Route("GET", f"{REPO}/issues/comments", list_repository_comments, "issues"),
    Route("GET", COMMENT, get_comment, "issues"),
    Route("PATCH", COMMENT, update_comment, "issues"),
    Route("DELETE", COMMENT, delete_comment, "issues"),
    Route("GET", f"{ISSUE}/comments", list_comments, "issues"),
    Route("POST", f"{ISSUE}/comments", create_comment, "issues"),
    Route("GET", f"{ISSUE}/reactions", list_reactions, "issues"),
    Route("POST", f"{ISSUE}/reactions", create_reaction, "issues"),
    Route("DELETE", f"{ISSUE}/reactions/{{reaction}}", delete_reaction, "issues"),
    Route("GET", f"{COMMENT}/reactions", list_reactions, "issues"),
    Route("POST", f"{COMMENT}/reactions", create_reaction, "issues"),
    Route("DELETE", f"{COMMENT}/reactions/{{reaction}}", delete_reaction, "issues"),
    Route("GET", f"{REVIEW_COMMENT}/reactions", list_reactions, "pull_requests"),
    Route("POST", f"{REVIEW_COMMENT}/reactions", create_reaction, "pull_requests"),
    Route("DELETE", f"{REVIEW_COMMENT}/reactions/{{reaction}}", delete_reaction, "pull_requests"),
)
