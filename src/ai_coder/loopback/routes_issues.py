"""Issues, their labels, assignees and history. Source: https://docs.github.com/rest/issues."""

from ai_coder.loopback import shapes_issues as shapes
from ai_coder.loopback import tracker
from ai_coder.loopback.http import Answer
from ai_coder.loopback.refusals import Refused, invalid
from ai_coder.loopback.routing import REPO, Call, Route
from ai_coder.loopback.state import Comment, Issue, IssueEvent, User

ISSUE = f"{REPO}/issues/{{number}}"


def list_issues(call: Call) -> Answer:
    """Newest first, pull requests among them."""
    chosen = [issue for issue in call.repo.issues.values() if _is_wanted(call, issue)]
    query = call.request.query
    key = {"updated": "updated_at", "comments": "comments"}.get(query.get("sort", ""), "created_at")
    chosen.sort(key=lambda issue: (_rank(issue, key), issue.number), reverse=query.get("direction") != "asc")
    return call.page([shapes.issue(call.repo, issue) for issue in chosen])


def _rank(issue: Issue, key: str) -> float:
    moments = {"updated_at": issue.updated_at, "created_at": issue.created_at}
    return moments[key].timestamp() if key in moments else len(issue.comments)


def _is_wanted(call: Call, issue: Issue) -> bool:
    query = call.request.query
    labels = [name.lower() for name in query.get("labels", "").split(",") if name]
    since = call.moment("since")
    assignee = query.get("assignee", "").lower()
    return (
        query.get("state", "open") in {issue.state, "all"}
        and query.get("creator", issue.author.login).lower() == issue.author.login.lower()
        and set(labels) <= {name.lower() for name in issue.labels}
        and (since is None or issue.updated_at.replace(microsecond=0) >= since)
        and (not assignee or assignee in {who.login.lower() for who in issue.assignees})
    )


def create_issue(call: Call) -> Answer:
    """Labels and assignees of those who may not set them are dropped without a word."""
    if not call.repo.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    labels = call.texts("labels") if _may_triage(call) else []
    issue = tracker.open_issue(call.repo, call.user, call.text("title") or "", call.text("body"), labels)
    tracker.assign(call.repo, issue, call.user, _users(call) if _may_triage(call) else [])
    return Answer(201, shapes.issue(call.repo, issue))


def _may_triage(call: Call) -> bool:
    return call.token.permissions is not None or call.repo.may(call.user, "triage")


def _users(call: Call) -> list[User]:
    return [call.world.add_user(login) for login in call.texts("assignees")]


def get_issue(call: Call) -> Answer:
    """One issue, or a pull request as an issue."""
    return Answer(200, shapes.issue(call.repo, call.repo.issue(call.number)))


def update_issue(call: Call) -> Answer:
    """Title, body, state, labels, assignees; what is not named stays."""
    repo, issue = call.repo, call.repo.issue(call.number)
    if not _may_triage(call) and issue.author != call.user:
        raise Refused(403, "Must have admin rights to Repository.")
    if (title := call.text("title")) is not None:
        tracker.rename(repo, issue, call.user, title)
    if "body" in call.body:
        tracker.edit_body(repo, issue, call.user, call.text("body"))
    if (state := call.text("state")) is not None:
        tracker.set_state(repo, issue, call.user, state, call.text("state_reason"))
    if "labels" in call.body:
        tracker.set_labels(repo, issue, call.user, call.texts("labels"))
    if "assignees" in call.body:
        wanted = _users(call)
        tracker.unassign(repo, issue, call.user, [who for who in issue.assignees if who not in wanted])
        tracker.assign(repo, issue, call.user, wanted)
    return Answer(200, shapes.issue(repo, issue))


def list_labels(call: Call) -> Answer:
    """The labels of one issue."""
    return call.page(shapes.labels(call.repo, call.repo.issue(call.number)))


def add_labels(call: Call) -> Answer:
    """All labels of the issue after that."""
    issue = call.repo.issue(call.number)
    tracker.add_labels(call.repo, issue, call.user, _label_names(call))
    return Answer(200, shapes.labels(call.repo, issue))


def _label_names(call: Call) -> list[str]:
    """`{"labels": [...]}`, or the list alone."""
    given = call.request.body
    return [str(name) for name in given] if isinstance(given, list) else call.texts("labels")


