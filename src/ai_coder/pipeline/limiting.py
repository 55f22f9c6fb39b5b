"""What bounds the work with the model: the money of the issue, the time of the run, and a person who orders a stop."""

from dataclasses import replace

from ai_coder.domain.task import Task, Verb
from ai_coder.generate.budget import Purse
from ai_coder.pipeline.proposing import Matter
from ai_coder.pipeline.run import Run
from ai_coder.pipeline.stopping import StopWatch
from ai_coder.resolve.conversation import Conversation

_RESERVE_S = 60.0


def reserve_s(timeout_s: float) -> float:
    """Kept back from a run's time, to publish and to answer; of a short run, a quarter."""
    return min(_RESERVE_S, timeout_s / 4)


def limited(matter: Matter, task: Task, conversation: Conversation, run: Run) -> Matter:
    """The same matter within its bounds; a plan is all of it where a plan was ordered."""
    ports, settings = run.ports, run.settings
    limit_usd = max(settings.limits.max_issue_cost_usd, conversation.budget_usd)
    return replace(
        matter,
        purse=Purse(conversation.mark.spent_usd, limit_usd),
        is_plan=task.command.verb is Verb.PLAN,
        deadline_s=run.ends_at_s - reserve_s(settings.limits.timeout_s),
        stopped=StopWatch(task, ports.tracker, settings.trigger, ports.clock).reason,
    )
