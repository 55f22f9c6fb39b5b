"""Issue text + tree -> files in order, each with its reasons and the lines worth showing. Needs no model. Pure."""

from collections.abc import Iterable

from ai_coder.domain.source import TreeEntry
from ai_coder.resolve.ranking.collect import Order, Read, order_by_path, order_files
from ai_coder.resolve.ranking.pack import CHARS_PER_TOKEN, RankedFile, Ranking, pack
from ai_coder.resolve.ranking.query import parse_query
from ai_coder.resolve.ranking.reasons import reasons

__all__ = ["CHARS_PER_TOKEN", "Order", "RankedFile", "Ranking", "order", "rank", "reasons", "within"]

_BATCH_BYTES = 16_000_000


def rank(title: str, body: str, entries: Iterable[TreeEntry], read: Read, budget_tokens: int) -> Ranking:
    """The files for an issue, their lines within the budget; `read` is asked for batches of 16 MB."""
    return pack(order_files(parse_query(title, body), entries, read, _BATCH_BYTES), budget_tokens)


def order(title: str, body: str, entries: Iterable[TreeEntry], read: Read) -> Order:
    """The same without lines; `read` is asked once for all files."""
    return order_files(parse_query(title, body), entries, read, 1 << 40)


def within(title: str, body: str, entries: Iterable[TreeEntry], max_bytes: int) -> list[TreeEntry]:
    """The files that hold at most `max_bytes` together: all, or those whose paths answer the issue best."""
    chosen, left = list(entries), max_bytes
    if sum(entry.size_bytes for entry in chosen) <= max_bytes:
        return chosen
    best = []
    for entry in order_by_path(parse_query(title, body), chosen):
        if entry.size_bytes <= left:
            best.append(entry)
            left -= entry.size_bytes
    return best
