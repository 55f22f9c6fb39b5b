"""Mode `agent`: the model looks and edits by tools, step by step, until it calls `finish` or a limit lands it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.chat import Finish, Message, Reply, ToolCall
from ai_coder.domain.outcome import Parked, Planned, Questions, Reviewed
from ai_coder.domain.report import Cannot, NothingToChange, Proposal
from ai_coder.errors import ForgeError, ModelError, PromptTooLong
from ai_coder.generate.arguments import Arguments, Misuse
from ai_coder.generate.ending import Ending
from ai_coder.generate.history import masked
from ai_coder.generate.talk import Proposed, Talk
from ai_coder.generate.toolbox import FINISH, Told, Toolbox, broken_files

Outcome = Proposal | NothingToChange | Cannot | Questions | Planned | Reviewed | Parked

_LANDING_S = 90.0
"""Seconds kept for the last turn; of a short run, a quarter."""
_MAX_SAME_CALL, _MAX_SAME_ERROR, _MAX_MALFORMED, _MAX_NUDGES = 4, 3, 3, 2
_CUT = "Your answer was cut off at the output limit, so this call was not carried out. Send smaller calls."
_NUDGE = "Call a tool. When the work is done, or cannot be done, call `finish`."
_LAST_TURN = (
    "This is the last turn: {reason}. Call `finish` now. What is written so far is published as a draft; list in "
    "`remaining` what is left to do."
)
_RESUME = "Comment on the issue to go on; raise {limit} to give it more."


@dataclass(frozen=True, slots=True)
class Watch:
    """What looks on while the model works."""

    step: Callable[[str], None]
    """Is told each step in a few words."""
    time_left_s: Callable[[], float]
    stopped: Callable[[], str] = lambda: ""
    """Why a person wants it to end, as a sentence; empty while nobody does."""


@dataclass(slots=True)
class _Stuck:
    """What a model does that leads nowhere, counted: calls one by one, failures by the turns that they stand in."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    malformed: set[int] = field(default_factory=set)
    """Numbers of the turns."""
    nudges: int = 0

    def note(self, used: Sequence[tuple[ToolCall, Told]]) -> None:
        """Count the calls of one turn. An edit that was written makes looking again worth it."""
        for call, told in used:
            if call.name == "edit_file" and not told.is_error:
                self.calls.clear()
            self.calls[call.name, call.arguments] += 1
        self.errors.update({told.text for _, told in used if told.is_error})

    @property
    def reason(self) -> str:
        """Why it is not worth to go on, as a sentence; empty when it is."""
        if max(self.calls.values(), default=0) >= _MAX_SAME_CALL:
            return f"the model made the same call {_MAX_SAME_CALL} times"
        if len(self.malformed) >= _MAX_MALFORMED:
            return f"the model sent calls that could not be read {_MAX_MALFORMED} times"
        if max(self.errors.values(), default=0) >= _MAX_SAME_ERROR:
            return f"the model ran into the same error {_MAX_SAME_ERROR} times"
        return "the model stopped calling tools" if self.nudges > _MAX_NUDGES else ""


