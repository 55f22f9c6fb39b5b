"""Files in order -> the lines worth showing within a budget of tokens: small files whole, of others the best chunks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from ai_coder.domain.source import LineRange, RepoPath
from ai_coder.resolve.ranking.collect import Order, Ordered
from ai_coder.resolve.ranking.evidence import Piece
from ai_coder.resolve.ranking.reasons import reasons

CHARS_PER_TOKEN = 3.5
_LISTED = 30
"""As many files are named."""
_TOKENS_PER_OPENED, _LEAST_OPENED = 800, 5
"""Lines of the first files are worth more than any of a later one: one file for as many tokens of the budget."""
_NAMES_SHARE = 0.25
"""Most of the budget that names may take."""
_SMALL_TOKENS, _SMALL_SHARE = 1_500, 0.125
"""Up to this size, and this part of the budget, a file is shown whole or not at all."""
_BARE = 0.1
"""What a chunk of a good file is worth where no word of the issue stands in it."""
_SHORT_TOKENS, _DEARER = 200, 0.4
"""Above this size a chunk is worth less by this power of its size: two short ones say more than a long one."""
_BESIDE = 0.1
"""What a chunk gains from the better of the two around it: what has to change often stands next to what is named."""
_DEFINES = 0.3
_MENTIONED = 0.5
"""What a chunk gains where it defines a name or holds a line that the issue gives."""


@dataclass(frozen=True, slots=True)
class RankedFile:
    """A file in its place, and what of it is worth showing."""

    path: RepoPath
    score: float
    tokens: int
    """What its name and its lines take of the budget."""
    reasons: tuple[str, ...]
    lines: tuple[LineRange, ...] = ()
    """In order, apart from each other; empty where only the name fits."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The files for an issue."""

    files: tuple[RankedFile, ...]
    """Best first."""
    left_out: int
    """How many files of the tree are not among them."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """Lines of one file that go together."""

    number: int
    value: float
    tokens: float
    lines: LineRange


def pack(order: Order, budget_tokens: int) -> Ranking:
    """The best files by name, and of them the best lines; the tokens of all together are within the budget."""
    listed, left = _listed(order.files, budget_tokens)
    lines: dict[int, list[LineRange]] = {}
    used: dict[int, float] = {}
    small = min(_SMALL_TOKENS, budget_tokens * _SMALL_SHARE)
    opened = max(_LEAST_OPENED, round(budget_tokens / _TOKENS_PER_OPENED))
    for offer in sorted(_offers(listed, small), key=lambda offer: (offer.number >= opened, *_place(offer))):
        if offer.tokens <= left:
            left -= offer.tokens
            lines.setdefault(offer.number, []).append(offer.lines)
            used[offer.number] = used.get(offer.number, 0.0) + offer.tokens
    files = (
        RankedFile(
            one.evidence.path,
            round(one.score, 3),
            _name_tokens(one) + int(used.get(number, 0.0)),
            reasons(one.evidence),
            _joined(lines.get(number, ())),
        )
        for number, one in enumerate(listed)
    )
    return Ranking(tuple(files), order.total - len(listed))


def _listed(files: Sequence[Ordered], budget_tokens: int) -> tuple[list[Ordered], float]:
    """The files that are named, and what they leave of the budget. The best one may take all of it for its name."""
    listed: list[Ordered] = []
    used = 0
    for one in files[:_LISTED]:
        used += _name_tokens(one)
        if used > (budget_tokens * _NAMES_SHARE if listed else budget_tokens):
            return listed, float(budget_tokens - used + _name_tokens(one))
        listed.append(one)
    return listed, float(budget_tokens - used)


def _name_tokens(one: Ordered) -> int:
    return ceil(len(one.evidence.path.text) / CHARS_PER_TOKEN)


def _place(offer: _Offer) -> tuple[float, int, int]:
    return -offer.value, offer.number, offer.lines.first


def _offers(listed: Sequence[Ordered], small: float) -> Iterable[_Offer]:
    most = listed[0].score if listed else 1.0
    for number, one in enumerate(listed):
        pieces = one.evidence.inside.pieces
        worth = (one.score / most) ** 2
        whole = _tokens(pieces)
        if whole <= small:
            yield _Offer(number, worth, whole, LineRange(pieces[0].chunk.first, pieces[-1].chunk.last))
            continue
        for piece, beside in zip(pieces, _beside(pieces), strict=True):
            lines = LineRange(piece.chunk.first, piece.chunk.last)
            tokens = _tokens([piece])
            said = _worth(piece, one, lines) + _BESIDE * beside
            value = worth * said / max(1.0, tokens / _SHORT_TOKENS) ** _DEARER
            yield _Offer(number, value, tokens, lines)


def _beside(pieces: Sequence[Piece]) -> Iterable[float]:
    """For each chunk the figure of the better one right before or after it."""
    figures = [0.0, *(piece.score for piece in pieces), 0.0]
    return (max(before, after) for before, after in zip(figures, figures[2:], strict=False))


def _tokens(pieces: Sequence[Piece]) -> float:
    """A byte counts as a character."""
    return (pieces[-1].chunk.end - pieces[0].chunk.start) / CHARS_PER_TOKEN


def _worth(piece: Piece, one: Ordered, lines: LineRange) -> float:
    evidence = one.evidence
    names = evidence.inside.names
    defines = _DEFINES if any(name in names for name in piece.chunk.names) else 0.0
    near = evidence.outside.named.lines
    is_near = any(mark.first <= lines.last and lines.first <= mark.last for mark in near)
    return _BARE + (1 - _BARE) * piece.score + defines + (_MENTIONED if is_near else 0.0)


def _joined(ranges: Iterable[LineRange]) -> tuple[LineRange, ...]:
    joined: list[LineRange] = []
    for one in sorted(ranges, key=lambda lines: lines.first):
        if joined and one.first <= joined[-1].last + 1:
            joined[-1] = LineRange(joined[-1].first, max(joined[-1].last, one.last))
        else:
            joined.append(one)
    return tuple(joined)
