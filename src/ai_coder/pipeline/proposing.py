"""Rooms 2 and 3 in the mode that fits: step by step with tools, or all edits in one reply."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ai_coder.domain.chat import Usage
from ai_coder.domain.outcome import Planned
from ai_coder.domain.report import NothingToChange, ending
from ai_coder.domain.source import Context
from ai_coder.edits import describe_format
from ai_coder.errors import AiCoderError, PromptTooLong, ToolsRefused
from ai_coder.generate.agent import Watch, propose_by_steps
from ai_coder.generate.answer import NO_CHANGE_LINE
from ai_coder.generate.budget import CHARS_PER_TOKEN, Cost, Purse, cost_by_limits
from ai_coder.generate.overlay import Overlay
from ai_coder.generate.proof import Tests
from ai_coder.generate.single import Repository, plan_in_one_reply, propose_in_one_reply
from ai_coder.generate.talk import Proposed, Talk
from ai_coder.generate.toolbox import Toolbox
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.run import Run
from ai_coder.ports import SourceTree
from ai_coder.prompt import Asked, Manner, agent_manner, plan_manner, render_prompt, single_manner
from ai_coder.prompt.shrink import shrunk

_FEWEST_STEPS, _STEP_TOKENS = 4, 800
"""For the guess of a plan's cost: steps of a small change, and output tokens of a step."""
_MAX_SINGLE_LINES = 400
"""Longest file that mode `auto` has changed in one reply."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What is worked on."""

    asked: Asked
    context: Context
    tree: SourceTree
    purse: Purse = field(default_factory=Purse)
    is_plan: bool = False
    """Whether a plan is all that is asked for."""
    tests: Tests | None = None
    """None where the change cannot be verified."""
    deadline_s: float = math.inf
    """Moment of the clock at which the work with the model must have ended."""
    stopped: Callable[[], str] = lambda: ""
    """Why a person wants the work to end; empty while nobody does."""

    @property
    def is_small(self) -> bool:
        """Whether one reply is enough: one linked file, which is short or does not exist yet."""
        linked = self.context.write_set.linked
        if linked is None or len(linked) != 1:
            return False
        texts = [source.text or "" for source in self.context.sources if source.path in linked]
        return len(texts) == 1 and texts[0].count("\n") <= _MAX_SINGLE_LINES


def propose(matter: Matter, run: Run, desk: Desk) -> Proposed:
    """The model's change, checked. Raises: ModelError, ForgeError."""
    try:
        return _propose(matter, run, desk)
    except PromptTooLong:
        shorter = shrunk(matter.asked, matter.context)
        if not shorter.dropped:
            raise
        desk.step(shorter.note)
        proposed = _propose(replace(matter, asked=shorter.asked, context=shorter.context), run, desk)
        return replace(proposed, notes=(*proposed.notes, shorter.note))


def _propose(matter: Matter, run: Run, desk: Desk) -> Proposed:
    mode = run.settings.mode
    is_single = mode == "single" or (mode == "auto" and matter.is_small and not matter.is_plan)
    proposed = _in_one_reply(matter, run, desk) if is_single else _by_steps(matter, run, desk)
    count = proposed.spent.rounds
    desk.room_done(f"{count} {'reply' if count == 1 else 'replies'} of `{run.settings.model.model}`")
    if isinstance(proposed.outcome, NothingToChange):
        run.ports.host.say(NO_CHANGE_LINE)
    return proposed


def _in_one_reply(matter: Matter, run: Run, desk: Desk) -> Proposed:
    if matter.is_plan:
        talk = open_talk(matter, run, plan_manner(()), desk)
        return _estimated(counted(talk, lambda: plan_in_one_reply(talk)), talk)
    talk = open_talk(matter, run, single_manner(describe_format()), desk)
    repository = Repository(matter.context, frozenset(matter.tree.entries()), run.settings.write, matter.tests)
    return counted(talk, lambda: propose_in_one_reply(talk, repository))


def _by_steps(matter: Matter, run: Run, desk: Desk) -> Proposed:
    """With tools; where the endpoint knows none and the mode is `auto`, in one reply after all."""
    clock = run.ports.clock
    write_set, policy = matter.context.write_set, run.settings.write
    toolbox = Toolbox(Overlay(matter.tree), write_set, policy, is_read_only=matter.is_plan, tests=matter.tests)
    manner = plan_manner(toolbox.specs) if matter.is_plan else agent_manner(toolbox.specs)
    talk = open_talk(matter, run, manner, desk)

    def time_left_s() -> float:
        return matter.deadline_s - clock.monotonic_s()

    try:
        watch = Watch(desk.step, time_left_s, matter.stopped)
        return _estimated(counted(talk, lambda: propose_by_steps(talk, toolbox, watch)), talk)
    except ToolsRefused as error:
        if run.settings.mode == "agent":
            raise
        desk.step(f"no tools: {error}")
        return _in_one_reply(matter, run, desk)


def counted(talk: Talk, work: Callable[[], Proposed]) -> Proposed:
    """What the work came to; a failure after the first reply is an outcome, so that what it cost is counted.

    Raises: ModelError, ForgeError, where nothing was spent.
    """
    try:
        return work()
    except AiCoderError as error:
        if not talk.rounds:
            raise
        return Proposed(ending(error), talk.spent)


def _estimated(proposed: Proposed, talk: Talk) -> Proposed:
    """A plan with a guess of what carrying it out takes: twice its own steps, each with the whole conversation."""
    if not isinstance(proposed.outcome, Planned):
        return proposed
    steps = 2 * max(talk.rounds, _FEWEST_STEPS)
    tokens = round(steps * talk.prompt.chars / CHARS_PER_TOKEN)
    usd = talk.cost(Usage(tokens, steps * _STEP_TOKENS))
    return replace(proposed, outcome=replace(proposed.outcome, estimate_tokens=tokens, estimate_usd=usd))


def open_talk(matter: Matter, run: Run, manner: Manner, desk: Desk) -> Talk:
    """A new conversation."""
    ports, settings = run.ports, run.settings
    prompt = render_prompt(matter.asked, matter.context, manner, ports.nonce())
    desk.prompted(f"{prompt.chars:,} characters")
    cost = _cost(run)
    model = desk.journal.hears(ports.open_model(settings.model, matter.deadline_s), cost)
    talk = Talk(model, settings.limits, prompt, cost, matter.purse)
    desk.spending = lambda: talk.spent
    return talk


def _cost(run: Run) -> Cost:
    def by_data(usage: Usage) -> float | None:
        return run.ports.cost_usd(run.settings.model.model, usage)

    return cost_by_limits(run.settings.limits, by_data)
