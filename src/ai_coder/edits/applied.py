"""What became of an answer: `AppliedAnswer`, its `Change`s and its `Refusal`s."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ai_coder.domain.source import LineRange


class Code(StrEnum):
    """Why an edit is refused."""

    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"
    ANCHOR_NOT_FOUND = "anchor_not_found"
    NOT_PINNED = "not_pinned"
    INDENTATION = "indentation"
    ALREADY_APPLIED = "already_applied"
    NO_CHANGE = "no_change"
    EMPTY_SEARCH = "empty_search"
    OVERLAP = "overlap"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    BAD_PATH = "bad_path"
    UNKNOWN_PATH = "unknown_path"
    EXISTS = "exists"
    ELIDED = "elided"
    CONFLICT_MARKERS = "conflict_markers"
    ENCODED = "encoded"
    SHRUNK = "shrunk"
    SYNTAX = "syntax"
    TOO_LARGE = "too_large"
    NO_EDIT = "no_edit"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An edit that cannot be applied without guessing."""

    block: int
    """Number of the edit in the answer, from 1; 0 is the answer as a whole."""
    path: str
    """As resolved, or as written where it is no file; empty where none is named."""
    code: Code
    message: str
    """What is wrong and what to do about it: whole sentences, one paragraph."""
    places: tuple[LineRange, ...] = ()
    """The lines of the file that the next answer has to look at."""


@dataclass(frozen=True, slots=True)
class Change:
    """One path before and after; None is an absent file. `before` and `after` differ."""

    path: str
    before: str | None
    after: str | None
    moved_from: str = ""
    """The path that this file had before; that path has a change of its own, to absent."""


@dataclass(frozen=True, slots=True)
class AppliedAnswer:
    """All edits of an answer, or none of them."""

    files: Mapping[str, str]
    """The whole tree after; equal to the tree before when anything was refused."""
    changes: tuple[Change, ...] = ()
    """In order of their paths; empty when anything was refused."""
    refusals: tuple[Refusal, ...] = ()
    """In order of their blocks."""
    notes: tuple[str, ...] = ()
    """How each place was found where it was not exact, and what was passed over: one sentence each."""
    blocks: int = 0
    """How many edits were recognised."""
