"""`Verifier`: base against head, over the port `Sandbox`. Never silently weaker: what was not run says why."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.source import RepoPath
from ai_coder.domain.verification import Verification
from ai_coder.errors import AiCoderError, ForgeError, SandboxError
from ai_coder.ports import BoxFile, Sandbox, SourceTree
from ai_coder.settings import VerifyPolicy
from ai_coder.verify.attempt import LEAST_S, Trial
from ai_coder.verify.compare import compare
from ai_coder.verify.files import laid_by, tree_files, with_laid
from ai_coder.verify.implicit import implicit_files
from ai_coder.verify.runs import Attempt, Runs
from ai_coder.verify.warm import WarmBox
from ai_coder.verify.weakened import weakened_tests

_MAX_NAMES = 5
"""Of files, in the reason why nothing is run."""


@dataclass(slots=True)
class Verifier:
    """The project's tests for one run of ai_coder. `close` it, whatever happened."""

    sandbox: Sandbox
    policy: VerifyPolicy
    base: SourceTree
    """What the change is measured against: where its branch parted from the base branch."""
    under: SourceTree
    """What the change is laid over: `base`, or the head of our branch that earlier runs left."""
    time_left_s: Callable[[], float]
    """Seconds that the commands may still take together, asked before each of them."""
    _base: Attempt | None = None
    _warm: WarmBox | None = None
    _files: dict[str, Mapping[RepoPath, BoxFile]] = field(default_factory=dict)
    """By commit."""

    def verify(self, change_set: ChangeSet) -> Verification:
        """The verdict on the finished change: fresh boxes, and a second look at what seems broken."""
        return self._answered(change_set, self._verified)

    def try_out(self, change_set: ChangeSet) -> Verification:
        """The same for work in progress: one look, in a box that is kept for the next."""
        return self._answered(change_set, self._tried_out)

    def close(self) -> None:
        """Remove the box that was kept; twice is once. Raises: SandboxError."""
        warm, self._warm = self._warm, None
        if warm:
            warm.close()

    def _answered(self, change_set: ChangeSet, work: Callable[[ChangeSet], Verification]) -> Verification:
        """What `work` says, or why it could not be done; in any case what the change does to tests."""
        try:
            found = Verification(reason=reason) if (reason := self._objection(change_set)) else work(change_set)
        except (SandboxError, ForgeError) as error:
            found = Verification(reason=_sentence(error))
        weakened = tuple(dict.fromkeys((*weakened_tests(change_set), *found.weakened)))
        return replace(found, command=self.policy.test_command, weakened=weakened)

    def _objection(self, change_set: ChangeSet) -> str:
        """Why nothing is run, as a sentence; empty when it can be. Raises: ForgeError, SandboxError."""
        if not self.policy.test_command:
            return "No `test_command` is set."
        if not change_set and self.base.commit == self.under.commit:
            return "Nothing was changed."
        if self.time_left_s() < LEAST_S:
            return "This run has too little time left to test the change."
        if objection := self.sandbox.objection():
            return objection
        implicit = implicit_files(self.base, self.under, change_set, self.policy)
        if implicit:
            names = ", ".join(f"`{path}`" for path in implicit[:_MAX_NAMES])
            more = f" and {len(implicit) - _MAX_NAMES} more" if len(implicit) > _MAX_NAMES else ""
            return (
                f"The change touches what tools run or obey without being asked: {names}{more}. "
                "Such a change is not tried out here; look at it first, then let the project's own workflow test it."
            )
        return ""

    def _verified(self, change_set: ChangeSet) -> Verification:
        """Base and head, each in a fresh box; both once more where something looks broken. Raises as the ports do."""
        base = self._base_attempt()
        head = self._head_attempt(change_set, base)
        runs = Runs(base, head)
        found = compare(runs)
        if not runs.is_worth_another_look(found):
            return found
        try:
            runs = replace(runs, base_again=self._fresh(self._tree_files(self.base), base).run)
            found = compare(runs)
            if runs.is_worth_another_look(found):
                runs = replace(runs, head_again=self._head_attempt(change_set, base).run)
        except SandboxError as error:
            found = compare(runs)
            return replace(found, reason=f"{found.reason} There was no second look: {error}.")
        return compare(runs)

    def _tried_out(self, change_set: ChangeSet) -> Verification:
        base = self._base_attempt()
        if self._warm is None:
            self._warm = WarmBox(self.sandbox, self._trial, self._tree_files(self.under))
        return compare(Runs(base, self._warm.attempt(laid_by(change_set))))

    def _base_attempt(self) -> Attempt:
        """The base, run once for all changes. Raises: SandboxError, ForgeError."""
        if self._base is None:
            self._base = self._fresh(self._tree_files(self.base))
        return self._base

    def _head_attempt(self, change_set: ChangeSet, base: Attempt) -> Attempt:
        return self._fresh(with_laid(self._tree_files(self.under), laid_by(change_set)), base)

    def _fresh(self, files: Mapping[RepoPath, BoxFile], like: Attempt | None = None) -> Attempt:
        """One attempt in a box of its own, which takes about as long as `like`. Raises: SandboxError."""
        with closing(self.sandbox.open(files)) as box:
            return self._trial.attempt(box, least_s=like.run.ran.seconds if like and like.run else LEAST_S)

    @property
    def _trial(self) -> Trial:
        return Trial(self.policy, self.time_left_s)

    def _tree_files(self, tree: SourceTree) -> Mapping[RepoPath, BoxFile]:
        if tree.commit not in self._files:
            self._files[tree.commit] = tree_files(tree)
        return self._files[tree.commit]


def _sentence(error: AiCoderError) -> str:
    """A failure as the reason why nothing was run."""
    return f"{error.told[:1].upper()}{error.told[1:]}"
