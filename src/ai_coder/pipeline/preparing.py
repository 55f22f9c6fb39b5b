"""Room 1 for one task: what is asked, where it goes, and which files are seen."""

from dataclasses import dataclass, replace

from ai_coder.domain.outcome import Questions
from ai_coder.domain.plan import Place
from ai_coder.domain.report import Cannot, NothingToChange
from ai_coder.domain.source import Context
from ai_coder.domain.task import Task, Verb
from ai_coder.pipeline.asked import notes_on_text
from ai_coder.pipeline.asking import asked_of, asked_threads, thread_files
from ai_coder.pipeline.configured import configured, instructions_of
from ai_coder.pipeline.footing import Footing, ask_about_reset, find_footing, settle
from ai_coder.pipeline.place import find_place, known_branches
from ai_coder.pipeline.preflight import about_links, stop
from ai_coder.pipeline.pull_side import is_of_issue, place_on
from ai_coder.pipeline.run import Run
from ai_coder.pipeline.suggesting import Applied
from ai_coder.ports import SourceTree
from ai_coder.prompt import Asked
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.failing import render_check
from ai_coder.resolve.gather import Wanted, gather
from ai_coder.resolve.links import Links, linked_files, merge_links, resolve_refs


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that the work needs, read and decided."""

    asked: Asked
    footing: Footing
    """What the change builds on."""
    context: Context
    run: Run
    """With the settings that the base commit's own file completes."""
    notes: tuple[str, ...] = ()
    """Warnings, one sentence each."""

    @property
    def place(self) -> Place:
        """Where the change goes."""
        return self.footing.place

    @property
    def tree(self) -> SourceTree:
        """The files that the change is made to."""
        return self.footing.tree

    @property
    def said(self) -> str:
        """What is seen, in a few words."""
        linked = len(self.context.write_set.linked or ())
        return f"{linked} linked file(s)" if linked else f"{len(self.context.sources)} file(s) of the repository"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the change goes, and what is asked of it."""

    asked: Asked
    links: Links
    place: Place
    base: SourceTree
    """The head of the base branch: what configures the run is read there."""
    tree: SourceTree
    run: Run
    """With the settings that the base commit's own file completes."""
    warnings: tuple[str, ...] = ()
    """What that file sets in vain."""


def find_ground(task: Task, conversation: Conversation, run: Run) -> Ground | Cannot | NothingToChange | Questions:
    """What the work stands on, or why there is no work. Raises: AiCoderError."""
    asked = asked_of(task, conversation)
    if task.command.verb is Verb.GO and not asked.plan:
        return Cannot("there is no plan to carry out", "Comment `/ai_coder plan` first.")
    links = _links(asked, run)
    place = _place(task, conversation, links, run)
    if isinstance(place, Cannot):
        return place
    recorded = "" if task.issue.is_pull_request else conversation.mark.head
    if question := ask_about_reset(place, recorded, run.ports.forge):
        return question
    if task.command.verb is Verb.FIX_CI:
        asked = replace(asked, checks=_failed_checks(place, run))
        if not asked.checks:
            return NothingToChange(f"No check failed on `{place.branch}` at {place.parent[:12]}.")
    base = run.ports.forge.tree(place.base_commit)
    settings = configured(base, run)
    warnings = tuple(warning for warning in settings.warnings if warning not in run.settings.warnings)
    tree = base if place.parent == place.base_commit else run.ports.forge.tree(place.parent)
    return Ground(asked, links, place, base, tree, replace(run, settings=settings), warnings)


def prepare(task: Task, conversation: Conversation, ground: Ground, applied: Applied) -> Prepared | Cannot:
    """What the model is to see, or why there is nothing to be seen. Raises: AiCoderError.

    A plan needs no merge with the base branch, and into somebody else's pull request nothing is merged.
    """
    run, links = ground.run, known_links(ground)
    wanted = wanted_of(task, conversation, ground, links)
    about = about_links(wanted, applied.tree.entries(), run.settings.write, is_plan=task.command.verb is Verb.PLAN)
    if objection := stop(filter(None, [about])):
        return objection
    asked = replace(ground.asked, threads=asked_threads(conversation, applied.settled))
    footing = Footing(applied.place, applied.tree)
    if task.command.verb is not Verb.PLAN and not task.issue.is_pull_request:
        footing = find_footing(applied.place, applied.tree, ground.base, run.ports.forge)
    context = gather(wanted, footing.tree, run.settings.limits.max_prompt_chars)
    context = context if isinstance(context, Cannot) else settle(footing, context, run.settings.write)
    if isinstance(context, Cannot):
        return context
    write_set = replace(context.write_set, request=_words_of_writers(task, asked))
    context = replace(context, instructions=instructions_of(ground.base, run), write_set=write_set)
    remarks = (f"{about.sentence}. {about.hint}",) if about else ()
    notes = (*notes_on_text(task, conversation), *links.ignored, *remarks, *context.notes, *footing.notes)
    return Prepared(asked, footing, context, run, (*ground.warnings, *notes))


def known_links(ground: Ground) -> Links:
    """The links, once the forge has told which of their refs are branches. Raises: ForgeError."""
    return resolve_refs(ground.links, known_branches(ground.links.refs, ground.place, ground.run.ports.forge))


def wanted_of(task: Task, conversation: Conversation, ground: Ground, links: Links) -> Wanted:
    """What the request says about files."""
    return Wanted(
        links.files,
        _whole_text(ground.asked),
        _scope(task, conversation, ground.run),
        can_read=ground.run.settings.mode != "single",
        seen=tuple(thread_files(conversation.threads)),
    )


def _scope(task: Task, conversation: Conversation, run: Run) -> str:
    """What may be changed; somebody else's pull request limits nothing by its links."""
    scope = conversation.scope or run.settings.write.scope
    return "repo" if task.issue.is_pull_request and scope == "auto" else scope


def _place(task: Task, conversation: Conversation, links: Links, run: Run) -> Place | Cannot:
    """The issue's own branch, or that of the pull request which was asked on. Raises: ForgeError."""
    pull_request = conversation.side.pull_request
    if pull_request and not is_of_issue(pull_request, task, run.settings):
        return place_on(pull_request, run.ports.forge)
    return find_place(task.issue, links.refs, run.settings.commit, run.ports.forge, run.slug)


def _failed_checks(place: Place, run: Run) -> tuple[str, ...]:
    """What failed on our branch, as the model is shown it. Raises: ForgeError."""
    if run.ports.checks is None or place.is_new_branch:
        return ()
    return tuple(render_check(check) for check in run.ports.checks.failed(place.parent))


def _whole_text(asked: Asked) -> str:
    """All words that name what is looked for."""
    return "\n".join([asked.title, asked.body, *(text for _, text, _ in asked.comments), *asked.checks])


def _words_of_writers(task: Task, asked: Asked) -> str:
    """All that was said by people who may write: a stranger's issue names nothing that is let through for it."""
    issue = [asked.title, asked.body] if task.is_author_trusted else []
    return "\n".join([*issue, *(text for _, text, _ in asked.comments)])


def _links(asked: Asked, run: Run) -> Links:
    """The linked files of the issue and of every comment, in the order of their appearance."""
    texts = [asked.body, *(text for _, text, _ in asked.comments)]
    return merge_links(linked_files(text, repository=run.repository, server_url=run.server_url) for text in texts)
