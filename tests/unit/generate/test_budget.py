"""What one run may still use, at and around the limits."""

import pytest

from ai_coder.domain.chat import Message, Prompt, Usage
from ai_coder.generate.budget import CHARS_PER_TOKEN, Budget, Purse, cost_by_limits
from ai_coder.settings import Limits

PROMPT = Prompt((Message("user", "x" * round(1_000 * CHARS_PER_TOKEN)),))
"""A thousand tokens."""


def objection(*, used=0, before=0.0, purse=float("inf"), **limits):
    """Why the prompt may not be sent at a dollar for a million tokens, output of a reply at worst 16,000."""
    chosen = Limits(price_input_per_mtok=1.0, price_output_per_mtok=1.0, **limits)
    cost = cost_by_limits(chosen, lambda _: None)
    return Budget(chosen, Usage(used), cost, Purse(before, purse)).objection(PROMPT)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"used": 1_000, "max_input_tokens": 2_000}, ""),
        ({"used": 1_001, "max_input_tokens": 2_000}, "2,000"),
        ({"max_cost_usd": 0.017}, ""),
        ({"max_cost_usd": 0.0169}, "it may cost $0.02"),
        ({"before": 0.5, "purse": 0.517}, ""),
        ({"before": 0.5, "purse": 0.5169}, "`max_issue_cost_usd`"),
    ],
)
def test_a_limit_may_be_reached_and_not_passed(given, word):
    """The last call that fits to the token and to the cent is made; the next is not."""
    found = objection(**given)
    assert word in found if word else found == ""
