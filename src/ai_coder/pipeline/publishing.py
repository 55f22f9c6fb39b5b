"""Room 4: the proposal becomes a commit, wherever the branch has gone meanwhile; nothing is lost or forced."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from ai_coder.commit import plan
from ai_coder.domain.outcome import Parked
from ai_coder.domain.plan import CommitPlan
from ai_coder.domain.report import Cancelled, Cannot, Failed, Proposal, Published, ending
from ai_coder.domain.source import TreeEntry
from ai_coder.domain.task import Task
from ai_coder.domain.verification import Verification
from ai_coder.errors import AiCoderError, BranchMoved
from ai_coder.generate.policy import check, unresolved_conflicts
from ai_coder.pipeline.dispatching import started
from ai_coder.pipeline.footing import Footing, find_footing, settle
from ai_coder.pipeline.preparing import Prepared
from ai_coder.refresh.merging import lay_over
from ai_coder.report.verification import render_verification


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes the proposal of one task."""

    task: Task
    prepared: Prepared
    keep: Callable[[CommitPlan, Proposal, str], None] = lambda *_: None
    """Is told what is about to be published, and as which commit, before a branch shows it."""

    def publish(self, proposal: Proposal) -> Published | Failed | Cancelled | Parked:
        """The published change. A failure is an outcome here: the report goes on to say what the model cost.

        So is an interruption: the change that was paid for goes into the report.
        """
        try:
            published = self._ensure(proposal)
        except (AiCoderError, KeyboardInterrupt) as error:
            return ending(error)
        return replace(
            published,
            proposal=proposal,
            notes=(*published.notes, *started(published, self.prepared.run)),
            is_beside=published.branch != self.prepared.place.branch,
        )

    def _ensure(self, proposal: Proposal) -> Published:
        """Raises: BranchMoved, ForgeError."""
        footing = self.prepared.footing
        try:
            return self._commit(proposal, footing)
        except BranchMoved as moved:
            return self._again(proposal, footing, moved)

    def _plan(self, proposal: Proposal, footing: Footing) -> CommitPlan:
        run = self.prepared.run
        tests = render_verification(proposal.verification or Verification(), run.egress)
        planned = plan(self.task, proposal, footing.place, run.settings.commit, run.egress, tests)
        return lay_over(planned, footing.refresh.tree) if footing.refresh else planned

    def _commit(self, proposal: Proposal, footing: Footing) -> Published:
        planned = self._plan(proposal, footing)
        return self.prepared.run.ports.forge.publish(planned, lambda commit: self.keep(planned, proposal, commit))

    def _again(self, proposal: Proposal, footing: Footing, moved: BranchMoved) -> Published:
        """Once more on the branch as it is now, where nobody touched the same files; else on a branch beside it.

        Raises: BranchMoved for a branch that we were about to make: then another run was first. ForgeError.
        """
        place, forge = footing.place, self.prepared.run.ports.forge
        head = forge.head(place.branch)
        if place.is_new_branch or head is None:
            raise moved
        if forge.merge_base(place.parent, head) == place.parent:
            now = self._footing_on(head)
            if self._holds(proposal, footing, now):
                with suppress(BranchMoved):  # once is enough: after that the change goes beside the branch
                    return _noted(self._commit(proposal, now), _ON_TOP.format(place.branch, head[:7]))
        beside = replace(self._plan(proposal, footing), branch=self._branch_beside(footing), is_new_branch=True)
        published = forge.publish(replace(beside, has_pull_request=False))
        return _noted(published, _BESIDE.format(place.branch, published.branch))

    def _holds(self, proposal: Proposal, before: Footing, now: Footing) -> bool:
        """Whether the proposal means the same on the other footing: every file that it writes is the same there."""
        change_set, policy = proposal.change_set, self.prepared.run.settings.write
        context = settle(now, self.prepared.context, policy)
        if isinstance(context, Cannot):
            return False
        old, new = before.tree.entries(), now.tree.entries()
        is_same = all(_facts(old.get(change.path)) == _facts(new.get(change.path)) for change in change_set.changes)
        objections = check(change_set, context.write_set, policy, new)
        return is_same and not objections and not unresolved_conflicts(change_set, context.write_set)

    def _footing_on(self, head: str) -> Footing:
        """What stands on another head of the branch; merged with the base branch where it was before."""
        place, forge = self.prepared.place, self.prepared.run.ports.forge
        moved = replace(place, parent=head, merged="")
        if not place.merged:
            return Footing(moved, forge.tree(head))
        return find_footing(moved, forge.tree(head), forge.tree(place.base_commit), forge)

    def _branch_beside(self, footing: Footing) -> str:
        """The name of the branch, and of the run."""
        number = self.prepared.run.ports.host.run_url.rpartition("/")[2]
        return f"{footing.place.branch}-alt-{number if number.isdecimal() else footing.place.parent[:7]}"


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
