"""`WarmBox`: a box that is kept while the model works, so that set-up runs once."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from ai_coder.domain.source import RepoPath
from ai_coder.ports import Box, BoxFile, Sandbox
from ai_coder.verify.attempt import Trial
from ai_coder.verify.files import Laid, step_between, with_laid
from ai_coder.verify.runs import Attempt
from ai_coder.verify.setup import needs_setup


@dataclass(slots=True)
class WarmBox:
    """At most one open box over one tree. It is given up when anything about it fails."""

    sandbox: Sandbox
    trial: Trial
    files: Mapping[RepoPath, BoxFile]
    _box: Box | None = None
    _laid: Laid = field(default_factory=dict)

    def attempt(self, laid: Laid) -> Attempt:
        """The tests with `laid` over the files; set-up runs where it may matter. Raises: SandboxError."""
        with ExitStack() as on_failure:
            on_failure.callback(self.close)
            attempt = self._opened(laid) if self._box is None else self._changed(self._box, laid)
            if attempt.run:
                on_failure.pop_all()
        self._laid = laid
        return attempt

    def close(self) -> None:
        """Remove the box; twice is once. Raises: SandboxError."""
        box, self._box = self._box, None
        if box:
            box.close()

    def _opened(self, laid: Laid) -> Attempt:
        self._box = self.sandbox.open(with_laid(self.files, laid))
        return self.trial.attempt(self._box)

    def _changed(self, box: Box, laid: Laid) -> Attempt:
        step = step_between(self.files, self._laid, laid)
        box.put(step)
        if needs_setup(self.trial.policy.setup_command, step):
            return self.trial.attempt(box)
        return Attempt(self.trial.test(box))
