"""`Journal`: keeps what happens in a run as it happens. It hears the model by standing in its door."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from ai_coder.domain.chat import Message, Prompt, Reply, ToolCall, Usage
from ai_coder.domain.source import Ranked
from ai_coder.domain.trajectory import Trajectory, Turn, Used, Visit
from ai_coder.errors import ModelError
from ai_coder.ports import ChatModel, Clock

_MAX_CHARS = 20_000
"""Of one text; the rest of it is not kept."""

Cost = Callable[[Usage], float | None]


@dataclass(slots=True)
class Journal:
    """The run so far."""

    clock: Clock
    shown: Callable[[str], str]
    """What of a text may be kept: it goes first, so that no cut leaves half of a secret."""
    visits: list[Visit] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    ranked: tuple[Ranked, ...] = ()
    prompt: str = ""
    _started_at: datetime = field(init=False)
    _start_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._started_at, self._start_s = self.clock.now(), self.clock.monotonic_s()

    @property
    def now_s(self) -> float:
        """Since the beginning."""
        return self.clock.monotonic_s() - self._start_s

    def visited(self, room: str, said: str) -> None:
        """The room ends now; it began where the last one ended."""
        start_s = self.visits[-1].start_s + self.visits[-1].seconds if self.visits else 0.0
        self.visits.append(Visit(room, said, start_s, self.now_s - start_s))

    def hears(self, model: ChatModel, cost: Cost) -> ChatModel:
        """The model, with every word of it heard."""
        return _Heard(model, cost, self)

    def trajectory(self) -> Trajectory:
        """All of it."""
        return Trajectory(self._started_at, self.now_s, tuple(self.visits), tuple(self.turns), self.ranked, self.prompt)

    def told(self, prompt: Prompt) -> None:
        """What was done with the last reply, by what stands after it in the conversation."""
        spoken = [number for number, message in enumerate(prompt.messages) if message.role == "assistant"]
        if not spoken:
            self.prompt = self.kept("\n\n".join(message.text for message in prompt.messages))
        elif self.turns:
            self.turns[-1] = self._followed(self.turns[-1], prompt.messages[spoken[-1] + 1 :])

    def kept(self, text: str) -> str:
        """A text without secrets, cut to size."""
        text = self.shown(text)
        more = len(text) - _MAX_CHARS
        return text if more <= 0 else f"{text[:_MAX_CHARS]}\n… ({more:,} characters more)"

    def _followed(self, turn: Turn, messages: Iterable[Message]) -> Turn:
        """The turn with the results of its calls, and what the model was told in words."""
        messages = tuple(messages)
        results = {message.call_id: message for message in messages if message.role == "tool"}
        uses = tuple(
            replace(use, result=self.kept(found.text), is_refused=found.is_error)
            if (found := results.get(use.call.id))
            else use
            for use in turn.uses
        )
        told = tuple(self.kept(message.text) for message in messages if message.role == "user")
        return replace(turn, uses=uses, told=told)


@dataclass(slots=True)
class _Heard:
    """Port `ChatModel` over another one."""

    model: ChatModel
    cost: Cost
    journal: Journal

    def complete(self, prompt: Prompt) -> Reply:
        """The next assistant turn. Raises: ModelError."""
        self.journal.told(prompt)
        start_s = self.journal.now_s
        try:
            reply = self.model.complete(prompt)
        except ModelError as error:
            self.journal.turns.append(Turn(start_s, self.journal.now_s - start_s, error=str(error)))
            raise
        kept = self.journal.kept
        uses = tuple(Used(ToolCall(call.id, call.name, kept(call.arguments))) for call in reply.tool_calls)
        seconds, cost_usd = self.journal.now_s - start_s, self.cost(reply.usage)
        self.journal.turns.append(Turn(start_s, seconds, reply.usage, cost_usd, kept(reply.text), uses))
        return reply