@dataclass(slots=True)
class _Work:
    """One piece of work."""

    talk: Talk
    toolbox: Toolbox
    watch: Watch
    stuck: _Stuck = field(default_factory=_Stuck)
    ending: Ending = field(default_factory=Ending)
    limit: str = ""
    """The limit that was reached, as a sentence."""
    landing_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.landing_s = min(_LANDING_S, self.watch.time_left_s() / 4)

    def outcome(self) -> Outcome:
        """How it ends. Raises: ModelError when there is nothing to land."""
        while True:
            if reason := self.stuck.reason:
                return self._landed(reason, Cannot(reason, "Comment with more detail, or choose a stronger `model`."))
            if stopped := self.watch.stopped():
                return NothingToChange(stopped)
            if self.limit:
                return self._parked()
            self.limit = self._limit()
            if self.limit and self.watch.time_left_s() <= 0:
                return self._parked()
            if self.limit:
                self._say(_LAST_TURN.format(reason=self.limit))
            reply = self._ask()
            if isinstance(reply, Cannot):
                self.limit = reply.reason
                return self._parked()
            if reply.finish is Finish.REFUSED:
                sentence = "the model declined to go on"
                return self._landed(sentence, Cannot(sentence, "Put the request in other words."))
            ended = self._take(reply)
            if ended is not None:
                return ended

    def _limit(self) -> str:
        """The limit that leaves one more turn, as a sentence; empty where none is near."""
        steps = self.talk.limits.max_steps
        if self.talk.rounds >= steps - 1:
            return f"the run may take {steps} steps (`max_steps`)"
        if self.watch.time_left_s() < self.landing_s:
            return "the time of the run is used up (`timeout_minutes`)"
        return ""

    def _ask(self) -> Reply | Cannot:
        """The next reply; a conversation that is too long is masked once. Raises: ModelError."""
        self.talk.prompt = masked(self.talk.prompt)
        try:
            return self.talk.ask()
        except PromptTooLong:
            shorter = masked(self.talk.prompt, keep=2, above_tokens=0)
            if shorter == self.talk.prompt:
                raise
            self.talk.prompt = shorter
            return self.talk.ask()

    def _take(self, reply: Reply) -> Outcome | None:
        """Carry out what the reply asks for; the outcome where it ends the work."""
        if not reply.tool_calls:
            self.stuck.nudges += 1
            self.talk.tell(reply, Message("user", _NUDGE))
            return None
        used = []
        for call in reply.tool_calls:
            told = self._use(call) if reply.finish is not Finish.LENGTH else Told(_CUT, is_error=True)
            if not isinstance(told, Told):
                return told
            used.append((call, told))
        self.stuck.note(used)
        results = (Message("tool", told.text, call_id=call.id, is_error=told.is_error) for call, told in used)
        self.talk.tell(reply, *results)
        return None

    def _use(self, call: ToolCall) -> Told | Outcome:
        try:
            arguments = Arguments.parse(call.arguments)
        except Misuse as misuse:
            self.stuck.malformed.add(self.talk.rounds)
            return Told(str(misuse), is_error=True)
        self.watch.step(_words(call.name, arguments))
        if call.name != FINISH.name:
            return self.toolbox.use(call)
        try:
            return self.ending.finish(arguments, self.toolbox, self.limit)
        except Misuse as misuse:
            return Told(str(misuse), is_error=True)

    def _parked(self) -> Outcome:
        hint = _RESUME.format(limit="`max_steps`, `timeout_minutes`, `max_input_tokens` or `max_cost_usd`")
        return self._landed(self.limit, Parked(self.limit, hint))

    def _landed(self, reason: str, otherwise: Outcome) -> Outcome:
        """What is written so far, as a draft; `otherwise` where nothing is."""
        change_set = self.toolbox.overlay.change_set()
        return _draft(change_set, reason) if change_set else otherwise

    def _say(self, text: str) -> None:
        self.talk.prompt = self.talk.prompt.then(Message("user", text))


def propose_by_steps(talk: Talk, toolbox: Toolbox, watch: Watch) -> Proposed:
    """The model's change, made with tools. Raises: ModelError, ForgeError, where nothing was written yet."""
    work = _Work(talk, toolbox, watch)
    try:
        return Proposed(work.outcome(), talk.spent, work.ending.threads, "\n".join(toolbox.withheld.values()))
    except (ModelError, ForgeError) as error:
        change_set = toolbox.overlay.change_set()
        if not change_set:
            raise
        return Proposed(_draft(change_set, str(error)), talk.spent)


def _draft(change_set: ChangeSet, reason: str) -> Proposal:
    return Proposal(change_set, "", "", parked=reason, remaining=broken_files(change_set))


def _words(name: str, arguments: Arguments) -> str:
    """A call in a few words, for people who watch."""
    about = next((value for key in ("path", "pattern", "glob", "folder") if (value := arguments.values.get(key))), "")
    return f"{name} {about}".strip() if isinstance(about, str) else name
