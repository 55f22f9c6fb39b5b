"""Issue text + tree -> files in order, each with its reasons and the lines worth showing. Needs no model. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from ai_coder.domain.source import TreeEntry
from ai_coder.resolve.ranking.collect import Order, Read, order_by_path, order_files
from ai_coder.resolve.ranking.kinds import is_readable
from ai_coder.resolve.ranking.pack import CHARS_PER_TOKEN, RankedFile, Ranking, pack
from ai_coder.resolve.ranking.query import parse_query
from ai_coder.resolve.ranking.reasons import reasons

__all__ = ["CHARS_PER_TOKEN", "Order", "RankedFile", "Ranking", "order", "rank", "reasons", "within"]

_MAX_SCANNED_BYTES = 400_000_000
"""Most text that one ranking reads, about 12 s of one core; of a larger tree, the files whose paths answer best."""


def rank(
    title: str,
    body: str,
    entries: Iterable[TreeEntry],
    read: Read,
    budget_tokens: int,
    max_bytes: int = _MAX_SCANNED_BYTES,
) -> Ranking:
    """The files for an issue, their lines within the budget."""
    readable = [entry for entry in entries if is_readable(entry)]
    scanned = within(title, body, readable, max_bytes)
    ranking = pack(order_files(parse_query(title, body), scanned, read), budget_tokens)
    return replace(ranking, left_out=ranking.left_out + len(readable) - len(scanned))


def order(title: str, body: str, entries: Iterable[TreeEntry], read: Read) -> Order:
    """The same without lines."""
    return order_files(parse_query(title, body), entries, read)


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
