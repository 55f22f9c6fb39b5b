"""Pull requests, their reviewers and reviews. Source: https://docs.github.com/rest/pulls."""

from ai_coder.loopback import shapes_pulls as shapes
from ai_coder.loopback import tracker
from ai_coder.loopback.branches import open_pull_request
from ai_coder.loopback.http import Answer, Json
from ai_coder.loopback.refusals import Refused, invalid, unprocessable
from ai_coder.loopback.routing import REPO, Call, Route
from ai_coder.loopback.shapes_git import commit, diff
from ai_coder.loopback.shapes_issues import review_comment
from ai_coder.loopback.state import PullRequest
from ai_coder.loopback.threads import Spot, fork_point, hunk_of
from ai_coder.loopback.world import BOT

PULL = f"{REPO}/pulls/{{number}}"
VERDICTS = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


def list_pull_requests(call: Call) -> Answer:
    """Newest first. A `head` without its owner chooses nothing away, as on GitHub."""
    query, owner = call.request.query, call.repo.owner.login.lower()
    head, state = query.get("head", ""), query.get("state", "open")
    chosen = [
        pull
        for pull in call.repo.pull_requests
        if state in {pull.state, "all"}
        and (":" not in head or _is_head(head, pull, owner))
        and query.get("base", pull.base) == pull.base
    ]
    key = {"updated": lambda pull: (pull.updated_at, pull.number)}.get(query.get("sort", ""), lambda pull: pull.number)
    descending = query.get("direction", "asc" if "sort" in query and query["sort"] != "created" else "desc") == "desc"
    chosen.sort(key=key, reverse=descending)
    return call.page([shapes.pull_request(call.repo, pull) for pull in chosen])


def _is_head(head: str, pull: PullRequest, owner: str) -> bool:
    """Whether `owner:branch` names the pull request's head."""
    whose, _, branch = head.partition(":")
    return branch == pull.head and whose.lower() == (pull.fork_owner.login.lower() if pull.fork_owner else owner)


def create_pull_request(call: Call) -> Answer:
    """A branch of this repository onto another."""
    owner = f"{call.repo.owner.login}:"
    head, base = call.required("head").removeprefix(owner), call.required("base")
    draft = call.body.get("draft") is True
    title, body = call.text("title") or "", call.text("body")
    pull = open_pull_request(call.repo, call.user, (head, base), title, body, draft=draft)
    return Answer(201, shapes.whole_pull_request(call.repo, pull))


def get_pull_request(call: Call) -> Answer:
    """With the counts of its diff."""
    return Answer(200, shapes.whole_pull_request(call.repo, call.repo.pull_request(call.number)))


def update_pull_request(call: Call) -> Answer:
    """Title, body, state, base; what is not named stays."""
    repo, pull = call.repo, call.repo.pull_request(call.number)
    if call.token.permissions is None and pull.author != call.user and not repo.may(call.user, "write"):
        raise Refused(403, "Must have admin rights to Repository.")
    if (title := call.text("title")) is not None:
        tracker.rename(repo, pull, call.user, title)
    if "body" in call.body:
        tracker.check_body("PullRequest", call.text("body"))
        pull.body, pull.updated_at = call.text("body"), call.world.now()
    if (base := call.text("base")) is not None:
        if repo.head(base) is None:
            raise invalid("PullRequest", "base")
        pull.base = base
    if (state := call.text("state")) is not None:
        if state == "open" and pull.state == "closed" and repo.head(pull.head) is None:
            raise Refused(422, "Validation Failed", {"resource": "PullRequest", "field": "state", "code": "invalid"})
        tracker.set_state(repo, pull, call.user, state)
    return Answer(200, shapes.whole_pull_request(repo, pull))


def list_files(call: Call) -> Answer:
    """The diff against the point where the branch began."""
    pull = call.repo.pull_request(call.number)
    files = call.repo.store.changes(fork_point(call.repo, pull), pull.head_sha)
    return call.page([diff(call.repo, pull.head_sha, file) for file in files])


