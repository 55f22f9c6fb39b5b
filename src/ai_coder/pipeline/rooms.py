"""The rooms, one after the other: resolve -> prompt -> generate -> commit."""

from dataclasses import replace

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.report import Cannot, NothingToChange, Outcome, Place, Proposal, Published, Report
from ai_coder.domain.status_mark import StatusMark
from ai_coder.domain.task import Task, Verb
from ai_coder.generate.budget import Purse
from ai_coder.generate.policy import check, unresolved_conflicts
from ai_coder.generate.talk import Ended
from ai_coder.pipeline.asked import confirmation
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.preparing import Prepared, prepare
from ai_coder.pipeline.proposing import Matter, propose
from ai_coder.pipeline.publishing import Publisher
from ai_coder.pipeline.run import Run
from ai_coder.pipeline.stopping import StopWatch
from ai_coder.pipeline.verifying import opened_tests, verified
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.orders import answer_order

_RESERVE_S = 60.0
"""Kept back from the run's time, to publish and to answer."""


def work(task: Task, conversation: Conversation, run: Run, desk: Desk) -> Report:
    """What became of the task. Raises: AiCoderError."""
    order = answer_order(task.command)
    if order:
        return Report(order, task)
    if not task.issue.is_open:
        return Report(Cannot("the issue is closed", "Reopen it, and comment `/ai_coder retry`."), task)
    if questions := confirmation(task, conversation):
        return Report(questions, task)
    prepared = prepare(task, conversation, run)
    if not isinstance(prepared, Prepared):
        return Report(prepared, task)
    desk.journal.ranked = prepared.context.ranked
    desk.room_done(prepared.said)
    matter = _matter(task, conversation, prepared)
    with opened_tests(prepared.place, prepared.tree, prepared.run, matter.deadline_s) as tests:
        proposed = propose(replace(matter, tests=tests), prepared.run, desk)
        outcome = _allowed(_with_merge(proposed.outcome, prepared), matter, prepared.run)
        if isinstance(outcome, Proposal):
            outcome = verified(outcome, tests)
    ended = Publisher(task, prepared).publish(outcome) if isinstance(outcome, Proposal) else outcome
    return Report(
        ended,
        task,
        proposed.spent,
        tuple(source.path for source in prepared.context.sources),
        prepared.notes,
        head=_head(ended, prepared.place),
    )


def _head(ended: Outcome, place: Place) -> str:
    """The head of the branch: as we made it, else as we took it."""
    if isinstance(ended, Published) and ended.commit and ended.branch == place.branch:
        return ended.commit
    return "" if place.is_new_branch else place.parent


def _with_merge(outcome: Ended, prepared: Prepared) -> Ended:
    """Where the model wants no change, the merge alone, if the branch needs one that leaves no conflict."""
    ground = prepared.ground
    if not isinstance(outcome, NothingToChange) or ground.refresh is None:
        return outcome
    if ground.refresh.conflicts:
        paths = ", ".join(f"`{conflict.path}`" for conflict in ground.refresh.conflicts)
        return replace(outcome, reason=f"{outcome.reason}\n\nThe branch is in conflict with its base in {paths}.")
    title = f"Merge {ground.place.base_branch} into {ground.place.branch}"
    return Proposal(ChangeSet(ground.tree.commit), title, outcome.reason)


def _allowed(outcome: Ended, matter: Matter, run: Run) -> Ended:
    """The outcome, unless it is a change that the policy refuses, or a person ordered to stop meanwhile."""
    if not isinstance(outcome, Proposal):
        return outcome
    if stopped := matter.stopped():
        return NothingToChange(stopped)
    write_set = matter.context.write_set
    violations = check(outcome.change_set, write_set, run.settings.write, matter.tree.entries())
    violations += unresolved_conflicts(outcome.change_set, write_set)
    if violations:
        return Cannot("the change is not allowed", refusals=tuple(map(str, violations)))
    return outcome


def _matter(task: Task, conversation: Conversation, prepared: Prepared) -> Matter:
    """What is worked on, with what the conversation says of money, and whether a plan is all that is asked for."""
    ports, settings = prepared.run.ports, prepared.run.settings
    limit_usd = max(settings.limits.max_issue_cost_usd, conversation.budget_usd)
    return Matter(
        prepared.asked,
        prepared.context,
        prepared.tree,
        Purse(StatusMark.parse(conversation.status_text).spent_usd, limit_usd),
        is_plan=task.command.verb is Verb.PLAN,
        deadline_s=ports.clock.monotonic_s() + max(settings.limits.timeout_s - _RESERVE_S, 1.0),
        stopped=StopWatch(task, ports.tracker, settings.trigger, ports.clock).reason,
    )
