"""`StopWatch`: whether somebody ordered the run to stop while it works."""

from contextlib import suppress
from dataclasses import dataclass

from ai_coder.domain.task import Task, Verb
from ai_coder.errors import ForgeError
from ai_coder.ports import Clock, Tracker
from ai_coder.resolve.commands import parse_command
from ai_coder.resolve.trigger import objection
from ai_coder.settings import TriggerPolicy

_LOOK_EVERY_S = 30.0


@dataclass(slots=True)
class StopWatch:
    """Looks now and then for a `stop` that is newer: under the issue, and where on a pull request it was asked."""

    task: Task
    tracker: Tracker
    policy: TriggerPolicy
    clock: Clock
    _looked_at_s: float = 0.0
    _reason: str = ""

    def reason(self) -> str:
        """Who ordered it, as a sentence; empty while nobody did. Asks the forge at most twice a minute."""
        now_s = self.clock.monotonic_s()
        if not self._reason and now_s - self._looked_at_s >= _LOOK_EVERY_S:
            self._looked_at_s = now_s
            with suppress(ForgeError):  # a look that fails is made again; it is no reason to end the work
                self._reason = self._look()
        return self._reason

    def _look(self) -> str:
        numbers = dict.fromkeys(filter(None, (self.task.issue.number, self.task.pull_request)))
        for comment in (comment for number in numbers for comment in self.tracker.comments(number)):
            command = parse_command(comment.body, self.policy.phrase)
            is_order = command is not None and command.verb is Verb.STOP and comment.created_at > self.task.as_of
            if is_order and not objection(comment.author, self.policy, self.tracker.role):
                return f"Stopped, as {comment.author.login} asked; nothing was published."
        return ""
