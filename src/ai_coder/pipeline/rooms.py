"""The rooms, one after the other: resolve -> prompt -> generate -> commit."""

from collections.abc import Iterator
from dataclasses import replace

from ai_coder.commit import plan
from ai_coder.domain.kept import Kept
from ai_coder.domain.report import Cannot, NothingToChange, Proposal, Published, Report, ending
from ai_coder.domain.status_mark import request_ids
from ai_coder.domain.task import Task, Verb
from ai_coder.domain.verification import Verification
from ai_coder.errors import AiCoderError, ForgeError
from ai_coder.generate.budget import Purse
from ai_coder.generate.policy import check
from ai_coder.generate.talk import Ended
from ai_coder.pipeline.asked import confirmation
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.landing import land
from ai_coder.pipeline.preparing import Prepared, prepare
from ai_coder.pipeline.proposing import Matter, propose
from ai_coder.pipeline.run import Run
from ai_coder.pipeline.stopping import StopWatch
from ai_coder.pipeline.verifying import opened_tests, verified
from ai_coder.report.verification import render_verification
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.orders import answer_order

_RESERVE_S = 60.0
"""Kept back from the run's time, to publish and to answer; of a short run, a quarter."""


def work(task: Task, conversation: Conversation, run: Run, desk: Desk) -> Report:
    """What became of the task. Raises: AiCoderError."""
    order = answer_order(task.command)
    if order:
        return Report(order, task)
    if not task.issue.is_open:
        return Report(Cannot("the issue is closed", "Reopen it, and comment `/ai_coder retry`."), task)
    if questions := confirmation(task, conversation):
        return Report(questions, task)
    landed = land(task, conversation, run)
    if landed and landed.is_all:
        published = landed.published
        return Report(replace(published, notes=(*published.notes, *_started(published, run))), task)
    conversation = conversation.without(landed.asked if landed else ())
    desk.drop_kept()
    return _change(task, conversation, run, desk)


def _change(task: Task, conversation: Conversation, run: Run, desk: Desk) -> Report:
    """What the model makes of it, published. Raises: AiCoderError."""
    prepared = prepare(task, conversation, run)
    if not isinstance(prepared, Prepared):
        return Report(prepared, task)
    desk.journal.ranked = prepared.context.ranked
    desk.room_done(prepared.said)
    matter = _matter(task, conversation, prepared)
    with opened_tests(prepared.place, prepared.tree, prepared.run, matter.deadline_s) as tests:
        proposed = propose(replace(matter, tests=tests), prepared.run, desk)
        outcome = _allowed(proposed.outcome, matter, prepared.run)
        if isinstance(outcome, Proposal):
            outcome = verified(outcome, tests)
    report = Report(
        outcome if not isinstance(outcome, Proposal) else NothingToChange(""),
        task,
        proposed.spent,
        tuple(source.path for source in prepared.context.sources),
        prepared.notes,
    )
    if not isinstance(outcome, Proposal):
        return report
    return _publish(report, outcome, prepared, request_ids(task, conversation.requests), desk)


def _allowed(outcome: Ended, matter: Matter, run: Run) -> Ended:
    """The outcome, unless it is a change that the policy refuses, or a person ordered to stop meanwhile."""
    if not isinstance(outcome, Proposal):
        return outcome
    if stopped := matter.stopped():
        return NothingToChange(stopped)
    violations = check(outcome.change_set, matter.context.write_set, run.settings.write, matter.tree.entries())
    if violations:
        return Cannot("the change is not allowed", refusals=tuple(map(str, violations)))
    return outcome


def _matter(task: Task, conversation: Conversation, prepared: Prepared) -> Matter:
    """What is worked on, with what the conversation says of money, and whether a plan is all that is asked for."""
    ports, settings = prepared.run.ports, prepared.run.settings
    limit_usd = max(settings.limits.max_issue_cost_usd, conversation.budget_usd)
    timeout_s = settings.limits.timeout_s
    return Matter(
        prepared.asked,
        prepared.context,
        prepared.tree,
        Purse(conversation.mark.spent_usd, limit_usd),
        is_plan=task.command.verb is Verb.PLAN,
        deadline_s=ports.clock.monotonic_s()
        + settings.limits.timeout_s
        - min(_RESERVE_S, settings.limits.timeout_s / 4),
        stopped=StopWatch(task, ports.tracker, settings.trigger, ports.clock).reason,
    )


def _publish(report: Report, proposal: Proposal, prepared: Prepared, asked: tuple[str, ...], desk: Desk) -> Report:
    """Room 4. A failure is an outcome here: the report goes on to say what the model cost, and what it made."""
    task, place, run = desk.task, prepared.place, prepared.run
    tests = render_verification(proposal.verification or Verification(), run.egress)
    planned = plan(task, proposal, place, run.settings.commit, run.egress, tests)
    kept = Kept.of(planned, proposal, task, asked)

    def keep(commit: str) -> None:
        if not planned.second_parent:
            desk.keep(replace(kept, commit=commit))

    try:
        published = run.ports.forge.publish(planned, keep)
    except AiCoderError as error:
        return replace(report, outcome=ending(error), unpublished=proposal.change_set)
    published = replace(published, proposal=proposal, notes=(*published.notes, *_started(published, run)))
    return replace(report, outcome=published)


def _started(published: Published, run: Run) -> Iterator[str]:
    """Start the workflows that are to look at the commit; a sentence for each that could not be started."""
    checks = run.ports.checks
    if checks is None or not published.commit:
        return
    for workflow in run.settings.commit.dispatch_workflows:
        try:
            checks.start(workflow, published.branch)
        except ForgeError as error:
            yield f"The workflow `{workflow}` was not started: {error} {error.hint}"
