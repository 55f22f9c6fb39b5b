"""The candidates' texts -> what is inside each: its chunks, what it defines, and the messages it holds."""

from collections.abc import Iterable, Mapping
from math import log
from typing import TypeVar

from ai_coder.domain.source import RepoPath
from ai_coder.resolve.ranking.bm25 import weigh
from ai_coder.resolve.ranking.chunks import Chunk, chunks
from ai_coder.resolve.ranking.evidence import Inside, Piece
from ai_coder.resolve.ranking.query import Query
from ai_coder.resolve.ranking.scan import TermCounter

Item = TypeVar("Item", str, bytes)

_BEST = 3
_ENOUGH_DEFINED = 2.0
"""Rare names of symbols that count in full."""


def look_inside(texts: Mapping[RepoPath, bytes], query: Query, counter: TermCounter) -> dict[RepoPath, Inside]:
    """The chunks of these files, each with its score, and what they define and say of what the issue names.

    The counter is one of all the query's forms.
    """
    cut = {path: chunks(data, path.name.lower().rpartition(".")[2]) for path, data in texts.items()}
    scores = _chunk_scores(texts, cut, query, counter.narrowed(query.exact))
    symbols = _symbol_scores(cut, query, counter)
    names = {path: {name for one in found for name in one.names if name in query.names} for path, found in cut.items()}
    phrases = {path: {phrase for phrase in query.phrases if phrase in data} for path, data in texts.items()}
    name_files, phrase_files = _held(names.values()), _held(phrases.values())
    said = _parts({path: sum(1 / phrase_files[phrase] for phrase in held) for path, held in phrases.items()})
    rarity = {name: query.names[name] / (1 + log(held)) for name, held in name_files.items()}
    found = {}
    for path in texts:
        best = sorted(scores[path], reverse=True)[:_BEST]
        found[path] = Inside(
            tuple(Piece(one, figure) for one, figure in zip(cut[path], scores[path], strict=True)),
            best[0],
            sum(best) / _BEST,
            symbols[path],
            min(1.0, sum(rarity[name] for name in names[path]) / _ENOUGH_DEFINED),
            said[path],
            tuple(sorted(names[path], key=lambda name: (-rarity[name], name))),
            tuple(one.decode() for one in sorted(phrases[path], key=lambda one: (phrase_files[one], -len(one), one))),
        )
    return found


def _chunk_scores(
    texts: Mapping[RepoPath, bytes], cut: Mapping[RepoPath, list[Chunk]], query: Query, counter: TermCounter
) -> dict[RepoPath, list[float]]:
    """For every chunk of every file how well it answers, 1 for the best of all."""
    counted = {path: [counter.count(texts[path][one.start : one.end]) for one in found] for path, found in cut.items()}
    weights = weigh((one for many in counted.values() for one in many), query.weights)
    scores = {path: [weights.score(one) for one in many] for path, many in counted.items()}
    most = max((figure for many in scores.values() for figure in many), default=0.0) or 1.0
    return {path: [figure / most for figure in many] for path, many in scores.items()}


def _symbol_scores(cut: Mapping[RepoPath, list[Chunk]], query: Query, counter: TermCounter) -> dict[RepoPath, float]:
    """How well the words in the names that a file defines answer, 1 for the best file."""
    named = {path: " ".join(name for one in found for name in one.names) for path, found in cut.items()}
    counted = {path: counter.count(text.encode()) for path, text in named.items()}
    weights = weigh(counted.values(), query.weights)
    return _parts({path: weights.score(one) for path, one in counted.items()})


def _parts(figures: Mapping[RepoPath, float]) -> dict[RepoPath, float]:
    """The figures as parts of the greatest."""
    most = max(figures.values(), default=0.0) or 1.0
    return {path: figure / most for path, figure in figures.items()}


def _held(many: Iterable[Iterable[Item]]) -> dict[Item, int]:
    """How many hold each item."""
    counts: dict[Item, int] = {}
    for items in many:
        for item in items:
            counts[item] = counts.get(item, 0) + 1
    return counts
