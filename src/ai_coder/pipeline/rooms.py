"""The rooms, one after the other: resolve -> prompt -> generate -> commit."""

from collections.abc import Iterator
from dataclasses import replace

from ai_coder.commit import plan
from ai_coder.domain.kept import Kept
from ai_coder.domain.report import Cannot, CommitPlan, NothingToChange, Place, Proposal, Report, ending
from ai_coder.domain.source import Context, RepoPath, decode
from ai_coder.domain.status_mark import request_ids
from ai_coder.domain.task import Task, Verb
from ai_coder.errors import AiCoderError
from ai_coder.generate.budget import Purse
from ai_coder.generate.policy import check
from ai_coder.pipeline.asked import confirmation, notes_on_text, read_asked
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.landing import land
from ai_coder.pipeline.place import find_place, known_branches
from ai_coder.pipeline.proposing import Matter, propose
from ai_coder.pipeline.run import Run
from ai_coder.pipeline.stopping import StopWatch
from ai_coder.ports import SourceTree
from ai_coder.prompt import Asked
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.gather import Wanted, gather
from ai_coder.resolve.links import Links, linked_files, merge_links, resolve_refs
from ai_coder.resolve.orders import answer_order
from ai_coder.settings import Settings

SETTINGS_FILE = RepoPath(".github/ai_coder.yml")
INSTRUCTIONS_FILE = RepoPath("AGENTS.md")


def work(task: Task, conversation: Conversation, run: Run, desk: Desk) -> Report:
    """What became of the task. Raises: AiCoderError."""
    order = answer_order(task.command)
    if order:
        return Report(order, task)
    if not task.issue.is_open:
        return Report(Cannot("the issue is closed", "Reopen it, and comment `/ai_coder retry`."), task)
    if questions := confirmation(task, conversation):
        return Report(questions, task)
    asked = read_asked(task, conversation)
    if task.command.verb is Verb.GO and not asked.plan:
        return Report(Cannot("there is no plan to carry out", "Comment `/ai_coder plan` first."), task)
    links = _links(asked, run)
    place = find_place(task.issue, links.refs, run.settings.commit, run.ports.forge, run.slug)
    if isinstance(place, Cannot):
        return Report(place, task)
    landed = land(task, conversation, place, run)
    if landed and landed.is_all:
        return Report(landed.published, task)
    if landed:
        conversation = conversation.without(desk.done_with_kept())
        place = find_place(task.issue, links.refs, run.settings.commit, run.ports.forge, run.slug)
    if isinstance(place, Cannot):
        return Report(place, task)
    return _change(task, conversation, place, run, desk)


def _change(task: Task, conversation: Conversation, place: Place, run: Run, desk: Desk) -> Report:
    """What the model makes of it, published. Raises: AiCoderError."""
    desk.done_with_kept()
    asked = read_asked(task, conversation)
    links = _links(asked, run)
    base = run.ports.forge.tree(place.base_commit)
    warned, run = run.settings.warnings, replace(run, settings=_configured(base, run))
    tree = base if place.parent == place.base_commit else run.ports.forge.tree(place.parent)
    links = resolve_refs(links, known_branches(links.refs, place, run.ports.forge))
    context = gather(_wanted(asked, links, conversation, run), tree, run.settings.limits.max_prompt_chars)
    if isinstance(context, Cannot):
        return Report(context, task)
    context = replace(context, instructions=_instructions(base, run))
    desk.journal.ranked = context.ranked
    desk.room_done(_seen(context))
    proposed = propose(_matter(task, conversation, Matter(asked, context, tree), run), run, desk)
    report = Report(
        proposed.outcome if not isinstance(proposed.outcome, Proposal) else NothingToChange(""),
        task,
        proposed.spent,
        tuple(source.path for source in context.sources),
        (*_notes(task, conversation, run, warned), *links.ignored, *context.notes),
    )
    if not isinstance(proposed.outcome, Proposal):
        return report
    violations = check(proposed.outcome.change_set, context.write_set, run.settings.write, tree.entries())
    if violations:
        return replace(report, outcome=Cannot("the change is not allowed", refusals=tuple(map(str, violations))))
    planned = plan(task, proposed.outcome, place, run.settings.commit, run.egress)
    asked_ids = request_ids(task, conversation.requests)
    return _publish(report, proposed.outcome, planned, Kept.of(planned, proposed.outcome, task, asked_ids), run, desk)


def _wanted(asked: Asked, links: Links, conversation: Conversation, run: Run) -> Wanted:
    scope = conversation.scope or run.settings.write.scope
    text = "\n".join([asked.title, asked.body, *(text for _, text, _ in asked.comments)])
    return Wanted(links.files, text, scope, can_read=run.settings.mode != "single")


def _matter(task: Task, conversation: Conversation, matter: Matter, run: Run) -> Matter:
    """The matter with what the conversation says of money, and whether a plan is all that is asked for."""
    limit_usd = max(run.settings.limits.max_issue_cost_usd, conversation.budget_usd)
    before_usd = conversation.mark.spent_usd
    is_plan = task.command.verb is Verb.PLAN
    watch = StopWatch(task, run.ports.tracker, run.settings.trigger, run.ports.clock)
    return replace(matter, purse=Purse(before_usd, limit_usd), is_plan=is_plan, stopped=watch.reason)


def _notes(task: Task, conversation: Conversation, run: Run, warned: tuple[str, ...]) -> Iterator[str]:
    """What the settings file sets in vain, and what the model was not shown of what nobody could see."""
    yield from (warning for warning in run.settings.warnings if warning not in warned)
    yield from notes_on_text(task, conversation)


def _links(asked: Asked, run: Run) -> Links:
    """The linked files of the issue and of every comment, in the order of their appearance."""
    texts = [asked.body, *(text for _, text, _ in asked.comments)]
    return merge_links(linked_files(text, repository=run.repository, server_url=run.server_url) for text in texts)


def _configured(base: SourceTree, run: Run) -> Settings:
    """The settings with the file of the base commit under the inputs. Raises: ConfigurationError."""
    text = _text(base, SETTINGS_FILE)
    return run.merge(text) if text else run.settings


def _instructions(base: SourceTree, run: Run) -> str:
    """What the repository and the workflow tell every run."""
    return "\n\n".join(filter(None, (_text(base, INSTRUCTIONS_FILE), run.settings.instructions)))


def _text(tree: SourceTree, path: RepoPath) -> str:
    if path not in tree.entries():
        return ""
    return decode(tree.read([path]).get(path, b"")) or ""


def _seen(context: Context) -> str:
    linked = len(context.write_set.linked or ())
    return f"{linked} linked file(s)" if linked else f"{len(context.sources)} file(s) of the repository"


def _publish(report: Report, proposal: Proposal, planned: CommitPlan, kept: Kept, run: Run, desk: Desk) -> Report:
    """Room 4. A failure is an outcome here: the report goes on to say what the model cost, and what it made."""

    def keep(commit: str) -> None:
        if not planned.second_parent:
            desk.keep(replace(kept, commit=commit))

    try:
        published = run.ports.forge.publish(planned, keep)
    except AiCoderError as error:
        return replace(report, outcome=ending(error), unpublished=proposal.change_set)
    return replace(report, outcome=replace(published, proposal=proposal))
