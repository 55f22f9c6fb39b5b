"""Dollars for tokens, by the data that `genai-prices` ships: nothing is asked of a server."""

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price

from ai_coder.domain.chat import Usage


def cost_usd(model: str, usage: Usage) -> float | None:
    """What the usage costs with the model of that name; None where its price is not known."""
    priced = PricedUsage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=min(usage.cached_input_tokens, usage.input_tokens),
    )
    try:
        return float(calc_price(priced, model_ref=model).total_price)
    except LookupError:
        return None