def list_commits(call: Call) -> Answer:
    """Oldest first."""
    names = shapes.commit_names(call.repo, call.repo.pull_request(call.number))
    found = (call.repo.store.commit(name) for name in reversed(names))
    return call.page([commit(call.repo, one) for one in found if one])


def request_reviewers(call: Call) -> Answer:
    """Raises: Refused (422) for the author, and for anybody who has no role here."""
    repo, pull = call.repo, call.repo.pull_request(call.number)
    users = [call.world.add_user(login) for login in call.texts("reviewers")]
    if pull.author in users:
        raise unprocessable("Review cannot be requested from pull request author.")
    if not all(who.id in repo.roles for who in users):
        raise unprocessable(
            "Reviews may only be requested from collaborators. "
            "One or more of the users or teams you specified "
            f"is not a collaborator of the {repo.full_name} repository."
        )
    for who in users:
        if who not in pull.reviewers:
            pull.reviewers.append(who)
            tracker.record(repo, pull, "review_requested", call.user, user=who)
    return Answer(201, shapes.pull_request(repo, pull))


def list_reviews(call: Call) -> Answer:
    """Oldest first."""
    pull = call.repo.pull_request(call.number)
    return call.page([shapes.review(call.repo, pull, review) for review in pull.reviews])


def create_review(call: Call) -> Answer:
    """A review with its comments on lines."""
    pull = call.repo.pull_request(call.number)
    event = call.text("event") or "COMMENT"
    if event not in VERDICTS:
        raise invalid("PullRequestReview", "event")
    body, lines = call.text("body") or "", call.body.get("comments") or []
    if event != "APPROVE" and not body and not lines:
        raise Refused(422, "Unprocessable Entity")
    if event == "APPROVE" and call.user.id == BOT.id and not call.repo.allow_actions_pull_requests:
        raise Refused(422, "Unprocessable Entity", simple=("GitHub Actions is not permitted to approve pull requests",))
    spots = [_spot(line) for line in lines]
    for spot in spots:
        hunk_of(call.repo, pull, spot)
    review = tracker.add_review(call.repo, pull, call.user, body, VERDICTS[event])
    for spot, line in zip(spots, lines, strict=True):
        tracker.add_review_comment(call.repo, pull, call.user, line["body"], spot, review.id)
    return Answer(200, shapes.review(call.repo, pull, review))


def _spot(line: Json) -> Spot:
    return Spot(line["path"], int(line.get("line") or 0), int(line.get("start_line") or 0), line.get("side", "RIGHT"))


def list_review_comments(call: Call) -> Answer:
    """Oldest first."""
    comments = call.repo.pull_request(call.number).review_comments
    return call.page([review_comment(call.repo, comment) for comment in comments])


def get_review_comment(call: Call) -> Answer:
    """One comment on a line."""
    return Answer(200, review_comment(call.repo, call.repo.review_comment(call.number)))


def reply(call: Call) -> Answer:
    """One more comment in the thread."""
    pull = call.repo.pull_request(call.number)
    to = int(call.params["comment"])
    comment = tracker.add_reply(call.repo, pull, call.user, call.required("body"), to)
    return Answer(201, review_comment(call.repo, comment))


ROUTES = (
    Route("GET", f"{REPO}/pulls", list_pull_requests, "pull_requests"),
    Route("POST", f"{REPO}/pulls", create_pull_request, "pull_requests"),
    Route("GET", f"{REPO}/pulls/comments/{{number}}", get_review_comment, "pull_requests"),
    Route("GET", PULL, get_pull_request, "pull_requests"),
    Route("PATCH", PULL, update_pull_request, "pull_requests"),
    Route("GET", f"{PULL}/files", list_files, "pull_requests"),
    Route("GET", f"{PULL}/commits", list_commits, "pull_requests"),
    Route("POST", f"{PULL}/requested_reviewers", request_reviewers, "pull_requests", "triage"),
    Route("GET", f"{PULL}/reviews", list_reviews, "pull_requests"),
    Route("POST", f"{PULL}/reviews", create_review, "pull_requests"),
    Route("GET", f"{PULL}/comments", list_review_comments, "pull_requests"),
    Route("POST", f"{PULL}/comments/{{comment}}/replies", reply, "pull_requests"),
)
