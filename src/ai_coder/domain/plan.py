"""`Place`, `CommitPlan`: where a change goes, and what is to stand there; carrying it out chooses nothing."""

from dataclasses import dataclass

from ai_coder.domain.change import ChangeSet, TakenOver


@dataclass(frozen=True, slots=True)
class Place:
    """Where the change goes."""

    branch: str
    base_branch: str
    parent: str
    """The commit to build on: head of `branch`, or of `base_branch` where `branch` is new."""
    is_new_branch: bool
    base_commit: str
    """Head of the base branch: what configures the run is read there."""
    merged: str = ""
    """The head of the base branch where it is merged into the branch; empty where it is not."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file of a commit as the forge reports it."""

    path: str
    status: str
    """added, modified, removed or renamed."""
    added_lines: int
    removed_lines: int


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """One commit and one pull request, worked out; carrying it out chooses nothing."""

    branch: str
    base_branch: str
    parent: str
    """The commit to build on: head of `branch`, or of `base_branch` where `branch` is new."""
    is_new_branch: bool
    message: str
    change_set: ChangeSet
    title: str
    body: str
    commit: str = ""
    """An earlier try's commit of this very change, which stands on the forge already; empty where there is none."""
    is_draft: bool = False
    """Whether a new pull request is a draft, and an open draft stays one."""
    is_withdrawn: bool = False
    """Whether a pull request that is ready for review becomes a draft again: the change broke something."""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    second_parent: str = ""
    """Of a merge commit: the head of the base branch. Its tree is the one that the change is laid over."""
    taken: tuple[TakenOver, ...] = ()
    """Of a merge commit: what the branch has otherwise than the second parent, laid over its tree first."""
    has_pull_request: bool = True
    """Whether a pull request is to show the branch."""

    def own_files(self, files: tuple[ChangedFile, ...]) -> tuple[ChangedFile, ...]:
        """Of what differs from the first parent, what is not merely the other parent's."""
        if not self.second_parent:
            return files
        own = {change.path.text for change in self.change_set.changes}
        return tuple(file for file in files if file.path in own)
