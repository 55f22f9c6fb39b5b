"""`merge_trees`: branch and base branch as one tree, on which the model works; `lay_over`: its change on top."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ai_coder.domain.change import ChangeSet, FileChange, TakenOver
from ai_coder.domain.plan import CommitPlan
from ai_coder.domain.source import Conflict, RepoPath, decode, is_lfs_pointer
from ai_coder.edits.three_way import Labels, marks_of, merge_texts
from ai_coder.ports import SourceTree
from ai_coder.refresh.merged_tree import MergedTree
from ai_coder.refresh.tree_merge import BothChanged, Clash, Sides, plan_merge

_MAX_TEXT_BYTES = 1_000_000
_NO_TEXT = "was changed on both sides and is binary, not UTF-8, in Git LFS or too large"


@dataclass(frozen=True, slots=True)
class Refresh:
    """A merge of the base branch into the branch that has to be made, and what stands against it."""

    tree: MergedTree
    conflicts: tuple[Conflict, ...] = ()
    """Files whose text holds markers."""
    clashes: tuple[Clash, ...] = ()
    """What no text can settle; nothing is published while there is one."""
    hides_changes: bool = False
    """Whether the branch changed what stands at paths that are not safe to name, so that a merge would drop it."""

    @property
    def refusals(self) -> tuple[str, ...]:
        """What is left to a person, one sentence each."""
        hidden = ("The branch changed a file whose path is not safe to name.",) if self.hides_changes else ()
        return (*map(str, self.clashes), *hidden)


def merge_trees(base: SourceTree, ours: SourceTree, theirs: SourceTree, labels: Labels) -> Refresh | None:
    """The merge; None where the two sides changed nothing in common, so that the branch can wait.

    Raises: ForgeError.
    """
    plan = plan_merge(Sides(base.entries(), ours.entries(), theirs.entries()))
    if not plan.touched:
        return None
    sides = tuple(_texts(tree, plan.to_read) for tree in (base, ours, theirs))
    taken, texts = list(plan.taken), []
    conflicts, clashes = [], list(plan.clashes)
    for both in plan.to_read:
        before, mine, yours = (side.get(both.path) for side in sides)
        if mine is None or yours is None or (before is None and both.path in base.entries()):
            clashes.append(Clash(both.path, _NO_TEXT))
            continue
        merged = merge_texts(before or "", mine, yours, labels)
        if merged.text in {mine, yours}:
            side = ours if merged.text == mine else theirs
            taken.append(TakenOver(both.path, both.mode, side.entries()[both.path].blob))
            continue
        texts.append(FileChange(both.path, yours, merged.text, both.mode))
        if merged.conflicts:
            conflicts.append(Conflict(both.path, marks_of(labels, mine, yours)))
    hides_changes = ours.unnamed() not in {base.unnamed(), theirs.unnamed()}
    tree = MergedTree(ours, theirs, tuple(taken), tuple(texts))
    return Refresh(tree, tuple(conflicts), tuple(clashes), hides_changes=hides_changes)


def lay_over(plan: CommitPlan, tree: MergedTree) -> CommitPlan:
    """The plan of a merge commit: what the branch has of its own, the merged texts, and the model's change on top."""
    theirs = tree.theirs.entries()
    texts = {text.path: text for text in tree.texts}
    written, kept = dict(texts), {taken.path: taken for taken in tree.taken}
    for change in plan.change_set.changes:
        kept.pop(change.path, None)
        text = texts.get(change.path)
        before = text.before if text else change.before if change.path in theirs else None
        if before != change.after:
            written[change.path] = replace(change, before=before)
            continue
        written.pop(change.path, None)
        if change.path in theirs:
            kept[change.path] = TakenOver(change.path, change.mode, theirs[change.path].blob)
    change_set = ChangeSet.of(plan.change_set.base_commit, written.values())
    taken = tuple(sorted(kept.values(), key=lambda entry: entry.path))
    return replace(plan, second_parent=tree.theirs.commit, taken=taken, change_set=change_set)


def _texts(tree: SourceTree, both: Iterable[BothChanged]) -> Mapping[RepoPath, str]:
    """The texts of those files that are one."""
    entries = tree.entries()
    paths = [one.path for one in both if one.path in entries and entries[one.path].size_bytes <= _MAX_TEXT_BYTES]
    contents = tree.read(paths) if paths else {}
    texts = {path: decode(content) for path, content in contents.items()}
    return {path: text for path, text in texts.items() if text is not None and not is_lfs_pointer(text)}
