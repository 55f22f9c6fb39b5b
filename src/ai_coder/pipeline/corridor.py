"""`run(event, run) -> Report`. Inside a task a failure is an outcome, so that every request is answered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from functools import cache, partial

from ai_coder.domain.kept import Kept
from ai_coder.domain.outcome import Parked
from ai_coder.domain.report import Published, Report, ending
from ai_coder.domain.status_mark import find_plan, find_questions
from ai_coder.domain.task import Candidate, Skip, Task, Verb
from ai_coder.errors import AiCoderError, ConfigurationError, ForgeError, NotFound
from ai_coder.pipeline.answering import answer_threads
from ai_coder.pipeline.checked import outdated
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.pull_side import admit_on_pull_request, read_side
from ai_coder.pipeline.refusing import refuse
from ai_coder.pipeline.rooms import work
from ai_coder.pipeline.run import Run
from ai_coder.report.status import Progress
from ai_coder.resolve.acceptance import LOOK_AGAIN, unseen_edit
from ai_coder.resolve.answered import is_answered_already, resumed, resumed_runs
from ai_coder.resolve.conversation import Conversation, read_conversation
from ai_coder.resolve.ended_checks import CHECK_EVENTS
from ai_coder.resolve.limits import HOUR, limit_until
from ai_coder.resolve.orders import answer_order
from ai_coder.resolve.rounds import left_to_people, rounds_of, too_many_rounds
from ai_coder.resolve.trigger import authorize, objection, task_of
from ai_coder.settings import Settings

_WITHOUT_SNAPSHOT = frozenset({"workflow_dispatch", "schedule", "command_line"}) | CHECK_EVENTS
"""Events whose payload holds no issue: it is read as it is now."""
_UNWATCHED = _WITHOUT_SNAPSHOT - {"command_line"}
"""Those of them that nobody watches while they start."""
_FRESH = HOUR
"""An edit of this age may be newer than what a person saw who started a run by hand."""
_UNVERIFIED = "Nothing was done: ai_coder could not verify who may ask for this. {} Comment `/ai_coder retry` later."
_TWIN = "another run has answered this request meanwhile; comment `/ai_coder retry` to have it worked on again"


def run(candidate: Candidate, run: Run) -> Report:
    """Answer the event. Raises: AiCoderError, only before a request was taken up."""
    task = admit(candidate, run)
    if isinstance(task, Skip):
        return Report(task)
    return _answer(task, run)


def admit(candidate: Candidate, run: Run) -> Task | Skip:
    """The task, if somebody who may ask did ask. Raises: ForgeError, and then nothing was allowed."""
    tracker, event = run.ports.tracker, candidate.event
    if event.kind in _WITHOUT_SNAPSHOT:
        event = replace(event, issue=tracker.issue(event.issue.number))
        candidate = replace(candidate, event=event)
    issue = event.issue
    is_tick = event.kind == "issue_comment" and event.action == "edited"
    if is_tick and not run.seal.holds(event.comment.body, issue.number):
        return Skip("the status comment is not as ai_coder wrote it")
    if not (issue.is_pull_request or issue.is_open or event.comment.id):
        return Skip(f"#{issue.number} is a closed issue")
    try:
        task = admit_on_pull_request(candidate, run) if issue.is_pull_request else _admit_on_issue(candidate, run)
        task = (outdated(event, run) if isinstance(task, Task) else None) or task
    except ForgeError as error:
        refuse(Skip("", explanation=_UNVERIFIED.format(error)), event, run)
        raise
    return refuse(task, event, run) if isinstance(task, Skip) else task


def _admit_on_issue(candidate: Candidate, run: Run) -> Task | Skip:
    """The task, if somebody who may ask did ask, and saw the text as it is. Raises: ForgeError."""
    policy, tracker, event = run.settings.trigger, run.ports.tracker, candidate.event
    issue = event.issue
    labelled_by = cache(partial(tracker.labelled_by, issue.number, policy.label))
    requester = authorize(candidate, policy, tracker.role, labelled_by)
    if isinstance(requester, Skip):
        return requester
    now = run.ports.clock.now()
    doubt = objection(issue.author, policy, tracker.role)
    if doubt and event.kind in _UNWATCHED:
        seen_at = labelled_by().at if candidate.needs_acceptance else now - _FRESH
        if unseen := unseen_edit(issue, policy, tracker.role, seen_at):
            return Skip(unseen, explanation=f"Nothing was done: {unseen}. {LOOK_AGAIN}")
    is_vouched = not doubt or event.kind != "workflow_dispatch"
    return replace(task_of(candidate, requester, now), is_author_trusted=not doubt, is_text_vouched=is_vouched)


def _require_model(settings: Settings) -> None:
    missing = []
    if not settings.model.model:
        missing.append("`model` names no model")
    if not settings.model.api_key and not settings.model.base_url:
        missing.append("`openai_api_key` is empty, and OpenAI needs one")
    if missing:
        msg = "missing input: " + "; ".join(missing)
        hint = "Set it in the step's `with:` block, the key from a secret: `${{ secrets.OPENAI_API_KEY }}`."
        raise ConfigurationError(msg, hint=hint)


def _answer(task: Task, run: Run) -> Report:
    """Work on the task, and leave exactly one visible answer; none where another run gave it meanwhile."""
    desk = Desk(task, run.ports, run.egress, run.seal)
    conversation = Conversation()
    try:
        own = desk.take_up()
        side = read_side(task, run)
        conversation = read_conversation(task, own, run.ports.tracker, run.settings.trigger, side, run.seal)
        task = resumed(task, conversation, run.settings.trigger.phrase)
        if reason := _TWIN if is_answered_already(task, conversation) else left_to_people(task, conversation):
            return Report(Skip(reason), notes=desk.answer_again(conversation.mark, own))
        _open_status(task, conversation, desk)
        if task.issue.is_open and not answer_order(task.command):
            _require_model(run.settings)
        report = over_limit(task, conversation, run) or work(task, conversation, run, desk)
        report = answer_threads(report, conversation, run)
    except AiCoderError as error:
        if not desk.is_taken_up:
            raise
        report = Report(ending(error), task, desk.spending())
    except KeyboardInterrupt as error:
        report = Report(ending(error), task, desk.spending())
    except BaseException as error:
        desk.answer(Report(ending(error), task, desk.spending()), conversation.requests, conversation.threads)
        raise
    report = replace(report, trajectory=desk.trajectory(report))
    report = replace(report, notes=(*run.settings.warnings, *conversation.notes, *report.notes, *_kept(report, desk)))
    is_order = answer_order(task.command) and task.command.verb is not Verb.STOP and not task.is_sweep
    is_alone = is_order or (task.command.verb is Verb.REVIEW and task.comment.id)
    requests = () if is_alone else conversation.requests
    try:
        problems = desk.answer(report, requests, conversation.threads)
    except KeyboardInterrupt:  # the work is done, and a runner's second signal is not heard: it is told after all
        problems = desk.answer(report, requests, conversation.threads)
    return replace(report, notes=(*report.notes, *problems))


def _kept(report: Report, desk: Desk) -> Iterator[str]:
    """Where a change is that was paid for and did not become a pull request."""
    kept = desk.progress.kept
    is_published = isinstance(report.outcome, Published) and report.outcome.pull_request.number
    if kept and not is_published:
        yield f"The change is kept as commit `{kept.commit[:12]}`: the next run publishes it, and asks no model for it."
    if report.unpublished:
        yield "The change stands as a patch in the job summary and in the report file."


def over_limit(task: Task, conversation: Conversation, run: Run) -> Report | None:
    """The answer where too much was asked of us lately; None where it was not. Raises: ForgeError."""
    policy, requester = run.settings.trigger, task.requester
    if ended := too_many_rounds(task, conversation):
        return Report(ended, task)
    if requester.is_bot and conversation.mark.bot_turns >= policy.max_bot_turns:
        reason = f"{policy.max_bot_turns} requests of bots in a row were answered on this issue"
        return Report(Parked(reason, "A comment of a person goes on."), task)
    until = limit_until(conversation.asked_at, policy.max_hourly_per_issue, task.as_of)
    if until:
        where = f"{policy.max_hourly_per_issue} requests an hour on one issue"
    else:
        asked = _asked_lately(task, run)
        until = task.as_of + HOUR if asked > policy.max_hourly_per_person else None
        where = f"{policy.max_hourly_per_person} requests an hour by {requester.login}"
    if not until:
        return None
    when = f"{until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    hint = "A schedule goes on after that, or a comment."
    return Report(Parked(f"limit reached until {when} ({where})", hint, until), task)


def _asked_lately(task: Task, run: Run) -> int:
    """How often the person asked on any issue; never where the forge keeps no such list. Raises: ForgeError."""
    try:
        return run.ports.tracker.asked_lately(task.requester, run.settings.trigger.label, task.as_of - HOUR)
    except NotFound:
        return 0


def _open_status(task: Task, conversation: Conversation, desk: Desk) -> None:
    """Show that the work begins, and hand on what it needs of the last run's comment. Raises: ForgeError.

    A plan stays where the command is about it, the questions until the work they are about is done.
    """
    text = conversation.status_text
    keeps_plan = task.command.verb in {Verb.GO, Verb.RETRY, Verb.HELP, Verb.BUDGET}
    mark, again = conversation.mark, resumed_runs(task, conversation)
    bot_turns = mark.bot_turns + 1 if task.requester.is_bot else 0
    begun = Progress(
        before_usd=mark.spent_usd,
        plan=find_plan(text) if keeps_plan else "",
        questions=find_questions(text),
        kept=Kept.parse(text),
        head=mark.head,
        text_id=mark.text_id,
        bot_turns=mark.bot_turns if again else bot_turns,
        ci_rounds=rounds_of(task, conversation),
        resumed=again,
    )
    desk.open_status(conversation.status_comment, begun)
