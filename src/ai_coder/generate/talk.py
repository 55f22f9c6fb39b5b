"""`Talk`: the conversation with the model as it grows, within the budget; `Proposed`: how it ended."""

from dataclasses import dataclass, field

from ai_coder.domain.chat import Message, Prompt, Reply, Usage
from ai_coder.domain.outcome import Parked, Planned, Questions, Reviewed
from ai_coder.domain.report import Cancelled, Cannot, Failed, NothingToChange, Proposal, Spent
from ai_coder.domain.review import ThreadWord
from ai_coder.generate.budget import Budget, Cost, Purse
from ai_coder.ports import ChatModel
from ai_coder.settings import Limits

Ended = Proposal | NothingToChange | Cannot | Questions | Planned | Reviewed | Parked | Failed | Cancelled


@dataclass(frozen=True, slots=True)
class Proposed:
    """How the conversation with the model ended, and what it cost."""

    outcome: Ended
    spent: Spent
    threads: tuple[ThreadWord, ...] = ()
    """What the model says of each review thread."""
    patch: str = ""
    """What was not written because it is protected, for a person to apply."""
    notes: tuple[str, ...] = ()
    """What the user should know of it, one sentence each."""


@dataclass(slots=True)
class Talk:
    """One conversation. What was said is never changed, except that old results may be masked in one go."""

    model: ChatModel
    limits: Limits
    prompt: Prompt
    cost: Cost
    purse: Purse = field(default_factory=Purse)
    usage: Usage = field(default_factory=Usage)
    rounds: int = 0
    name: str = ""

    def ask(self) -> Reply | Cannot:
        """The next reply, or why none may be asked for. Raises: ModelError."""
        objection = Budget(self.limits, self.usage, self.cost, self.purse).objection(self.prompt)
        if objection:
            return Cannot(objection, "Link fewer files, or raise `max_input_tokens` or `max_cost_usd`.")
        reply = self.model.complete(self.prompt)
        self.usage += reply.usage
        self.rounds += 1
        self.name = reply.model or self.name
        return reply

    def tell(self, reply: Reply, *messages: Message) -> None:
        """The model's turn and what it is told, for the next round."""
        self.prompt = self.prompt.then(reply.message, *messages)

    @property
    def spent(self) -> Spent:
        """What it cost so far."""
        return Spent(
            self.usage, self.cost(self.usage), self.name, self.rounds, self.purse.before_usd, self.purse.limit_usd
        )
