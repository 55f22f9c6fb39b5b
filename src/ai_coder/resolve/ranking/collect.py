"""Issue + tree -> evidence: every file cheaply, the best two hundred by what is inside them."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
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

Read = Callable[[Iterable[RepoPath]], Iterable[tuple[RepoPath, bytes]]]
"""The files with their bytes, one after the other; a path that is no file is missing."""

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


def order_files(query: Query, entries: Iterable[TreeEntry], read: Read) -> Order:
    """The files that something speaks for, best first; equal ones by path. Only candidates' texts are held together."""
    asked = asked_kinds(query.title)
    counter = TermCounter(query.forms)
    readable = [entry.path for entry in entries if is_readable(entry)]
    texts = {path: counter.count(data) for path, data in read(readable) if is_written_by_hand(data)}
    scanned = _Scanned(query, texts, counter)
    cheap = [(score_outside(one, asked), one) for one in scanned.outside()]
    cheap = sorted((pair for pair in cheap if pair[0]), key=lambda pair: (-pair[0], pair[1].path.text))[:_CANDIDATES]
    contents = dict(read([one.path for _, one in cheap]))
    inside = look_inside(contents, query, counter)
    found = [Evidence(scanned.told(one), inside[one.path]) for _, one in cheap if one.path in contents]
    ordered = _by_score(found, asked)
    related = relations([(one.evidence.path, one.score) for one in ordered], contents)
    found = [replace(one, related=related[one.path]) if one.path in related else one for one in found]
    return Order(_by_score(found, asked), len(texts))


def order_by_path(query: Query, entries: Iterable[TreeEntry]) -> list[TreeEntry]:
    """The readable files, those first whose paths answer best; nothing is read."""
    by_path = {entry.path: entry for entry in entries if is_readable(entry)}
    nothing = Counted(array("H"), array("L"), 0)
    counter, asked = TermCounter(query.forms), asked_kinds(query.title)
    scanned = _Scanned(query, dict.fromkeys(by_path, nothing), counter)
    figures = {one.path: score_outside(one, asked) for one in scanned.outside()}
    return [by_path[path] for path in sorted(by_path, key=lambda path: (-figures[path], path.text))]


def _by_score(found: Iterable[Evidence], asked: frozenset[Kind]) -> tuple[Ordered, ...]:
    scored = [Ordered(one, score(one, asked)) for one in found]
    return tuple(sorted(scored, key=lambda one: (-one.score, one.evidence.path.text)))


class _Scanned:
    """All files, counted: their texts and their paths."""

    def __init__(self, query: Query, texts: Mapping[RepoPath, Counted], counter: TermCounter) -> None:
        self._query = query
        self._texts = texts
        self._paths = {path: counter.count(_spoken(path).encode()) for path in texts}
        self._weights = weigh(texts.values(), query.weights)
        self._path_weights = weigh(self._paths.values(), query.weights)

    def outside(self) -> Iterator[Outside]:
        """What is known of each file without cutting its text."""
        query, by_term = self._query, self._weights.by_term
        by_words = [self._weights.score(text) for text in self._texts.values()]
        by_path = [self._path_weights.score(text) for text in self._paths.values()]
        most_words = max(by_words, default=0.0) or 1.0
        most_path = max(by_path, default=0.0) or 1.0
        named = named_files(query.mentions, self._texts)
        for (path, text), words, path_words in zip(self._texts.items(), by_words, by_path, strict=True):
            exact = 2 * sum(by_term[number] for number in text.numbers if number in query.wholes) / most_words
            yield Outside(
                path,
                kind_of(path.text),
                words / most_words,
                path_words / most_path,
                min(1.0, exact),
                query.spoken.get(stem_of(path), 0.0),
                min(1.0, log(1 + text.length) / log(_LONG)) if text.numbers else 0.0,
                named.get(path) or Named(),
            )

    def told(self, one: Outside) -> Outside:
        """The same, with the terms of text and path that count most."""
        terms = self._best(self._texts[one.path], self._weights)
        return replace(one, terms=terms, path_terms=self._best(self._paths[one.path], self._path_weights))

    def _best(self, text: Counted, weights: Weights) -> tuple[str, ...]:
        best = sorted(text.numbers, key=lambda number: (-weights.by_term[number], number))[:_TOLD]
        terms = [self._query.terms[number] for number in best]
        return tuple(term for term in terms if not any(term != other and term in other for other in terms))


def _spoken(path: RepoPath) -> str:
    """A path as words: without the file's ending, its name twice."""
    name = path.name.rpartition(".")[0] or path.name
    return f"{path.folder} {name} {name}"
