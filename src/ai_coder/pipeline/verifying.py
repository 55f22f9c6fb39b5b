"""The project's own tests around one change: opened for the work with the model, closed whatever happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ai_coder.domain.plan import Place
from ai_coder.domain.report import Proposal
from ai_coder.errors import SandboxError
from ai_coder.generate.proof import Tests
from ai_coder.pipeline.run import Run
from ai_coder.ports import SourceTree
from ai_coder.settings import VerifyPolicy
from ai_coder.verify import Verifier, render_told

_LANDING_S = 120.0
"""Kept back from the commands' time, so that what holds can still be published."""


@contextmanager
def opened_tests(
    place: Place, tree: SourceTree, run: Run, deadline_s: float, *, is_plan: bool = False
) -> Iterator[Tests]:
    """The tests of a change that is laid over `tree`, the head of its branch; a plan has none. Raises: ForgeError."""

    def time_left_s() -> float:
        return deadline_s - run.ports.clock.monotonic_s() - _LANDING_S

    policy = VerifyPolicy() if is_plan else run.settings.verify
    sandbox = run.ports.open_sandbox(policy)
    verifier = Verifier(sandbox, policy, _base(place, tree, run), tree, time_left_s)
    can_run = bool(policy.test_command) and not sandbox.objection()
    try:
        yield Tests(lambda change: render_told(verifier.try_out(change)), verifier.verify, render_told, can_run)
    finally:
        try:
            verifier.close()
        except SandboxError as error:
            run.ports.host.annotate("warning", run.egress.redact(f"A box of the tests was left behind: {error}"))


def verified(proposal: Proposal, tests: Tests) -> Proposal:
    """The proposal with its verification; one that has it already keeps it."""
    if proposal.verification is not None:
        return proposal
    return replace(proposal, verification=tests.verify(proposal.change_set))


def _base(place: Place, tree: SourceTree, run: Run) -> SourceTree:
    """Where the branch parts from its base: what was broken there is not blamed on the change."""
    forge = run.ports.forge
    if place.merged and run.settings.verify.test_command:
        return forge.tree(place.merged)
    if place.parent == place.base_commit or not run.settings.verify.test_command:
        return tree
    parted = forge.merge_base(place.base_commit, place.parent)
    return forge.tree(parted) if parted else tree
