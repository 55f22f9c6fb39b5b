"""`Event` + policy -> `Task` or `Skip`. Every rule about what starts a run, and for whom, is here.

The event `command_line` is made by our own commands only: whoever types them holds the token or the repository.
"""

from collections.abc import Callable
from datetime import datetime

from ai_coder.domain.report import OWN_MARKER, STATUS_MARKER, Status
from ai_coder.domain.status_mark import StatusMark, chosen_answers
from ai_coder.domain.task import (
    Candidate,
    Command,
    Comment,
    Event,
    Issue,
    Labelled,
    Person,
    Role,
    Skip,
    Task,
    Verb,
)
from ai_coder.resolve.commands import is_near_miss, parse_command
from ai_coder.resolve.ended_checks import decide_checks
from ai_coder.settings import TriggerPolicy

_TRIAGE = (
    "This label asks ai_coder for work, and that takes write permission: the triage role is not enough. "
    "Somebody with write permission may take the label off and put it on again."
)


def decide(event: Event, policy: TriggerPolicy) -> Candidate | Skip:
    """What the event asks for, before anybody's right to ask was looked up."""
    match event.kind, event.action:
        case "issues", action:
            return _decide_issue(event, action, policy)
        case "issue_comment", "created":
            return _decide_comment(event, policy)
        case "issue_comment", "edited" if event.comment.body.startswith(STATUS_MARKER):
            return _decide_tick(event)
        case "issue_comment", action:
            return Skip(f"a comment that was {action or 'touched'} starts nothing")
        case ("pull_request_review", "submitted") | ("pull_request_review_comment", "created"):
            return _decide_on_pull_request(event, policy)
    return _decide_without_words(event, policy)


def _decide_without_words(event: Event, policy: TriggerPolicy) -> Candidate | Skip:
    """What a manual start, a command of our own, the clock or the end of checks asks for."""
    match event.kind:
        case "workflow_dispatch" if event.issue.number:
            return Candidate(event, (event.sender,))
        case "workflow_dispatch":
            return Skip("the manual start names no issue: type its number into the field `issue`")
        case "command_line":
            return Candidate(event, ())
        case "schedule" if event.issue.number:
            return Candidate(event, (), needs_acceptance=True)
        case "check_suite" | "workflow_run":
            return decide_checks(event, policy)
        case "schedule":
            return Skip("no accepted issue waits for an answer")
    what = f"`{event.kind}` `{event.action}`" if event.action else f"`{event.kind}`"
    return Skip(f"event {what} starts nothing")


def _decide_issue(event: Event, action: str, policy: TriggerPolicy) -> Candidate | Skip:
    issue = event.issue
    by_sender = Candidate(event, (event.sender,))
    by_both = Candidate(event, (event.sender, issue.author))
    if not issue.number:
        return Skip("the event names no issue")
    if not issue.is_open:
        return Skip(f"issue #{issue.number} is closed")
    match action:
        case "labeled":
            same = event.label.casefold() == policy.label.casefold()
            return by_sender if same else Skip(f"label `{event.label}` is not `{policy.label}`")
        case "opened" | "reopened":
            if has_prefix(issue.title, policy) or has_label(issue, policy):
                return by_both
            return Skip(f"the title does not start with `{policy.title_prefix}` and label `{policy.label}` is not set")
        case "edited":
            if has_prefix(issue.title, policy) and event.old_title and not has_prefix(event.old_title, policy):
                return by_both
            return Skip(f"the edit did not bring `{policy.title_prefix}` into the title")
        case "assigned":
            if policy.assignee and event.assignee.casefold() == policy.assignee.casefold():
                return by_sender
            return Skip(f"an assignment to `{event.assignee}` starts nothing")
    return Skip(f"event `issues` `{action}` starts nothing")


def _decide_comment(event: Event, policy: TriggerPolicy) -> Candidate | Skip:
    issue, comment = event.issue, event.comment
    if issue.is_pull_request:
        return _decide_on_pull_request(event, policy)
    if reason := _nobodys_word(event):
        return Skip(reason)
    command = parse_command(comment.body, policy.phrase)
    if command:
        return Candidate(event, (comment.author,), command=command)
    if is_near_miss(comment.body, policy.phrase):
        reason = f"the comment only looks like the command `{policy.phrase}`: type it in plain ASCII letters"
        return Skip(reason, is_refused_command=True)
    if not issue.is_open:
        return Skip(f"issue #{issue.number} is closed")
    if policy.comments == "command":
        return Skip(f"the comment does not start with `{policy.phrase}`")
    if not (has_label(issue, policy) or has_prefix(issue.title, policy)):
        return Skip(
            f"issue #{issue.number} has neither label `{policy.label}` nor title prefix `{policy.title_prefix}`"
        )
    return Candidate(event, (comment.author,), needs_acceptance=True)


def _nobodys_word(event: Event) -> str:
    """Why the comment is no person's request, as a sentence; empty when it may be one."""
    if event.comment.body.startswith(OWN_MARKER):
        return "the comment is ai_coder's own"
    return "" if event.comment.author.id == event.sender.id else "the comment was not sent by its author"


