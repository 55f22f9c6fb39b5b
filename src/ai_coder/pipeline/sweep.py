"""All accepted open issues of a repository, and which of them wait for an answer."""

from collections.abc import Iterable, Iterator
from functools import partial

from ai_coder.domain.report import OWN_MARKER, STATUS_MARKER, Report, ending
from ai_coder.domain.task import Candidate, Comment, Event, Issue, Person, Skip
from ai_coder.errors import AiCoderError
from ai_coder.pipeline.corridor import run
from ai_coder.pipeline.run import Run
from ai_coder.ports import Tracker
from ai_coder.resolve.conversation import MAX_LOOKED_AT
from ai_coder.resolve.requests import is_answered, is_request
from ai_coder.resolve.trigger import accepted_by, has_label, has_prefix, objection
from ai_coder.settings import TriggerPolicy


def accepted_issues(tracker: Tracker, policy: TriggerPolicy) -> Iterator[Issue]:
    """Open issues that an authorised person accepted, oldest first. Raises: ForgeError."""
    for issue in tracker.open_issues():
        if not (has_label(issue, policy) or has_prefix(issue.title, policy)):
            continue
        if accepted_by(issue, policy, tracker.role, partial(tracker.labelled_by, issue.number, policy.label)):
            yield issue


def waiting_issues(tracker: Tracker, policy: TriggerPolicy) -> Iterator[Issue]:
    """The accepted issues that hold an unanswered request. Raises: ForgeError."""
    return (issue for issue in accepted_issues(tracker, policy) if _waits(issue, tracker, policy))


def run_waiting(opened: Run) -> Report:
    """Answer every issue that waits. Raises: ForgeError when the issues cannot be listed."""
    return run_each(waiting_issues(opened.ports.tracker, opened.settings.trigger), opened)


def run_each(issues: Iterable[Issue], opened: Run) -> Report:
    """Work on one issue after the other; the report of the worst end, or the last of equal ones."""
    worst = Report(Skip("no accepted issue waits for an answer"))
    for issue in issues:
        candidate = Candidate(Event("schedule", issue=issue), (), needs_acceptance=True)
        try:
            report = run(candidate, opened)
        except AiCoderError as error:
            report = Report(ending(error))
        opened.ports.host.say(f"issue #{issue.number}: {report.status}")
        worst = report if report.exit_status >= worst.exit_status else worst
    return worst


def _waits(issue: Issue, tracker: Tracker, policy: TriggerPolicy) -> bool:
    """Without a status comment the issue itself waits; with one, every request after it that has no answer of ours."""
    comments = tracker.comments(issue.number)
    own = _own(comments, tracker, policy)
    if own is None:
        return True
    asked = [
        comment
        for comment in comments
        if not comment.body.startswith(OWN_MARKER)
        and is_request(comment, policy)
        and not objection(comment.author, policy, tracker.role)
    ]
    return any(not is_answered(issue.number, comment, own, tracker) for comment in asked[-MAX_LOOKED_AT:])


def _own(comments: tuple[Comment, ...], tracker: Tracker, policy: TriggerPolicy) -> Person | None:
    """Who wrote the status comment; somebody without a right to write did not."""
    for comment in comments:
        is_ours = comment.author.is_bot or not objection(comment.author, policy, tracker.role)
        if comment.body.startswith(STATUS_MARKER) and is_ours:
            return comment.author
    return None
