"""What one run may still use: tokens, dollars and time, asked before every call."""

from dataclasses import dataclass

from ai_coder.domain.chat import Prompt, Usage
from ai_coder.settings import Limits

CHARS_PER_TOKEN = 3.5
"""Estimate for code and English. Source: measured on the tokenizers of current models; no vocabulary is downloaded."""
_REPLY_TOKENS = 16_000
"""What one reply may cost at worst, beside the prompt."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits against what was used so far."""

    limits: Limits
    usage: Usage

    def objection(self, prompt: Prompt) -> str:
        """Why `prompt` may not be sent any more, as a sentence; empty when it may."""
        tokens = round(prompt.chars / CHARS_PER_TOKEN)
        if self.usage.input_tokens + tokens > self.limits.max_input_tokens:
            return (
                f"the next call would take about {tokens} input tokens, {self.usage.input_tokens} are used, "
                f"and the run may use {self.limits.max_input_tokens}"
            )
        worst = cost_usd(self.usage + Usage(tokens, _REPLY_TOKENS), self.limits)
        if worst is not None and worst > self.limits.max_cost_usd:
            return f"the next call could bring the run to ${worst:.2f}, and it may cost ${self.limits.max_cost_usd:.2f}"
        return ""


def cost_usd(usage: Usage, limits: Limits) -> float | None:
    """Dollars for `usage` by the prices of the settings; None when a price is missing."""
    if limits.price_input_per_mtok is None or limits.price_output_per_mtok is None:
        return None
    millions = usage.input_tokens * limits.price_input_per_mtok + usage.output_tokens * limits.price_output_per_mtok
    return millions / 1_000_000
