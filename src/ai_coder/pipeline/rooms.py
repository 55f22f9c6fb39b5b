"""The rooms, one after the other: resolve -> prompt -> generate -> commit."""

from collections.abc import Iterator
from dataclasses import replace

from ai_coder.commit import plan
from ai_coder.domain.kept import Kept
from ai_coder.domain.report import Cannot, NothingToChange, Proposal, Published, Report, ending
from ai_coder.domain.status_mark import request_ids
from ai_coder.domain.task import Task, Verb
from ai_coder.domain.verification import Verdict, Verification
from ai_coder.errors import AiCoderError, ForgeError
from ai_coder.generate.policy import check
from ai_coder.generate.talk import Ended
from ai_coder.pipeline.asked import confirmation
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.landing import land
from ai_coder.pipeline.limiting import limited
from ai_coder.pipeline.preparing import Ground, Prepared, find_ground, prepare
from ai_coder.pipeline.proposing import Matter, propose
from ai_coder.pipeline.reviewing import review
from ai_coder.pipeline.run import Run
from ai_coder.pipeline.suggesting import Applied, apply_suggestions, is_settled, settled_report
from ai_coder.pipeline.verifying import opened_tests, verified
from ai_coder.report.verification import render_verification
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.orders import answer_order
from ai_coder.resolve.threads import is_for_all_suggestions


def work(task: Task, conversation: Conversation, run: Run, desk: Desk) -> Report:
    """What became of the task. Raises: AiCoderError."""
    order = answer_order(task.command)
    if order:
        return Report(order, task)
    if not task.issue.is_open:
        return Report(Cannot("the issue is closed", "Reopen it, and comment `/ai_coder retry`."), task)
    if task.command.verb is Verb.REVIEW:
        return review(task, conversation, run, desk)
    if is_for_all_suggestions(task) and not conversation.threads:
        return Report(Cannot("there is no open suggestion here", "Only threads that are not resolved count."), task)
    if questions := confirmation(task, conversation):
        return Report(questions, task)
    landed = land(task, conversation, run)
    if landed and landed.is_all:
        published = landed.published
        return Report(replace(published, notes=(*published.notes, *_started(published, run))), task)
    desk.drop_kept()
    return _change(task, conversation.without(landed.asked if landed else ()), run, desk)


def _change(task: Task, conversation: Conversation, run: Run, desk: Desk) -> Report:
    """What becomes of the requests: suggestions as they stand, the rest by the model. Raises: AiCoderError."""
    ground = find_ground(task, conversation, run)
    if not isinstance(ground, Ground):
        return Report(ground, task)
    applied = apply_suggestions(task, conversation, Applied(ground.place, ground.tree), ground.run)
    if is_settled(task, conversation, applied, run.settings.trigger.phrase):
        return settled_report(task, applied)
    prepared = prepare(task, conversation, ground, applied)
    report = (
        _carry_out(task, conversation, prepared, desk) if isinstance(prepared, Prepared) else Report(prepared, task)
    )
    return replace(report, threads=applied.answers)


def _carry_out(task: Task, conversation: Conversation, prepared: Prepared, desk: Desk) -> Report:
    """The model's change, tested and published; or how else it ended. Raises: AiCoderError."""
    desk.journal.ranked = prepared.context.ranked
    desk.room_done(prepared.said)
    matter = limited(Matter(prepared.asked, prepared.context, prepared.tree), task, conversation, prepared.run)
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
        (*prepared.notes, *proposed.notes),
        thread_words=proposed.threads,
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


def _publish(report: Report, proposal: Proposal, prepared: Prepared, asked: tuple[str, ...], desk: Desk) -> Report:
    """Room 4. A failure is an outcome here: the report goes on to say what the model cost, and what it made."""
    task, place, run = desk.task, prepared.place, prepared.run
    tests = render_verification(proposal.verification or Verification(), run.egress)
    planned = plan(task, proposal, place, run.settings.commit, run.egress, tests)
    kept = Kept.of(planned, proposal, task, asked)

    def keep(commit: str) -> None:
        if not (planned.second_parent or task.issue.is_pull_request):
            desk.keep(replace(kept, commit=commit))

    try:
        published = run.ports.forge.publish(planned, keep)
    except AiCoderError as error:
        return replace(report, outcome=ending(error), unpublished=proposal.change_set)
    published = replace(
        published,
        proposal=proposal,
        notes=(*published.notes, *_started(published, run)),
        is_no_worse=proposal.verification is None or proposal.verification.verdict is not Verdict.FAILED,
    )
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
