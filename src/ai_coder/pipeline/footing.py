"""What the work stands on: the branch as people left it, with its base branch merged in where it has to be."""

from dataclasses import dataclass, replace

from ai_coder.domain.outcome import Question, Questions
from ai_coder.domain.plan import Place
from ai_coder.domain.report import Cannot
from ai_coder.domain.source import Context, Source, decode
from ai_coder.edits.three_way import Labels
from ai_coder.generate.policy import is_protected, violation_of
from ai_coder.ports import Forge, SourceTree
from ai_coder.refresh.merging import Refresh, merge_trees
from ai_coder.settings import WritePolicy


@dataclass(frozen=True, slots=True)
class Footing:
    """The place, and the files that the model sees there."""

    place: Place
    tree: SourceTree
    refresh: Refresh | None = None
    """The merge of the base branch, where the branch needs one."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the base branch makes necessary, one sentence each; none where it is left alone."""
        if self.refresh is None:
            return ()
        base = f"`{self.place.base_branch}` ({self.place.merged[:7]})"
        return (f"{base} changed the same files as the branch; the two are merged with the next commit.",)


def find_footing(place: Place, ours: SourceTree, base: SourceTree, forge: Forge) -> Footing:
    """The branch, merged with `base`, the head of its base branch, where both changed the same paths.

    Raises: ForgeError.
    """
    if place.is_new_branch or place.parent == place.base_commit:
        return Footing(place, ours)
    parted = forge.merge_base(place.base_commit, place.parent)
    if parted in {None, place.base_commit, place.parent}:
        return Footing(place, ours)
    labels = Labels(place.branch, place.base_branch)
    refresh = merge_trees(forge.tree(str(parted)), ours, base, labels)
    if refresh is None:
        return Footing(place, ours)
    return Footing(replace(place, merged=place.base_commit), refresh.tree, refresh)


def ask_about_reset(place: Place, recorded: str, forge: Forge) -> Questions | None:
    """A question where the branch no longer holds the head that was recorded: somebody reset or rewrote it.

    A branch that was reset to an ancestor could still be moved forward, so the recorded head decides, not the forge.
    Raises: ForgeError.
    """
    if place.is_new_branch or recorded in {"", place.parent} or forge.merge_base(recorded, place.parent) == recorded:
        return None
    text = f"The branch {place.branch} was reset: it no longer holds {recorded[:7]}. Nothing was written."
    question = Question("Go on from the branch as it is now?", (f"Go on from {place.parent[:7]}",))
    return Questions(text, (question,), about_head=place.parent)


def settle(footing: Footing, context: Context, policy: WritePolicy) -> Context | Cannot:
    """The context with the conflicts that are the model's to resolve; `Cannot` where one is nobody's but a person's.

    Raises: ForgeError.
    """
    refresh, branch, base = footing.refresh, footing.place.branch, footing.place.base_branch
    if refresh is None:
        return context
    refusals = list(refresh.refusals)
    conflicts = {conflict.path for conflict in refresh.conflicts}
    for text in refresh.tree.texts:
        if text.path not in conflicts and is_protected(text.path):
            refusals.append(f"`{text.path}` was changed on both sides and is protected.")
        elif text.path in conflicts and (found := violation_of(text.path, context.write_set, policy)):
            refusals.append(f"Both sides changed the same lines of a file: {found}")
    if refusals:
        reason = f"`{base}` and `{branch}` changed the same things in ways that are left to a person"
        hint = f"Merge `{base}` into `{branch}` by hand, push it, and comment `/ai_coder retry`."
        return Cannot(reason, hint, tuple(refusals))
    shown = {source.path for source in context.sources}
    contents = footing.tree.read(sorted(conflicts - shown))
    entries = footing.tree.entries()
    sources = [Source(path, decode(content), entries[path].mode) for path, content in contents.items()]
    write_set = replace(context.write_set, conflicts=refresh.conflicts)
    return replace(context, sources=(*sources, *context.sources), write_set=write_set)
