"""All accepted open issues of a repository, and which of them wait for an answer."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from ai_coder.domain.kept import Kept
from ai_coder.domain.report import OWN_MARKER, STATUS_MARKER, Report, Status, ending
from ai_coder.domain.review import PullSide
from ai_coder.domain.status_mark import WORKING, StatusMark, chosen_answers
from ai_coder.domain.task import Candidate, Command, Comment, Event, Issue, Skip, Task, Verb
from ai_coder.errors import AiCoderError
from ai_coder.pipeline.corridor import run
from ai_coder.pipeline.limiting import reserve_s
from ai_coder.pipeline.pull_side import open_number
from ai_coder.pipeline.run import Run
from ai_coder.ports import Ports, Tracker
from ai_coder.resolve.conversation import MAX_LOOKED_AT, waits_on_pull_request
from ai_coder.resolve.requests import final_reaction, is_answered, is_request
from ai_coder.resolve.trigger import accepted_by, has_label, has_prefix, objection
from ai_coder.settings import Settings, TriggerPolicy

_LOST_S, _LATE_S = 3_600.0, 300.0
"""A run that has said nothing for so long is lost: an hour, and longer than any run of these settings takes."""


def accepted_issues(tracker: Tracker, policy: TriggerPolicy) -> Iterator[Issue]:
    """Open issues that an authorised person accepted, oldest first. Raises: ForgeError."""
    for issue in tracker.open_issues():
        if not (has_label(issue, policy) or has_prefix(issue.title, policy)):
            continue
        if accepted_by(issue, policy, tracker.role, partial(tracker.labelled_by, issue.number, policy.label)):
            yield issue


def waiting_issues(ports: Ports, settings: Settings) -> Iterator[Issue]:
    """The accepted issues that hold an unanswered request. Raises: ForgeError."""
    accepted = accepted_issues(ports.tracker, settings.trigger)
    return (issue for issue in accepted if _waits(issue, ports, settings))


def run_waiting(opened: Run) -> Report:
    """Answer the issues that wait, as many as there is time for: they share that of the job.

    Raises: ForgeError when the issues cannot be listed.
    """
    waiting = waiting_issues(opened.ports, opened.settings)
    return _in_turn((issue, opened) for issue in _while_there_is_time(waiting, opened))


def _while_there_is_time(issues: Iterable[Issue], opened: Run) -> Iterator[Issue]:
    """The issues, until too little is left to work on one; the next schedule finds the others."""
    least_s = 2 * reserve_s(opened.settings.limits.timeout_s)
    for issue in issues:
        if opened.ends_at_s - opened.ports.clock.monotonic_s() < least_s:
            opened.ports.host.say(f"issue #{issue.number} is left to the next run: the time of this one is used up")
            return
        yield issue


def run_each(issues: Iterable[Issue], opened: Run) -> Report:
    """Work on all of the issues, each with the whole time of a run; the report of the worst end."""
    clock = opened.ports.clock
    return _in_turn((issue, replace(opened, started_s=clock.monotonic_s())) for issue in issues)


def _in_turn(runs: Iterable[tuple[Issue, Run]]) -> Report:
    """One run after the other, till one is cancelled; the report of the worst end, or the last of equal ones."""
    worst = Report(Skip("no accepted issue waits for an answer"))
    for issue, opened in runs:
        candidate = Candidate(Event("schedule", issue=issue), (), needs_acceptance=True)
        try:
            report = run(candidate, opened)
        except AiCoderError as error:
            report = Report(ending(error))
        opened.ports.host.say(f"issue #{issue.number}: {report.status}")
        worst = report if report.exit_status >= worst.exit_status else worst
        if report.status is Status.CANCELLED:
            break
    return worst


def _waits(issue: Issue, ports: Ports, settings: Settings) -> bool:
    """Whether something is still to be done: nothing was begun, a run was lost, or a request has no answer."""
    tracker, policy = ports.tracker, settings.trigger
    comments = tracker.comments(issue.number)
    status = _status(comments, tracker, policy)
    if status is None:
        return True
    mark, now = StatusMark.parse(status.body), ports.clock.now()
    if mark.status == WORKING:
        return now - status.updated_at > timedelta(seconds=max(_LOST_S, settings.limits.timeout_s + _LATE_S))
    if mark.resumes_at:
        return now >= mark.resumes_at
    if Kept.parse(status.body) or (mark.goes_on and mark.bot_turns <= policy.max_bot_turns):
        return True
    if mark.status == Status.NEED_INFO and chosen_answers("", status.body):
        return True
    if mark.is_answer and not any(map(str.isdecimal, mark.asked)) and _lacks_reaction(issue, mark):
        return True
    asked = [
        comment
        for comment in comments
        if not comment.body.startswith(OWN_MARKER)
        and is_request(comment, policy)
        and not objection(comment.author, policy, tracker.role)
    ]
    if any(not is_answered(issue.number, comment, status.author, tracker) for comment in asked[-MAX_LOOKED_AT:]):
        return True
    task = Task(issue, status.author, Command(Verb.WORK), Comment(), now, is_sweep=True)
    # What was asked about a branch that somebody reset waits for a person, not for us.
    known = replace(mark, asks_about_branch=False)
    return any(
        waits_on_pull_request(task, status.author, tracker, policy, part, known)
        for part in _parts(issue, ports, settings)
    )


def _parts(issue: Issue, ports: Ports, settings: Settings) -> Iterator[PullSide]:
    """What stands on the issue's open pull request, one request for each part that is looked at. Raises: ForgeError."""
    if ports.reviews is None or not (number := open_number(issue, settings, ports.forge)):
        return
    yield PullSide(comments=ports.tracker.comments(number))
    yield PullSide(reviews=ports.reviews.texts(number))
    yield PullSide(threads=ports.reviews.threads(number))


def _lacks_reaction(issue: Issue, mark: StatusMark) -> bool:
    """Whether the issue itself was taken up, and not reacted to as it was answered."""
    counts = dict(issue.reaction_counts)
    return "eyes" in counts and final_reaction(mark.status) not in counts


def _status(comments: tuple[Comment, ...], tracker: Tracker, policy: TriggerPolicy) -> Comment | None:
    """The status comment; what somebody without a right to write wrote is none."""
    for comment in comments:
        is_ours = comment.author.is_bot or not objection(comment.author, policy, tracker.role)
        if comment.body.startswith(STATUS_MARKER) and is_ours:
            return comment
    return None
