"""`run(event, run) -> Report`. Inside a task a failure is an outcome, so that every request is answered."""

from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import cache, partial

from ai_coder.domain.kept import Kept
from ai_coder.domain.outcome import Parked
from ai_coder.domain.report import Report, Status, ending
from ai_coder.domain.status_mark import StatusMark, find_plan, find_questions
from ai_coder.domain.task import Candidate, Comment, Skip, Task, Verb
from ai_coder.errors import AiCoderError, ConfigurationError, ForgeError, NotFound
from ai_coder.pipeline.answering import answer_threads
from ai_coder.pipeline.checked import outdated
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.keeping import told_where
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
_MAX_SIGNALS = 2
"""After which one more ends the process: a runner's second is not heard, a person may mean it."""
_CLOSED = "the review thread is resolved, so nothing is left to do in it"
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
    """Work on the task, and leave exactly one visible answer; none where another run gave it meanwhile.

    A signal ends the work. One that comes when the work is over, or while that is told, changes nothing.
    """
    begun = _Begun(task, run, Desk(task, run.ports, run.egress, run.seal))
    for _ in range(_MAX_SIGNALS):
        try:
            return begun.told()
        except KeyboardInterrupt as error:
            begun.end(error)
    return begun.told()


@dataclass(slots=True)
class _Begun:
    """A task under way, and what is known of it by now."""

    task: Task
    run: Run
    desk: Desk
    conversation: Conversation = field(default_factory=Conversation)
    report: Report | None = None
    """How the work ended, once it did."""

    def told(self) -> Report:
        """Do the work, unless it is over, and leave the answer; twice is once. Raises: AiCoderError."""
        report = self.report or self._done()
        if isinstance(report.outcome, Skip):
            return replace(report, notes=self.desk.answer_again(self._mark, self.conversation.own))
        report = told_where(replace(report, trajectory=self.desk.trajectory(report)), self.desk, self.run.ports.forge)
        report = replace(report, notes=(*self.run.settings.warnings, *self.conversation.notes, *report.notes))
        problems = self.desk.answer(report, self._requests, self.conversation.threads)
        return replace(report, notes=(*report.notes, *problems))

    def end(self, error: BaseException) -> None:
        """The error ends the work, unless it is over."""
        self.report = self.report or Report(ending(error), self.task, self.desk.spending())

    def _done(self) -> Report:
        """What became of the task. Raises: AiCoderError, only before it was taken up."""
        try:
            self.report = self._work()
        except AiCoderError as error:
            if not self.desk.is_taken_up:
                raise
            self.report = Report(ending(error), self.task, self.desk.spending())
        except Exception as error:
            broken = Report(ending(error), self.task, self.desk.spending())
            self.desk.answer(broken, self.conversation.requests, self.conversation.threads)
            raise
        return self.report

    def _work(self) -> Report:
        """Raises: AiCoderError."""
        run, desk, policy = self.run, self.desk, self.run.settings.trigger
        own = desk.take_up()
        side = read_side(self.task, run)
        self.conversation = read_conversation(self.task, own, run.ports.tracker, policy, side, run.seal)
        self.task = resumed(self.task, self.conversation, policy.phrase)
        task, conversation = self.task, self.conversation
        if is_answered_already(task, conversation):
            return Report(Skip(_CLOSED if conversation.is_closed else _TWIN))
        if reason := left_to_people(task, conversation):
            return Report(Skip(reason))
        _open_status(task, conversation, desk)
        if task.issue.is_open and not answer_order(task.command):
            _require_model(run.settings)
        report = over_limit(task, conversation, run) or work(task, conversation, run, desk)
        return answer_threads(report, conversation, run)

    @property
    def _mark(self) -> StatusMark:
        """How the request was answered before: a closed thread needs nothing, whatever the last run did."""
        return StatusMark(Status.NO_CHANGE) if self.conversation.is_closed else self.conversation.mark

    @property
    def _requests(self) -> tuple[Comment, ...]:
        """The comments that are answered beside the one that asked: an order is about itself alone."""
        command = self.task.command
        is_order = answer_order(command) and command.verb is not Verb.STOP and not self.task.is_sweep
        is_alone = is_order or (command.verb is Verb.REVIEW and self.task.comment.id)
        return () if is_alone else self.conversation.requests


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
