"""A GitHub webhook payload, or an answer of its REST API, -> nouns of the domain. Absent is empty, never an error.

Source of the shapes: https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ai_coder.domain.checks import CheckedCommit
from ai_coder.domain.task import NEVER, Comment, CommentKind, Event, Issue, Person
from ai_coder.errors import ConfigurationError

_REACTIONS = ("+1", "eyes", "rocket", "confused")


def parse_event(kind: str, text: str) -> Event:
    """The event in the payload `text`. Raises: ConfigurationError when it is no JSON object."""
    try:
        payload = json.loads(text)
    except ValueError as error:
        msg = f"the event file is not JSON: {error}"
        raise ConfigurationError(msg, hint="GITHUB_EVENT_PATH must name the file that the runner wrote.") from error
    if not isinstance(payload, dict):
        msg = f"the event file holds a JSON {type(payload).__name__}, not an object"
        raise ConfigurationError(msg, hint="GITHUB_EVENT_PATH must name the file that the runner wrote.")
    inputs = _mapping(payload, "inputs")
    pull_request = _mapping(payload, "pull_request")
    as_issue = {**pull_request, "pull_request": pull_request} if pull_request else {}
    issue = parse_issue(_mapping(payload, "issue") or as_issue)
    return Event(
        kind=kind,
        action=_text(payload, "action"),
        sender=parse_person(_mapping(payload, "sender")),
        issue=issue if issue.number else Issue(number=_number_in(_text(inputs, "issue"))),
        comment=parse_review(_mapping(payload, "review")) or parse_comment(_mapping(payload, "comment")),
        label=_text(_mapping(payload, "label"), "name"),
        assignee=_text(_mapping(payload, "assignee"), "login"),
        old_body=_text(_mapping(_mapping(payload, "changes"), "body"), "from"),
        old_title=_text(_mapping(_mapping(payload, "changes"), "title"), "from"),
        instructions=_text(inputs, "instructions"),
        is_from_fork=_is_of_fork(pull_request, _mapping(pull_request, "base")) or _has_checked_fork(payload),
        checked=_checked(_mapping(payload, "check_suite") or _mapping(payload, "workflow_run")),
    )


def parse_person(data: Mapping[str, Any]) -> Person:
    """An account; an app's has the type `Bot`."""
    login = _text(data, "login")
    is_bot = _text(data, "type") not in {"", "User"} or login.endswith("[bot]")
    return Person(login, _number(data, "id"), is_bot)


def parse_issue(data: Mapping[str, Any]) -> Issue:
    """An issue; a pull request in an issue's shape carries `pull_request`."""
    labels = data.get("labels")
    return Issue(
        number=_number(data, "number"),
        title=_text(data, "title"),
        body=_text(data, "body"),
        author=parse_person(_mapping(data, "user")),
        labels=tuple(_label_name(label) for label in labels) if isinstance(labels, list) else (),
        is_open=_text(data, "state") != "closed",
        is_locked=data.get("locked") is True,
        is_pull_request=bool(_mapping(data, "pull_request")),
        url=_text(data, "html_url"),
        updated_at=parse_time(_text(data, "updated_at")),
        reaction_counts=_reaction_counts(data),
    )


def parse_comment(data: Mapping[str, Any]) -> Comment:
    """A comment under an issue, or on lines of a diff."""
    is_on_lines = "diff_hunk" in data
    return Comment(
        id=_number(data, "id"),
        body=_text(data, "body"),
        author=parse_person(_mapping(data, "user")),
        created_at=parse_time(_text(data, "created_at")),
        updated_at=parse_time(_text(data, "updated_at")),
        reaction_counts=_reaction_counts(data),
        kind=CommentKind.LINE if is_on_lines else CommentKind.CONVERSATION,
        review=_number(data, "pull_request_review_id"),
        url=_text(data, "html_url"),
    )


def parse_review(data: Mapping[str, Any]) -> Comment | None:
    """The text of a review, which may be empty; None for no review."""
    if not _number(data, "id"):
        return None
    submitted = parse_time(_text(data, "submitted_at"))
    return Comment(
        id=_number(data, "id"),
        body=_text(data, "body"),
        author=parse_person(_mapping(data, "user")),
        created_at=submitted,
        updated_at=submitted,
        kind=CommentKind.REVIEW,
        node_id=_text(data, "node_id"),
        url=_text(data, "html_url"),
        is_approval=_text(data, "state").casefold() == "approved",
    )


def _reaction_counts(data: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    counts = _mapping(data, "reactions")
    return tuple((name, _number(counts, name)) for name in _REACTIONS if _number(counts, name))


def parse_time(text: str) -> datetime:
    """A moment such as 2026-01-31T09:00:00Z; `NEVER` when it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return NEVER
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _number(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _checked(data: Mapping[str, Any]) -> CheckedCommit:
    """Of a check suite or of a workflow's run."""
    return CheckedCommit(_text(data, "head_sha"), _text(data, "head_branch"), _text(data, "conclusion"))


def _has_checked_fork(payload: Mapping[str, Any]) -> bool:
    """Whether the checks ran for a branch of another repository, which a workflow's run names, gone or not."""
    if run := _mapping(payload, "workflow_run"):
        return _number(_mapping(run, "head_repository"), "id") != _number(_mapping(payload, "repository"), "id")
    pulls = _mapping(payload, "check_suite").get("pull_requests")
    named = [one for one in pulls if isinstance(one, dict)] if isinstance(pulls, list) else []
    return bool(named) and all(_is_of_fork(one, {"repo": payload.get("repository")}) for one in named)


def _is_of_fork(pull_request: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    head = _mapping(pull_request, "head")
    return bool(head) and _repository_id(head) != _repository_id(ours)


def _repository_id(side: Mapping[str, Any]) -> int:
    """Of the head or the base of a pull request; 0 for a fork that is gone."""
    return _number(_mapping(side, "repo"), "id")


def _number_in(text: str) -> int:
    """An issue number as a person types it; 0 when it is none."""
    digits = text.strip().removeprefix("#")
    return int(digits) if re.fullmatch(r"[0-9]{1,18}", digits) else 0


def _label_name(label: object) -> str:
    return _text(label, "name") if isinstance(label, dict) else str(label)
