"""Issue + tree -> evidence: every file cheaply, the best two hundred by what is inside them."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from ai_coder.domain.source import RepoPath, TreeEntry
from ai_coder.resolve.ranking.bm25 import Weights, weigh
from ai_coder.resolve.ranking.evidence import Evidence, Named, Outside
from ai_coder.resolve.ranking.inside import look_inside
from ai_coder.resolve.ranking.kinds import Kind, asked_kinds, is_readable, is_written_by_hand, kind_of
from ai_coder.resolve.ranking.places import named_files, stem_of
from ai_coder.resolve.ranking.query import Query
from ai_coder.resolve.ranking.related import relations
from ai_coder.resolve.ranking.scan import Counted, TermCounter
from ai_coder.resolve.ranking.scores import score, score_outside

Read = Callable[[Iterable[RepoPath]], Mapping[RepoPath, bytes]]
"""Reads the bytes of files; a path that is no file is missing."""

_CANDIDATES = 200
"""As many files are cut into chunks."""
_TOLD = 4
"""As many words a reason names."""
_LONG = 20_000
"""Identifiers in a file whose length speaks for it in full."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A file in its place."""

    evidence: Evidence
    score: float


@dataclass(frozen=True, slots=True)
class Order:
    """The candidates, best first."""

    files: tuple[Ordered, ...]
    total: int
    """Files that could have been candidates."""


def order_files(query: Query, entries: Iterable[TreeEntry], read: Read, batch_bytes: int) -> Order:
    """The files that something speaks for, best first; equal ones by path. Not more than a batch is held at a time."""
    asked = asked_kinds(query.title)
    counter = TermCounter(query.forms)
    readable = [entry for entry in entries if is_readable(entry)]
    texts = {
        path: counter.count(data) for path, data in _batches(readable, read, batch_bytes) if is_written_by_hand(data)
    }
    cheap = [(score_outside(one, asked), one) for one in _outside(query, texts, counter)]
    cheap = sorted((pair for pair in cheap if pair[0]), key=lambda pair: (-pair[0], pair[1].path.text))[:_CANDIDATES]
    contents = read([one.path for _, one in cheap])
    cheap = [(figure, one) for figure, one in cheap if one.path in contents]
    inside = look_inside({one.path: contents[one.path] for _, one in cheap}, query)
    found = [Evidence(one, inside[one.path]) for _, one in cheap]
    ordered = _by_score(found, asked)
    related = relations([(one.evidence.path, one.score) for one in ordered], contents)
    found = [replace(one, related=related[one.path]) if one.path in related else one for one in found]
    return Order(_by_score(found, asked), len(texts))


def order_by_path(query: Query, entries: Iterable[TreeEntry]) -> list[TreeEntry]:
    """The readable files, those first whose paths answer best; nothing is read."""
    by_path = {entry.path: entry for entry in entries if is_readable(entry)}
    nothing = Counted(array("H"), array("L"), 0)
    counter, asked = TermCounter(query.forms), asked_kinds(query.title)
    figures = {one.path: score_outside(one, asked) for one in _outside(query, dict.fromkeys(by_path, nothing), counter)}
    return [by_path[path] for path in sorted(by_path, key=lambda path: (-figures[path], path.text))]


def _by_score(found: Iterable[Evidence], asked: frozenset[Kind]) -> tuple[Ordered, ...]:
    scored = [Ordered(one, score(one, asked)) for one in found]
    return tuple(sorted(scored, key=lambda one: (-one.score, one.evidence.path.text)))


def _batches(entries: Sequence[TreeEntry], read: Read, batch_bytes: int) -> Iterator[tuple[RepoPath, bytes]]:
    batch: list[RepoPath] = []
    size = 0
    for entry in entries:
        batch.append(entry.path)
        size += entry.size_bytes
        if size > batch_bytes:
            yield from read(batch).items()
            batch, size = [], 0
    yield from read(batch).items()


def _outside(query: Query, texts: Mapping[RepoPath, Counted], counter: TermCounter) -> Iterator[Outside]:
    weights = weigh(texts.values(), query.weights)
    paths = {path: counter.count(_spoken(path).encode()) for path in texts}
    path_weights = weigh(paths.values(), query.weights)
    by_words = {path: weights.score(text) for path, text in texts.items()}
    by_path = {path: path_weights.score(text) for path, text in paths.items()}
    most_words = max(by_words.values(), default=0.0) or 1.0
    most_path = max(by_path.values(), default=0.0) or 1.0
    named = named_files(query.mentions, texts)
    for path, text in texts.items():
        exact = 2 * sum(weights.by_term[number] for number in text.numbers if number in query.wholes) / most_words
        yield Outside(
            path,
            kind_of(path.text),
            by_words[path] / most_words,
            by_path[path] / most_path,
            min(1.0, exact),
            query.spoken.get(stem_of(path), 0.0),
            min(1.0, log(1 + text.length) / log(_LONG)) if text.numbers else 0.0,
            named.get(path) or Named(),
            _told(text, weights, query),
            _told(paths[path], path_weights, query),
        )


def _spoken(path: RepoPath) -> str:
    """A path as words: without the file's ending, its name twice."""
    name = path.name.rpartition(".")[0] or path.name
    return f"{path.folder} {name} {name}"


def _told(text: Counted, weights: Weights, query: Query) -> tuple[str, ...]:
    """The terms of a text that count most."""
    best = sorted(text.numbers, key=lambda number: (-weights.by_term[number], number))[:_TOLD]
    terms = [query.terms[number] for number in best]
    return tuple(term for term in terms if not any(term != other and term in other for other in terms))
