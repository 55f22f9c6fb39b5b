"""BM25 over counted texts: how well each answers a query. Source: Robertson and Zaragoza 2009, section 3.2."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from ai_coder.resolve.ranking.scan import Counted

_K1 = 1.2
_B = 0.75


@dataclass(frozen=True, slots=True)
class Weights:
    """What each term is worth in one collection of texts."""

    by_term: tuple[float, ...]
    """The query's weight times the rarity."""
    mean_length: float

    def score(self, text: Counted) -> float:
        """The sum over the terms in `text`."""
        longer = _K1 * (1 - _B + _B * text.length / self.mean_length)
        return sum(self.by_term[number] * count * (_K1 + 1) / (count + longer) for number, count in text)


def weigh(texts: Iterable[Counted], query_weights: Sequence[float]) -> Weights:
    """The weights for this collection."""
    holding = [0] * len(query_weights)
    total, length = 0, 0
    for text in texts:
        total += 1
        length += text.length
        for number in text.numbers:
            holding[number] += 1
    rarities = (log(1 + (total - held + 0.5) / (held + 0.5)) for held in holding)
    by_term = tuple(weight * rarity for weight, rarity in zip(query_weights, rarities, strict=True))
    return Weights(by_term, max(1.0, length / max(1, total)))
