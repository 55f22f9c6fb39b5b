"""Room 1 for one task: what is asked, where it goes, and which files are seen."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ai_coder.domain.report import Cannot, NothingToChange, Place
from ai_coder.domain.source import Context, RepoPath, decode
from ai_coder.domain.task import Task, Verb
from ai_coder.pipeline.asked import notes_on_text, read_asked
from ai_coder.pipeline.place import find_place, known_branches
from ai_coder.pipeline.run import Run
from ai_coder.ports import SourceTree
from ai_coder.prompt import Asked
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.failing import render_check
from ai_coder.resolve.gather import Wanted, gather
from ai_coder.resolve.links import Links, linked_files, merge_links, resolve_refs
from ai_coder.settings import Settings

SETTINGS_FILE = RepoPath(".github/ai_coder.yml")
INSTRUCTIONS_FILE = RepoPath("AGENTS.md")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that the work needs, read and decided."""

    asked: Asked
    place: Place
    tree: SourceTree
    """The commit that the change builds on."""
    context: Context
    run: Run
    """With the settings that the base commit's own file completes."""
    notes: tuple[str, ...] = ()
    """Warnings, one sentence each."""

    @property
    def said(self) -> str:
        """What is seen, in a few words."""
        linked = len(self.context.write_set.linked or ())
        return f"{linked} linked file(s)" if linked else f"{len(self.context.sources)} file(s) of the repository"


def prepare(task: Task, conversation: Conversation, run: Run) -> Prepared | Cannot | NothingToChange:
    """The matter of the task, or why there is none. Raises: AiCoderError."""
    asked = read_asked(task, conversation)
    if task.command.verb is Verb.GO and not asked.plan:
        return Cannot("there is no plan to carry out", "Comment `/ai_coder plan` first.")
    links = _links(asked, run)
    place = find_place(task.issue, links.refs, run.settings.commit, run.ports.forge, run.slug)
    if isinstance(place, Cannot):
        return place
    if task.command.verb is Verb.FIX_CI:
        asked = replace(asked, checks=_failed_checks(place, run))
        if not asked.checks:
            return NothingToChange(f"No check failed on `{place.branch}` at {place.parent[:12]}.")
    base = run.ports.forge.tree(place.base_commit)
    warned, run = run.settings.warnings, replace(run, settings=_configured(base, run))
    tree = base if place.parent == place.base_commit else run.ports.forge.tree(place.parent)
    links = resolve_refs(links, known_branches(links.refs, place, run.ports.forge))
    scope = conversation.scope or run.settings.write.scope
    wanted = Wanted(links.files, _whole_text(asked), scope, can_read=run.settings.mode != "single")
    context = gather(wanted, tree, run.settings.limits.max_prompt_chars)
    if isinstance(context, Cannot):
        return context
    context = replace(context, instructions=_instructions(base, run))
    notes = (*_notes(task, conversation, run, warned), *links.ignored, *context.notes)
    return Prepared(asked, place, tree, context, run, notes)


def _failed_checks(place: Place, run: Run) -> tuple[str, ...]:
    """What failed on our branch, as the model is shown it. Raises: ForgeError."""
    if run.ports.checks is None or place.is_new_branch:
        return ()
    return tuple(render_check(check) for check in run.ports.checks.failed(place.parent))


def _whole_text(asked: Asked) -> str:
    """All words that name what is looked for."""
    return "\n".join([asked.title, asked.body, *(text for _, text, _ in asked.comments), *asked.checks])


def _notes(task: Task, conversation: Conversation, run: Run, warned: tuple[str, ...]) -> Iterator[str]:
    """What the settings file sets in vain, and what the model was not shown of the texts."""
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
