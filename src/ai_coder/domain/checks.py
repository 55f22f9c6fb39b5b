"""Checks of a commit, as their forge tells them. Foreign words throughout."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """One check run."""

    name: str
    conclusion: str
    """failure or timed_out."""
    url: str = ""
    summary: str = ""
    """What the check says of itself, as Markdown."""
    annotations: tuple[str, ...] = ()
    """Its remarks on lines, as `path:line: message`."""
    log: str = ""
    """The end of its log; empty where there is none to be read."""


@dataclass(frozen=True, slots=True)
class CheckedCommit:
    """A commit whose checks have ended; empty for none."""

    commit: str = ""
    branch: str = ""
    """The branch that they ran for."""
    conclusion: str = ""
    """success, failure, timed_out, ..."""
