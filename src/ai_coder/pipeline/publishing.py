"""Room 4: the proposal becomes a commit, wherever the branch has gone meanwhile; nothing is lost or forced."""

from dataclasses import dataclass, replace

from ai_coder.commit import plan
from ai_coder.domain.change import ChangeSet
from ai_coder.domain.outcome import Parked, Planned, Questions
from ai_coder.domain.report import Cancelled, Cannot, CommitPlan, Failed, NothingToChange, Proposal, Published, ending
from ai_coder.domain.source import Context, TreeEntry
from ai_coder.domain.task import Task
from ai_coder.errors import AiCoderError, BranchMoved
from ai_coder.generate.policy import check, unresolved_conflicts
from ai_coder.pipeline.ground import Ground, find_ground, settle
from ai_coder.pipeline.run import Run
from ai_coder.refresh.merging import lay_over

Ended = NothingToChange | Cannot | Questions | Planned | Parked | Failed | Cancelled


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes one proposal of one task."""

    task: Task
    context: Context
    run: Run

    def finish(self, outcome: Ended | Proposal, ground: Ground) -> Ended | Published:
        """What the work with the model came to, published where there is something to publish."""
        if isinstance(outcome, Proposal):
            return self.publish(outcome, ground)
        return self.publish_merge(outcome, ground) if isinstance(outcome, NothingToChange) else outcome

    def publish(self, proposal: Proposal, ground: Ground) -> Published | Cannot | Failed | Cancelled:
        """The published change. A failure is an outcome here: the report goes on to say what the model cost."""
        violations = check(
            proposal.change_set, self.context.write_set, self.run.settings.write, ground.tree.entries()
        ) + unresolved_conflicts(proposal.change_set, self.context.write_set)
        if violations:
            return Cannot("the change is not allowed", refusals=tuple(map(str, violations)))
        try:
            try:
                published = self._commit(proposal, ground)
            except BranchMoved as moved:
                published = self._again(proposal, ground, moved)
        except AiCoderError as error:
            return ending(error)
        return replace(published, proposal=proposal)

    def publish_merge(
        self, nothing: NothingToChange, ground: Ground
    ) -> NothingToChange | Published | Failed | Cancelled:
        """The merge alone, where the model wants no change and the branch needs one that leaves no conflict."""
        if ground.refresh is None:
            return nothing
        if ground.refresh.conflicts:
            paths = ", ".join(f"`{conflict.path}`" for conflict in ground.refresh.conflicts)
            return replace(nothing, reason=f"{nothing.reason}\n\nThe branch is in conflict with its base in {paths}.")
        title = f"Merge {ground.place.base_branch} into {ground.place.branch}"
        proposal = Proposal(ChangeSet(ground.tree.commit), title, nothing.reason)
        published = self.publish(proposal, ground)
        if not isinstance(published, Published):
            return nothing if isinstance(published, Cannot) else published
        return _noted(published, f"The model wants no change of its own: {' '.join(nothing.reason.split())}")

    def _plan(self, proposal: Proposal, ground: Ground) -> CommitPlan:
        planned = plan(self.task, proposal, ground.place, self.run.settings.commit, self.run.egress)
        return lay_over(planned, ground.refresh.tree) if ground.refresh else planned

    def _commit(self, proposal: Proposal, ground: Ground) -> Published:
        return self.run.ports.forge.publish(self._plan(proposal, ground))

    def _again(self, proposal: Proposal, ground: Ground, moved: BranchMoved) -> Published:
        """Once more on the branch as it is now, where nobody touched the same files; else on a branch beside it.

        Raises: BranchMoved for a branch that we were about to make: then another run was first. ForgeError.
        """
        place, forge = ground.place, self.run.ports.forge
        head = forge.head(place.branch)
        if place.is_new_branch or head is None:
            raise moved
        if forge.merge_base(place.parent, head) == place.parent:
            now = find_ground(replace(place, parent=head, merged=""), forge.tree(place.base_commit), forge)
            if self._holds(proposal, ground, now):
                try:
                    return _noted(self._commit(proposal, now), _ON_TOP.format(place.branch, head[:7]))
                except BranchMoved:
                    pass
        beside = replace(self._plan(proposal, ground), branch=self._branch_beside(ground), is_new_branch=True)
        published = forge.publish(replace(beside, has_pull_request=False))
        return _noted(published, _BESIDE.format(place.branch, published.branch))

    def _holds(self, proposal: Proposal, before: Ground, now: Ground) -> bool:
        """Whether the proposal means the same on the other ground: every file that it writes is the same there."""
        change_set, policy = proposal.change_set, self.run.settings.write
        context = settle(now, self.context, policy)
        if isinstance(context, Cannot):
            return False
        old, new = before.tree.entries(), now.tree.entries()
        is_same = all(_facts(old.get(change.path)) == _facts(new.get(change.path)) for change in change_set.changes)
        objections = check(change_set, context.write_set, policy, new)
        return is_same and not objections and not unresolved_conflicts(change_set, context.write_set)

    def _branch_beside(self, ground: Ground) -> str:
        """The name of the branch, and of the run."""
        number = self.run.ports.host.run_url.rpartition("/")[2]
        return f"{ground.place.branch}-alt-{number if number.isdecimal() else ground.place.parent[:7]}"


_ON_TOP = (
    "Somebody pushed to `{}` while the work went on. The change stands on top of {}, "
    "and was not tested together with it."
)
_BESIDE = (
    "Somebody pushed to `{}` while the work went on, and changed the same files. Nothing was overwritten: this change "
    "stands on the branch `{}`. Merge it, or comment `/ai_coder retry` to have it made on the branch as it is now."
)


def _facts(entry: TreeEntry | None) -> tuple[str, str]:
    return (entry.mode, entry.blob) if entry else ("", "")


def _noted(published: Published, note: str) -> Published:
    return replace(published, notes=(*published.notes, note))
