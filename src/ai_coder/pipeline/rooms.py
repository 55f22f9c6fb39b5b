"""The rooms, one after the other: resolve -> prompt -> generate -> commit."""

from collections.abc import Iterator
from dataclasses import replace

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.plan import Place
from ai_coder.domain.report import Cannot, NothingToChange, Outcome, Proposal, Published, Report
from ai_coder.domain.review import ThreadAnswer
from ai_coder.domain.task import Task, Verb
from ai_coder.generate.policy import cautions, check, unresolved_conflicts
from ai_coder.generate.proof import guarded
from ai_coder.generate.talk import Ended
from ai_coder.pipeline.asked import confirmation
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.dispatching import started
from ai_coder.pipeline.keeping import Keeper
from ai_coder.pipeline.landing import is_only_kept, land
from ai_coder.pipeline.limiting import limited
from ai_coder.pipeline.preflight import unpublishable
from ai_coder.pipeline.preparing import Ground, Prepared, find_ground, prepare
from ai_coder.pipeline.proposing import Matter, propose
from ai_coder.pipeline.publishing import Publisher
from ai_coder.pipeline.reviewing import review
from ai_coder.pipeline.run import Run
from ai_coder.pipeline.suggesting import Applied, apply_suggestions, settled_report
from ai_coder.pipeline.verifying import opened_tests, verified
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.orders import answer_order
from ai_coder.resolve.threads import is_for_all_suggestions


def work(task: Task, conversation: Conversation, run: Run, desk: Desk) -> Report:
    """What became of the task. Raises: AiCoderError."""
    order = answer_order(task.command)
    if order:
        return Report(order, task)
    if not (task.issue.is_open or task.issue.is_pull_request):
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
        published = replace(published, notes=(*published.notes, *started(published, run)))
        return Report(published, task, notes=landed.notes, threads=landed.answers, head=published.commit)
    if not (landed and landed.answers):
        desk.drop_kept()
    if landed is None and is_only_kept(task, conversation):
        hint = "Comment `/ai_coder retry` to have it made again."
        return Report(Cannot("the change that was kept does not fit the branch any more", hint), task)
    answers = landed.answers if landed else ()
    return _change(task, conversation.without(landed.asked if landed else ()), run, desk, answers)


def _change(
    task: Task, conversation: Conversation, run: Run, desk: Desk, answers: tuple[ThreadAnswer, ...] = ()
) -> Report:
    """What becomes of the requests: suggestions as they stand, the rest by the model. Raises: AiCoderError."""
    ground = find_ground(task, conversation, run)
    if not isinstance(ground, Ground):
        return Report(ground, task)
    is_plan = task.command.verb is Verb.PLAN
    if objection := None if is_plan else unpublishable(ground.place, ground.run):
        return Report(objection, task)
    keeper = Keeper(task, conversation, ground.run, desk)
    applied = apply_suggestions(task, conversation, Applied(ground.place, ground.tree, answers), ground.run, keeper)
    if applied.is_all:
        report = settled_report(task, applied)
        return replace(report, head=_head(report.outcome, applied.place))
    prepared = prepare(task, conversation, ground, applied)
    keeper = replace(keeper, answers=applied.answers)
    report = _carry_out(prepared, keeper) if isinstance(prepared, Prepared) else Report(prepared, task)
    if applied.answers and not isinstance(report.outcome, Published) and report.unpublished is None:
        desk.drop_kept()  # the suggestions are committed, and their threads are answered now
    return replace(report, threads=applied.answers, head=report.head or _head(report.outcome, applied.place))


def _carry_out(prepared: Prepared, keeper: Keeper) -> Report:
    """The model's change, tested and published; or how else it ended. Raises: AiCoderError."""
    task, conversation, desk = keeper.task, keeper.conversation, keeper.desk
    desk.journal.ranked = prepared.context.ranked
    desk.room_done(prepared.said)
    matter = limited(Matter(prepared.asked, prepared.context, prepared.tree), task, conversation, prepared.run)
    place, tree, is_plan = prepared.place, prepared.tree, matter.is_plan
    with opened_tests(place, tree, prepared.run, matter.deadline_s, is_plan=is_plan) as opened:
        tests = guarded(opened, task)
        proposed = propose(replace(matter, tests=tests), prepared.run, desk)
        outcome = _allowed(_with_merge(proposed.outcome, prepared), matter, prepared.run)
        if isinstance(outcome, Proposal):
            outcome = verified(outcome, tests)
    notes = (*prepared.notes, *proposed.notes, *_on_merge(outcome))
    publisher = Publisher(task, prepared, replace(keeper, words=proposed.threads, notes=notes).keep)
    ended = publisher.publish(outcome) if isinstance(outcome, Proposal) else outcome
    is_lost = isinstance(outcome, Proposal) and not isinstance(ended, Published)
    return Report(
        ended,
        task,
        proposed.spent,
        tuple(source.path for source in prepared.context.sources),
        notes,
        thread_words=proposed.threads,
        patch=proposed.patch,
        unpublished=outcome.change_set if isinstance(outcome, Proposal) and is_lost else None,
    )


def _on_merge(outcome: Ended) -> Iterator[str]:
    """What there is to say where the merge is all of the change."""
    if isinstance(outcome, Proposal) and not outcome.change_set:
        yield f"The model wants no change of its own: {' '.join(outcome.summary.split())}"


def _head(ended: Outcome, place: Place) -> str:
    """The head of the branch: as we made it, else as we took it."""
    if isinstance(ended, Published) and ended.commit and ended.branch == place.branch:
        return ended.commit
    return "" if place.is_new_branch else place.parent


def _with_merge(outcome: Ended, prepared: Prepared) -> Ended:
    """Where the model wants no change, the merge alone, if the branch needs one that leaves no conflict."""
    refresh, place = prepared.footing.refresh, prepared.place
    if not isinstance(outcome, NothingToChange) or refresh is None:
        return outcome
    if refresh.conflicts:
        paths = ", ".join(f"`{conflict.path}`" for conflict in refresh.conflicts)
        return replace(outcome, reason=f"{outcome.reason}\n\nThe branch is in conflict with its base in {paths}.")
    return Proposal(ChangeSet(prepared.tree.commit), f"Merge {place.base_branch} into {place.branch}", outcome.reason)


def _allowed(outcome: Ended, matter: Matter, run: Run) -> Ended:
    """The outcome, unless it is a change that the policy refuses, or a person ordered to stop meanwhile."""
    if not isinstance(outcome, Proposal):
        return outcome
    if stopped := matter.stopped():
        return NothingToChange(stopped)
    write_set = matter.context.write_set
    violations = check(outcome.change_set, write_set, run.settings.write, matter.tree.entries())
    violations += unresolved_conflicts(outcome.change_set, write_set)
    refusals = (*map(str, violations), *_own_keys(outcome.change_set, run))
    if refusals:
        return Cannot("the change is not allowed", refusals=refusals)
    return replace(outcome, cautions=cautions(outcome.change_set, write_set))


def _own_keys(change_set: ChangeSet, run: Run) -> Iterator[str]:
    """A sentence for each file into which a key of this run would be written, in whatever form."""
    for change in change_set.changes:
        for number, line in enumerate((change.after or "").splitlines(), 1):
            if line not in (change.before or "") and run.egress.holds_secret(line):
                yield f"`{change.path}` would hold a key of this run, in line {number}."
