"""Room 4: the proposal becomes a commit, wherever the branch has gone meanwhile; nothing is lost or forced."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from ai_coder.commit import plan
from ai_coder.domain.report import Cancelled, Cannot, CommitPlan, Failed, Proposal, Published, ending
from ai_coder.domain.source import TreeEntry
from ai_coder.domain.task import Task
from ai_coder.domain.verification import Verification
from ai_coder.errors import AiCoderError, BranchMoved, ForgeError
from ai_coder.generate.policy import check, unresolved_conflicts
from ai_coder.pipeline.ground import Ground, find_ground, settle
from ai_coder.pipeline.preparing import Prepared
from ai_coder.pipeline.run import Run
from ai_coder.refresh.merging import lay_over
from ai_coder.report.verification import render_verification


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes the proposal of one task."""

    task: Task
    prepared: Prepared

    def publish(self, proposal: Proposal) -> Published | Failed | Cancelled:
        """The published change. A failure is an outcome here: the report goes on to say what the model cost."""
        try:
            published = self._ensure(proposal)
        except AiCoderError as error:
            return ending(error)
        if not proposal.change_set:
            published = _noted(published, f"The model wants no change of its own: {' '.join(proposal.summary.split())}")
        started = _started(published, self.prepared.run)
        return replace(published, proposal=proposal, notes=(*published.notes, *started))

    def _ensure(self, proposal: Proposal) -> Published:
        """Raises: BranchMoved, ForgeError."""
        ground = self.prepared.ground
        try:
            return self._commit(proposal, ground)
        except BranchMoved as moved:
            return self._again(proposal, ground, moved)

    def _plan(self, proposal: Proposal, ground: Ground) -> CommitPlan:
        run = self.prepared.run
        tests = render_verification(proposal.verification or Verification(), run.egress)
        planned = plan(self.task, proposal, ground.place, run.settings.commit, run.egress, tests)
        return lay_over(planned, ground.refresh.tree) if ground.refresh else planned

    def _commit(self, proposal: Proposal, ground: Ground) -> Published:
        return self.prepared.run.ports.forge.publish(self._plan(proposal, ground))

    def _again(self, proposal: Proposal, ground: Ground, moved: BranchMoved) -> Published:
        """Once more on the branch as it is now, where nobody touched the same files; else on a branch beside it.

        Raises: BranchMoved for a branch that we were about to make: then another run was first. ForgeError.
        """
        place, forge = ground.place, self.prepared.run.ports.forge
        head = forge.head(place.branch)
        if place.is_new_branch or head is None:
            raise moved
        if forge.merge_base(place.parent, head) == place.parent:
            now = find_ground(replace(place, parent=head, merged=""), forge.tree(place.base_commit), forge)
            if self._holds(proposal, ground, now):
                with suppress(BranchMoved):  # once is enough: after that the change goes beside the branch
                    return _noted(self._commit(proposal, now), _ON_TOP.format(place.branch, head[:7]))
        beside = replace(self._plan(proposal, ground), branch=self._branch_beside(ground), is_new_branch=True)
        published = forge.publish(replace(beside, has_pull_request=False))
        return _noted(published, _BESIDE.format(place.branch, published.branch))

    def _holds(self, proposal: Proposal, before: Ground, now: Ground) -> bool:
        """Whether the proposal means the same on the other ground: every file that it writes is the same there."""
        change_set, policy = proposal.change_set, self.prepared.run.settings.write
        context = settle(now, self.prepared.context, policy)
        if isinstance(context, Cannot):
            return False
        old, new = before.tree.entries(), now.tree.entries()
        is_same = all(_facts(old.get(change.path)) == _facts(new.get(change.path)) for change in change_set.changes)
        objections = check(change_set, context.write_set, policy, new)
        return is_same and not objections and not unresolved_conflicts(change_set, context.write_set)

    def _branch_beside(self, ground: Ground) -> str:
        """The name of the branch, and of the run."""
        number = self.prepared.run.ports.host.run_url.rpartition("/")[2]
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


def _started(published: Published, run: Run) -> Iterator[str]:
    """Start the workflows that are to look at the commit; a sentence for each that could not be started."""
    checks = run.ports.checks
    if checks is None or not published.commit:
        return
    for workflow in run.settings.commit.dispatch_workflows:
        try:
            checks.start(workflow, published.branch)
        except ForgeError as error:
            yield f"The workflow `{workflow}` was not started: {error} {error.hint}"
