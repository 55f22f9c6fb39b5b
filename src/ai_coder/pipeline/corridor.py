"""`run(event, run) -> Report`. Inside a task a failure is an outcome, so that every request is answered."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ai_coder.domain.kept import Kept
from ai_coder.domain.report import Published, Report, ending
from ai_coder.domain.status_mark import find_plan, find_questions
from ai_coder.domain.task import Candidate, Event, Skip, Task, Verb
from ai_coder.errors import AiCoderError, ConfigurationError, ForgeError
from ai_coder.pipeline.answering import answer_threads
from ai_coder.pipeline.desk import Desk, react
from ai_coder.pipeline.pull_side import admit_on_pull_request, read_side
from ai_coder.pipeline.rooms import work
from ai_coder.pipeline.run import Run
from ai_coder.report.status import Progress
from ai_coder.resolve.answered import is_answered_already, resumed
from ai_coder.resolve.conversation import Conversation, read_conversation
from ai_coder.resolve.orders import answer_order
from ai_coder.resolve.trigger import authorize, task_of
from ai_coder.settings import Settings

_WITHOUT_SNAPSHOT = frozenset({"workflow_dispatch", "schedule", "command_line"})
"""Events whose payload holds no issue: it is read as it is now."""

_TWIN = "another run has answered this request meanwhile; comment `/ai_coder retry` to have it worked on again"


def run(candidate: Candidate, run: Run) -> Report:
    """Answer the event. Raises: AiCoderError, only before a request was taken up."""
    task = admit(candidate, run)
    if isinstance(task, Skip):
        return Report(task)
    return _answer(task, run)


def admit(candidate: Candidate, run: Run) -> Task | Skip:
    """The task, if somebody who may ask did ask. Raises: ForgeError, and then nothing was allowed."""
    policy, tracker, event = run.settings.trigger, run.ports.tracker, candidate.event
    if event.kind in _WITHOUT_SNAPSHOT:
        event = replace(event, issue=tracker.issue(event.issue.number))
        candidate = replace(candidate, event=event)
    issue = event.issue
    if issue.is_pull_request:
        task = admit_on_pull_request(candidate, run)
        return _refused(task, event, run) if isinstance(task, Skip) else task
    if not (issue.is_open or event.comment.id):
        return Skip(f"#{issue.number} is a closed issue")
    requester = authorize(candidate, policy, tracker.role, partial(tracker.labelled_by, issue.number, policy.label))
    if isinstance(requester, Skip):
        return _refused(requester, event, run)
    return task_of(candidate, requester, run.ports.clock.now())


def _refused(skip: Skip, event: Event, run: Run) -> Skip:
    """The skip; a stranger's command gets its reaction where GitHub takes one, and fails no job where it does not."""
    try:
        if skip.is_refused_command:
            react(run.ports, event.issue.number, event.comment, "confused")
    except ForgeError as error:
        run.ports.host.say(run.egress.redact(f"the refused command got no reaction: {error}"))
    return skip


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
    desk = Desk(task, run.ports, run.egress)
    conversation = Conversation()
    try:
        own = desk.take_up()
        side = read_side(task, run)
        conversation = read_conversation(task, own, run.ports.tracker, run.settings.trigger, side)
        task = resumed(task, conversation, run.settings.trigger.phrase)
        if is_answered_already(task, conversation):
            return Report(Skip(_TWIN), notes=desk.answer_again(conversation.mark))
        _open_status(task, conversation, desk)
        if task.issue.is_open and not answer_order(task.command):
            _require_model(run.settings)
        report = answer_threads(work(task, conversation, run, desk), conversation, run)
    except AiCoderError as error:
        if not desk.is_taken_up:
            raise
        report = Report(ending(error), task, desk.spending())
    except BaseException as error:
        desk.answer(Report(ending(error), task, desk.spending()), conversation.requests)
        raise
    report = replace(report, trajectory=desk.trajectory(report))
    report = replace(report, notes=(*run.settings.warnings, *conversation.notes, *report.notes, *_kept(report, desk)))
    is_order = answer_order(task.command) and task.command.verb is not Verb.STOP and not task.is_sweep
    is_alone = is_order or task.command.verb is Verb.REVIEW
    requests = () if is_alone else conversation.requests
    try:
        problems = desk.answer(report, requests)
    except KeyboardInterrupt:  # the work is done, and a runner's second signal is not heard: it is told after all
        problems = desk.answer(report, requests)
    return replace(report, notes=(*report.notes, *problems))


def _kept(report: Report, desk: Desk) -> Iterator[str]:
    """Where a change is that was paid for and did not become a pull request."""
    kept = desk.progress.kept
    is_published = isinstance(report.outcome, Published) and report.outcome.pull_request.number
    if kept and not is_published:
        yield f"The change is kept as commit `{kept.commit[:12]}`: the next run publishes it, and asks no model for it."
    if report.unpublished:
        yield "The change stands as a patch in the job summary and in the report file."


def _open_status(task: Task, conversation: Conversation, desk: Desk) -> None:
    """Show that the work begins, and hand on what it needs of the last run's comment. Raises: ForgeError.

    A plan stays where the command is about it, the questions until the work they are about is done.
    """
    text = conversation.status_text
    keeps_plan = task.command.verb in {Verb.GO, Verb.RETRY, Verb.HELP, Verb.BUDGET}
    begun = Progress(
        before_usd=conversation.mark.spent_usd,
        plan=find_plan(text) if keeps_plan else "",
        questions=find_questions(text),
        kept=Kept.parse(text),
    )
    desk.open_status(conversation.status_comment, begun)
