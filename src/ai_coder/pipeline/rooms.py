"""The rooms, one after the other: resolve -> prompt -> generate -> commit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ai_coder.commit import branch_name, plan
from ai_coder.domain.report import (
    Cancelled,
    Cannot,
    Failed,
    NothingToChange,
    Place,
    Proposal,
    Published,
    Report,
    ending,
)
from ai_coder.domain.source import Context
from ai_coder.domain.task import Task, Verb
from ai_coder.errors import AiCoderError
from ai_coder.generate.policy import check
from ai_coder.pipeline.asking import asked_of, asked_threads, thread_files
from ai_coder.pipeline.configured import configured, instructions_of, purse_of
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.place import find_place, known_branches
from ai_coder.pipeline.proposing import Matter, propose
from ai_coder.pipeline.pull_side import place_on
from ai_coder.pipeline.reviewing import review
from ai_coder.pipeline.run import Run
from ai_coder.pipeline.suggesting import Applied, apply_suggestions, is_settled, settled_report
from ai_coder.ports import SourceTree
from ai_coder.prompt import Asked
from ai_coder.resolve.clean import clean
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.gather import Wanted, gather
from ai_coder.resolve.links import Links, linked_files, merge_links, resolve_refs
from ai_coder.resolve.orders import answer_order
from ai_coder.resolve.threads import is_for_all_suggestions


def work(task: Task, conversation: Conversation, run: Run, desk: Desk) -> Report:
    """What became of the task. Raises: AiCoderError."""
    order = answer_order(task.command)
    if order:
        return Report(order, task)
    if task.command.verb is Verb.REVIEW:
        return review(task, conversation, run, desk)
    if is_for_all_suggestions(task) and not conversation.threads:
        return Report(Cannot("there is no open suggestion here", "Only threads that are not resolved count."), task)
    asked = asked_of(task, conversation)
    if task.command.verb is Verb.GO and not asked.plan:
        return Report(Cannot("there is no plan to carry out", "Comment `/ai_coder plan` first."), task)
    links = _links(asked, run)
    place = _place(task, conversation, links, run)
    if isinstance(place, Cannot):
        return Report(place, task)
    base = run.ports.forge.tree(place.base_commit)
    warned, run = run.settings.warnings, replace(run, settings=configured(base, run))
    tree = base if place.parent == place.base_commit else run.ports.forge.tree(place.parent)
    applied = apply_suggestions(task, conversation, Applied(place, tree), run)
    if is_settled(task, conversation, applied, run.settings.trigger.phrase):
        return settled_report(task, applied)
    links = resolve_refs(links, known_branches(links.refs, place, run.ports.forge))
    asked = replace(asked, threads=asked_threads(conversation, applied.settled))
    report = _propose(_Ground(task, conversation, asked, links, applied), base, run, desk)
    notes = (*_notes(task, conversation, run, warned), *links.ignored, *report.notes)
    return replace(report, notes=notes, threads=applied.answers)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the work stands on."""

    task: Task
    conversation: Conversation
    asked: Asked
    links: Links
    applied: Applied


def _propose(ground: _Ground, base: SourceTree, run: Run, desk: Desk) -> Report:
    """The model's change, published; or how else it ended. Raises: AiCoderError."""
    task, asked, tree = ground.task, ground.asked, ground.applied.tree
    context = gather(_wanted(ground, run), tree, run.settings.limits.max_prompt_chars)
    if isinstance(context, Cannot):
        return Report(context, task)
    context = replace(context, instructions=instructions_of(base, run))
    desk.room_done(_seen(context))
    is_plan = task.command.verb is Verb.PLAN
    proposed = propose(Matter(asked, context, tree, purse_of(ground.conversation, run), is_plan), run, desk)
    report = Report(
        proposed.outcome if not isinstance(proposed.outcome, Proposal) else NothingToChange(""),
        task,
        proposed.spent,
        tuple(source.path for source in context.sources),
        context.notes,
        thread_words=proposed.threads,
    )
    if not isinstance(proposed.outcome, Proposal):
        return report
    violations = check(proposed.outcome.change_set, context.write_set, run.settings.write, tree.entries())
    if violations:
        return replace(report, outcome=Cannot("the change is not allowed", refusals=tuple(map(str, violations))))
    return replace(report, outcome=_publish(task, proposed.outcome, ground.applied.place, run))


def _wanted(ground: _Ground, run: Run) -> Wanted:
    """What the conversation says about files; somebody else's pull request limits nothing by its links."""
    asked, threads = ground.asked, ground.conversation.threads
    scope = ground.conversation.scope or run.settings.write.scope
    if ground.task.issue.is_pull_request and scope == "auto":
        scope = "repo"
    return Wanted(
        ground.links.files,
        "\n".join([asked.title, asked.body, *(text for _, text, _ in asked.comments)]),
        scope,
        can_read=run.settings.mode != "single",
        seen=tuple(thread_files(threads)),
    )


def _place(task: Task, conversation: Conversation, links: Links, run: Run) -> Place | Cannot:
    """The issue's own branch, or that of the pull request which was asked on. Raises: ForgeError."""
    pull_request = conversation.side.pull_request
    own = branch_name(task.issue, run.settings.commit, run.slug)
    if pull_request and (task.issue.is_pull_request or pull_request.branch != own):
        return place_on(pull_request, run.ports.forge)
    return find_place(task.issue, links.refs, run.settings.commit, run.ports.forge, run.slug)


def _notes(task: Task, conversation: Conversation, run: Run, warned: tuple[str, ...]) -> Iterator[str]:
    """What the settings file sets in vain, and what the model was not shown of what nobody could see."""
    yield from (warning for warning in run.settings.warnings if warning not in warned)
    texts = [task.issue.title, task.issue.body, *(said.comment.body for said in conversation.said)]
    unseen = sum(clean(text).unseen for text in texts)
    if unseen:
        yield f"{unseen} invisible character(s) of the issue and its comments were left out."


def _links(asked: Asked, run: Run) -> Links:
    """The linked files of the issue and of every comment, in the order of their appearance."""
    texts = [asked.body, *(text for _, text, _ in asked.comments)]
    return merge_links(linked_files(text, repository=run.repository, server_url=run.server_url) for text in texts)


def _seen(context: Context) -> str:
    linked = len(context.write_set.linked or ())
    return f"{linked} linked file(s)" if linked else f"{len(context.sources)} file(s) of the repository"


def _publish(task: Task, proposal: Proposal, place: Place, run: Run) -> Published | Failed | Cancelled:
    """Room 4. A failure is an outcome here: the report goes on to say what the model cost."""
    try:
        published = run.ports.forge.publish(plan(task, proposal, place, run.settings.commit, run.egress))
    except AiCoderError as error:
        return ending(error)
    return replace(published, proposal=proposal)
