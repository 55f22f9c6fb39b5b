"""What GitHub hands a workflow as its event: `GITHUB_EVENT_PATH` holds one of these."""

from typing import TypedDict

from ai_coder.loopback import shapes
from ai_coder.loopback.http import Json
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.shapes_checks import check_suite, workflow, workflow_run
from ai_coder.loopback.shapes_issues import comment, issue, label, review_comment
from ai_coder.loopback.shapes_pulls import pull_request, review, whole_pull_request
from ai_coder.loopback.state import CheckRun, User


class Details(TypedDict, total=False):
    """What a payload speaks of, by the names a test knows."""

    issue: int
    """Number of the issue or the pull request."""
    comment: int
    """Id of a comment, or of a review comment."""
    review: int
    label: str
    assignee: str
    changes: Json
    """Of an edit: `{"title": {"from": "old"}}`."""
    inputs: Json
    ref: str
    schedule: str
    check: CheckRun
    """The check that was the last of its suite, or the last job of its workflow's run."""
    branch: str
    """The branch that it ran for."""
    fork: User
    """Whose fork holds that branch; it is the repository's own where this is left out."""


WORKFLOW = ".github/workflows/ai_coder.yml"


def payload(repo: Repository, event: str, action: str, sender: User, details: Details) -> Json:
    """The event's payload, with everything as it stands now."""
    shape: Json = {"action": action} if action else {}
    shape |= _subjects(repo, event, details)
    if "label" in details:
        shape["label"] = label(repo, repo.label(details["label"]))
    if "assignee" in details:
        shape["assignee"] = shapes.user(repo.world, repo.world.user(details["assignee"]))
    if "changes" in details:
        shape["changes"] = details["changes"]
    shape["repository"] = shapes.repository(repo)
    if repo.owner.type == "Organization":
        shape["organization"] = shapes.organization(repo.world, repo.owner)
    return shape | {"sender": shapes.user(repo.world, sender)}


def _subjects(repo: Repository, event: str, details: Details) -> Json:
    """What the event is about."""
    number, comment_id = details.get("issue", 0), details.get("comment", 0)
    match event:
        case "issues":
            return {"issue": _issue(repo, number)}
        case "issue_comment":
            shown = repo.comment(comment_id)
            return {"issue": _issue(repo, shown.number), "comment": comment(repo, shown)}
        case "pull_request_review_comment":
            on_line = repo.review_comment(comment_id)
            pull = pull_request(repo, repo.pull_request(on_line.number))
            return {"comment": review_comment(repo, on_line), "pull_request": pull}
        case "pull_request_review":
            return _review(repo, number, details.get("review", 0))
        case "pull_request":
            return {"number": number, "pull_request": whole_pull_request(repo, repo.pull_request(number))}
        case "workflow_dispatch":
            ref = details.get("ref", f"refs/heads/{repo.default_branch}")
            return {"inputs": details.get("inputs"), "ref": ref, "workflow": WORKFLOW}
        case "check_suite":
            return {"check_suite": check_suite(repo, details["check"], details["branch"], details.get("fork"))}
        case "workflow_run":
            ran = workflow_run(repo, details["check"], details["branch"], details.get("fork"))
            return {"workflow_run": ran, "workflow": workflow(repo)}
        case "schedule":
            return {"schedule": details.get("schedule", "17 * * * *"), "workflow": WORKFLOW}
    raise ValueError(f"no payload for {event!r}")


def _issue(repo: Repository, number: int) -> Json:
    """In events, issues have drafts as well."""
    return {"draft": False} | issue(repo, repo.issue(number))


def _review(repo: Repository, number: int, review_id: int) -> Json:
    pull = repo.pull_request(number)
    [shown] = [one for one in pull.reviews if one.id == review_id]
    shape = review(repo, pull, shown)
    return {"review": shape | {"state": shown.state.lower()}, "pull_request": pull_request(repo, pull)}
