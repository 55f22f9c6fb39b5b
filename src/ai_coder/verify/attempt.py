"""Set-up and test command in one box, within the time that is left."""

from collections.abc import Callable
from dataclasses import dataclass

from ai_coder.domain.verification import Ran, TestRun
from ai_coder.errors import SandboxError
from ai_coder.ports import Box
from ai_coder.settings import VerifyPolicy
from ai_coder.verify.results import read_results
from ai_coder.verify.runs import Attempt

LEAST_S = 5.0
"""With less than this nothing is begun."""


class TooLate(SandboxError):
    """The time of the whole run does not allow another command."""

    hint = "Set the input `timeout_minutes` higher, or choose a quicker `test_command`."


@dataclass(frozen=True, slots=True)
class _Step:
    """One command in a box."""

    command: str
    limit_s: float
    network: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """The commands, and the time there is for them."""

    policy: VerifyPolicy
    time_left_s: Callable[[], float]

    def attempt(self, box: Box, *, least_s: float = LEAST_S) -> Attempt:
        """Set-up, then tests; `least_s` is what the tests are known to take. Raises: SandboxError."""
        failed = self.set_up(box)
        return Attempt(failed_setup=failed) if failed else Attempt(self.test(box, least_s=least_s))

    def set_up(self, box: Box) -> Ran | None:
        """The run of the set-up command, if it failed. Raises: SandboxError."""
        policy = self.policy
        if not policy.setup_command:
            return None
        ran = self._run(box, _Step(policy.setup_command, policy.setup_timeout_s, network=True), LEAST_S)
        return ran if ran.exit_status != 0 else None

    def test(self, box: Box, *, least_s: float = LEAST_S) -> TestRun:
        """The test command's run, read. Raises: SandboxError."""
        policy = self.policy
        step = _Step(policy.test_command, policy.test_timeout_s, network=policy.network)
        return read_results(self._run(box, step, least_s))

    def _run(self, box: Box, step: _Step, least_s: float) -> Ran:
        left_s = self.time_left_s()
        if left_s < max(least_s, LEAST_S):
            msg = f"the tests need more time than this run has left ({max(left_s, 0):.0f} s)"
            raise TooLate(msg)
        timeout_s = min(step.limit_s, left_s)
        ran = box.run(step.command, network=step.network, timeout_s=timeout_s)
        if ran.exit_status is None and timeout_s < step.limit_s:
            msg = "the time of this run was up before the tests had ended"
            raise TooLate(msg)
        return ran
