"""Endings without a commit: `Questions`, `Planned` and `Parked` wait for a person, `Reviewed` does not."""

from dataclasses import dataclass
from datetime import datetime

from ai_coder.domain.review import Finding


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that the model has to know."""

    text: str
    options: tuple[str, ...] = ()
    """What may be ticked; the first is what the model would do by itself."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The model asks before it works; a tick or an answer in a comment resumes."""

    summary: str
    questions: tuple[Question, ...]
    """One to three."""
    about_head: str = ""
    """The head of a branch that somebody reset, where we ask about that; empty where the model asks."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What the model would do; nothing was changed. `/ai_coder go` carries it out."""

    plan: str
    """Markdown, in the model's words."""
    files: tuple[str, ...] = ()
    """Paths that it would touch."""
    estimate_tokens: int = 0
    """Input tokens that carrying it out may take, roughly."""
    estimate_usd: float | None = None
    """None where the price of the model is not known."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A limit ended the run before there was anything to publish."""

    reason: str
    hint: str
    resumes_at: datetime | None = None
    """When the limit lets us go on, where it does so by itself; None where a person has to raise it."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The pull request was looked at; nothing was changed."""

    summary: str
    """In the model's words."""
    commit: str = ""
    """The head that was looked at."""
    url: str = ""
    """Of the review; empty where there was nothing new to say."""
    comments: int = 0
    """Comments on lines in it."""
    dropped: int = 0
    """Remarks on lines that the diff does not show."""
    known: int = 0
    """Remarks that an earlier review of ours made already."""
    findings: tuple[Finding, ...] = ()
    """The model's remarks, unchecked."""