def set_labels(call: Call) -> Answer:
    """The given labels instead of those it had."""
    issue = call.repo.issue(call.number)
    tracker.set_labels(call.repo, issue, call.user, _label_names(call))
    return Answer(200, shapes.labels(call.repo, issue))


def remove_label(call: Call) -> Answer:
    """The labels that are left."""
    issue = call.repo.issue(call.number)
    tracker.remove_label(call.repo, issue, call.user, call.params["name"])
    return Answer(200, shapes.labels(call.repo, issue))


def list_repository_labels(call: Call) -> Answer:
    """Every label that can be chosen."""
    return call.page([shapes.label(call.repo, label) for label in call.repo.labels.values()])


def get_repository_label(call: Call) -> Answer:
    """One label."""
    label = call.repo.labels.get(call.params["name"].lower())
    if label is None:
        raise Refused(404, "Not Found")
    return Answer(200, shapes.label(call.repo, label))


def create_repository_label(call: Call) -> Answer:
    """A new label."""
    name = call.required("name")
    if name.lower() in call.repo.labels:
        raise invalid("Label", "name", "already_exists")
    return Answer(201, shapes.label(call.repo, call.repo.label(name)))


def assign(call: Call) -> Answer:
    """The issue with its assignees; who cannot be assigned is left out."""
    issue = call.repo.issue(call.number)
    tracker.assign(call.repo, issue, call.user, _users(call))
    return Answer(201, shapes.issue(call.repo, issue))


def unassign(call: Call) -> Answer:
    """The issue without these assignees."""
    issue = call.repo.issue(call.number)
    tracker.unassign(call.repo, issue, call.user, _users(call))
    return Answer(200, shapes.issue(call.repo, issue))


def list_events(call: Call) -> Answer:
    """The issue's history, oldest first."""
    issue = call.repo.issue(call.number)
    return call.page([shapes.event(call.repo, event) for event in issue.events])


def list_repository_events(call: Call) -> Answer:
    """The history of all issues, newest first."""
    found = [(event, issue) for issue in call.repo.issues.values() for event in issue.events]
    found.sort(key=lambda pair: pair[0].id, reverse=True)
    repo = call.repo
    return call.page([shapes.event(repo, event) | {"issue": shapes.issue(repo, issue)} for event, issue in found])


def list_timeline(call: Call) -> Answer:
    """The history with the comments in it."""
    issue = call.repo.issue(call.number)
    lines: list[IssueEvent | Comment] = sorted([*issue.events, *issue.comments], key=lambda line: line.id)
    return call.page([_timeline_line(call, line) for line in lines])


def _timeline_line(call: Call, line: IssueEvent | Comment) -> object:
    if isinstance(line, IssueEvent):
        return shapes.event(call.repo, line)
    comment = shapes.comment(call.repo, line)
    return comment | {"event": "commented", "actor": comment["user"]}


ROUTES = (
    Route("GET", f"{REPO}/issues", list_issues, "issues"),
    Route("POST", f"{REPO}/issues", create_issue, "issues"),
    Route("GET", f"{REPO}/issues/events", list_repository_events, "issues"),
    Route("GET", ISSUE, get_issue, "issues"),
    Route("PATCH", ISSUE, update_issue, "issues"),
    Route("GET", f"{ISSUE}/labels", list_labels, "issues"),
    Route("POST", f"{ISSUE}/labels", add_labels, "issues", "triage"),
    Route("PUT", f"{ISSUE}/labels", set_labels, "issues", "triage"),
    Route("DELETE", f"{ISSUE}/labels/{{name}}", remove_label, "issues", "triage"),
    Route("GET", f"{REPO}/labels", list_repository_labels, "issues"),
    Route("POST", f"{REPO}/labels", create_repository_label, "issues", "write"),
    Route("GET", f"{REPO}/labels/{{name}}", get_repository_label, "issues"),
    Route("POST", f"{ISSUE}/assignees", assign, "issues", "triage"),
    Route("DELETE", f"{ISSUE}/assignees", unassign, "issues", "triage"),
    Route("GET", f"{ISSUE}/events", list_events, "issues"),
    Route("GET", f"{ISSUE}/timeline", list_timeline, "issues"),
)