def _decide_on_pull_request(event: Event, policy: TriggerPolicy) -> Candidate | Skip:
    """A comment in the conversation of a pull request, a review, or a comment on lines."""
    number, comment = event.issue.number, event.comment
    if reason := _nobodys_word(event):
        return Skip(reason)
    if event.is_from_fork:
        return Skip(
            f"pull request #{number} comes from a fork, and a run that a review of it starts has no secrets and may "
            "write nothing: write the command as a comment in its conversation"
        )
    command = parse_command(comment.body, policy.phrase)
    if command:
        return Candidate(event, (comment.author,), command=command)
    if not event.issue.is_open:
        return Skip(f"pull request #{number} is closed")
    if policy.comments == "command":
        return Skip(f"the comment does not start with `{policy.phrase}`")
    return Candidate(event, (comment.author,), needs_own_pull_request=True)


def _decide_tick(event: Event) -> Candidate | Skip:
    """A box of our own status comment that a person ticked: the answer to a question."""
    if not event.comment.author.is_bot or event.sender.id == event.comment.author.id:
        return Skip("the edit of the status comment is no answer to a question")
    if event.issue.is_pull_request or not event.issue.is_open:
        return Skip(f"#{event.issue.number} is no open issue")
    chosen = chosen_answers(event.old_body, event.comment.body)
    if not chosen or StatusMark.parse(event.comment.body).status != Status.NEED_INFO:
        return Skip("no box of the status comment was ticked")
    return Candidate(event, (event.sender,), command=Command(Verb.WORK, chosen))


def authorize(
    candidate: Candidate,
    policy: TriggerPolicy,
    role_of: Callable[[Person], Role],
    labelled_by: Callable[[], Labelled],
) -> Person | Skip:
    """Who vouches for the request, or why nobody does. The lookups may raise: then nothing was allowed."""
    for person in candidate.needed:
        reason = objection(person, policy, role_of)
        if reason:
            is_chat = candidate.needs_acceptance or candidate.needs_own_pull_request
            is_command = bool(candidate.event.comment.id) and not is_chat
            may_label = not person.is_bot and candidate.event.action == "labeled" and role_of(person) is Role.TRIAGE
            return Skip(reason, is_refused_command=is_command, explanation=_TRIAGE if may_label else "")
    if again := candidate.event.rerun_by:
        role = role_of(Person(again))
        if not role.may_write:
            return Skip(f"`{again}`, who ran this job again, has no write permission here (permission: {role})")
    if not candidate.needs_acceptance:
        return candidate.needed[0] if candidate.needed else candidate.event.sender
    voucher = accepted_by(candidate.event.issue, policy, role_of, labelled_by)
    if voucher is None:
        return Skip(f"issue #{candidate.event.issue.number} was not accepted by anybody with write permission")
    return candidate.needed[0] if candidate.needed else voucher


def accepted_by(
    issue: Issue,
    policy: TriggerPolicy,
    role_of: Callable[[Person], Role],
    labelled_by: Callable[[], Labelled],
) -> Person | None:
    """The authorised person who labelled the issue, or opened it with the prefix; None when nobody did."""
    if has_prefix(issue.title, policy) and not objection(issue.author, policy, role_of):
        return issue.author
    if has_label(issue, policy):
        person = labelled_by().by
        if not objection(person, policy, role_of):
            return person
    return None


def objection(person: Person, policy: TriggerPolicy, role_of: Callable[[Person], Role]) -> str:
    """Why `person` may not make us write, as a sentence; empty when they may.

    A bot has no permission of its own that could be asked for: its id in the workflow is the decision.
    """
    if not person.id:
        return "nobody can be held to have asked: the account is unknown"
    if person.is_bot:
        is_allowed = person.id in policy.allowed_bots
        return "" if is_allowed else f"`{person.login}` is a bot whose id {person.id} is not in `allowed_bots`"
    role = role_of(person)
    return "" if role.may_write else f"`{person.login}` has no write permission here (permission: {role})"


def task_of(candidate: Candidate, requester: Person, now: datetime) -> Task:
    """The task; the issue is the payload's snapshot where there was one."""
    event = candidate.event
    as_of = now
    if event.kind == "issue_comment":
        as_of = event.comment.updated_at if event.action == "edited" else event.comment.created_at
    elif event.comment.id:
        as_of = max(event.comment.created_at, event.comment.updated_at)
    elif event.kind == "issues":
        as_of = event.issue.updated_at
    command = Command(Verb.WORK, event.instructions) if event.instructions else candidate.command
    is_tick = event.kind == "issue_comment" and event.action == "edited"
    comment = Comment() if is_tick else event.comment
    is_sweep, is_by_checks = event.kind == "schedule", bool(event.checked.commit)
    return Task(event.issue, requester, command, comment, as_of, is_sweep=is_sweep, is_by_checks=is_by_checks)


def has_label(issue: Issue, policy: TriggerPolicy) -> bool:
    """Whether the trigger label is set; names of labels are the same in upper and lower case."""
    return policy.label.casefold() in {label.casefold() for label in issue.labels}


def has_prefix(title: str, policy: TriggerPolicy) -> bool:
    """Whether the title starts with the prefix; an empty prefix starts nothing."""
    return bool(policy.title_prefix) and title.strip().casefold().startswith(policy.title_prefix.casefold())
