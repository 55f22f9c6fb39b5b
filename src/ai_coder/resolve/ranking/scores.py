"""Evidence -> one figure. Few round weights, the same for every language.

Around each of them the measures are flat: fitted weights do no better on repositories that they have not seen.
"""

from collections.abc import Set as AbstractSet

from ai_coder.resolve.ranking.evidence import Evidence, Outside
from ai_coder.resolve.ranking.kinds import Kind

WORDS, PATH_WORDS = 0.8, 0.6
EXACT = 0.6
STEM, LENGTH = 0.4, 0.2
"""A file called by a word of the title, and a long one, are changed more often than their words alone tell."""
PATH, NAME, MODULE, FRAME = 4.0, 0.6, 0.2, 1.2
"""Who writes a path means that file; a bare name may be a namesake, a dotted name is mostly a way to import things."""
BEST, MEAN = 0.8, 1.0
"""Words that stand together in one function tell more than the same words all over the file."""
SYMBOLS, DEFINED = 0.4, 0.8
SAID = 0.4
IMPORTED, TESTED = 0.1, 0.2
"""Faint, for hub files are imported by everything: they only part files that are otherwise alike."""

_SHARE = {
    Kind.SOURCE: 1.0,
    Kind.CONFIGURATION: 0.6,
    Kind.ASIDE: 0.6,
    Kind.VENDORED: 0.3,
    Kind.TEST: 0.2,
    Kind.DOCUMENTATION: 0.2,
    Kind.EXAMPLE: 0.2,
}
"""What is left of the figure of a file that is rarely the one to change."""


def score_outside(outside: Outside, asked: AbstractSet[Kind]) -> float:
    """The figure before the text is cut, by which the candidates are chosen."""
    return _outside(outside) * _share(outside.kind, asked)


def score(evidence: Evidence, asked: AbstractSet[Kind]) -> float:
    """The figure by which files are ordered."""
    inside, related = evidence.inside, evidence.related
    total = _outside(evidence.outside) + BEST * inside.best + MEAN * inside.mean
    total += SYMBOLS * inside.symbols + DEFINED * inside.defined + SAID * inside.said
    total += IMPORTED * related.imported + TESTED * related.tested
    return total * _share(evidence.outside.kind, asked)


def _outside(outside: Outside) -> float:
    named = outside.named
    total = WORDS * outside.words + PATH_WORDS * outside.path_words + EXACT * outside.exact
    total += STEM * outside.stem + LENGTH * outside.length
    return total + PATH * named.path + NAME * named.name + MODULE * named.module + FRAME * named.frame


def _share(kind: Kind, asked: AbstractSet[Kind]) -> float:
    return 1.0 if kind in asked else _SHARE[kind]
