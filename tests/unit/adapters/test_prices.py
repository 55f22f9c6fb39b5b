"""Dollars for tokens, by data that is shipped."""

import pytest

from ai_coder.adapters.prices import cost_usd
from ai_coder.domain.chat import Usage
from fakes.documents import MODEL


@pytest.mark.parametrize("model", [MODEL, "gpt-5-mini", "claude-sonnet-4-5", "gemini-2.5-pro"])
def test_known_models_cost_something(model):
    """A current model has a price, and twice the tokens cost about twice as much."""
    once, twice = (cost_usd(model, Usage(1_000 * n, 100 * n)) for n in (1, 2))
    assert once
    assert twice == pytest.approx(2 * once)


def test_cached_tokens_are_cheaper():
    """Tokens out of the provider's cache cost less than fresh ones."""
    assert cost_usd("gpt-5-mini", Usage(1_000, 0, 900)) < cost_usd("gpt-5-mini", Usage(1_000, 0))


def test_unknown_models_have_no_price():
    """A model of one's own has no price, rather than a wrong one."""
    assert cost_usd("my-own-model-7b", Usage(1_000, 100)) is None
