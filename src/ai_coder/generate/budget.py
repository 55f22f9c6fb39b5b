"""What one run may still use: tokens and dollars, asked before every call."""

from collections.abc import Callable
from dataclasses import dataclass

from ai_coder.domain.chat import Prompt, Usage
from ai_coder.settings import Limits

CHARS_PER_TOKEN = 3.5
"""Estimate for code and English. Source: measured on the tokenizers of current models; no vocabulary is downloaded."""
_REPLY_TOKENS = 16_000
"""What one reply may cost at worst, beside the prompt."""

Cost = Callable[[Usage], float | None]
"""Dollars for a usage; None where the price of the model is not known."""


@dataclass(frozen=True, slots=True)
class Purse:
    """The money of an issue, in US dollars."""

    before_usd: float = 0.0
    """What earlier runs cost."""
    limit_usd: float = float("inf")
    """What all runs together may cost."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits against what was used so far."""

    limits: Limits
    usage: Usage
    cost: Cost
    purse: Purse = Purse()

    def objection(self, prompt: Prompt) -> str:
        """Why `prompt` may not be sent any more, as a sentence; empty when it may."""
        tokens = round(prompt.chars / CHARS_PER_TOKEN)
        if self.usage.input_tokens + tokens > self.limits.max_input_tokens:
            return (
                f"the next call would take about {tokens:,} input tokens, {self.usage.input_tokens:,} are used, "
                f"and the run may use {self.limits.max_input_tokens:,}"
            )
        worst = self.cost(self.usage + Usage(tokens, _REPLY_TOKENS))
        if worst is not None and worst > self.limits.max_cost_usd:
            return f"the next call could bring the run to ${worst:.2f}, and it may cost ${self.limits.max_cost_usd:.2f}"
        if worst is not None and self.purse.before_usd + worst > self.purse.limit_usd:
            total, most = self.purse.before_usd + worst, self.purse.limit_usd
            return (
                f"the next call could bring this issue to ${total:.2f}, and it may cost ${most:.2f} "
                f"(`max_issue_cost_usd`; `/ai_coder budget {most * 2:.0f}` raises it)"
            )
        return ""


def cost_by_limits(limits: Limits, otherwise: Cost) -> Cost:
    """Dollars by the prices of the settings, where both are set."""
    price_in, price_out = limits.price_input_per_mtok, limits.price_output_per_mtok
    if price_in is None or price_out is None:
        return otherwise
    return lambda usage: (usage.input_tokens * price_in + usage.output_tokens * price_out) / 1_000_000
