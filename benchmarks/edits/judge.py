"""What an engine made of a case, and what that is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.edits.cases import Case


class Verdict(StrEnum):
    """From best to worst, but for `CRASHED`, which nobody can take for success."""

    RIGHT = "right"
    BLANKS = "blanks"
    """Right but for blank lines and trailing blanks."""
    REFUSED = "refused"
    WRONG = "WRONG"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine left behind. `crash` is empty unless it raised, died or gave no answer."""

    files: Mapping[str, str]
    is_refused: bool
    ms: float
    why: str = ""
    """The engine's own account: refusals and notes."""
    crash: str = ""


def judge(case: Case, outcome: Outcome) -> Verdict:
    """The verdict on one case. Bytes decide, not what was meant."""
    if outcome.crash:
        return Verdict.CRASHED
    if outcome.is_refused:
        if dict(outcome.files) != dict(case.files_before):
            return Verdict.WRONG
        return Verdict.RIGHT if case.expects_refusal or case.accepts_refusal else Verdict.REFUSED
    if dict(outcome.files) == dict(case.files_after):
        return Verdict.RIGHT
    return Verdict.BLANKS if _essence(outcome.files) == _essence(case.files_after) else Verdict.WRONG


def _essence(files: Mapping[str, str]) -> dict[str, list[str]]:
    """The lines that are not blank, without trailing blanks but with the carriage return of their ending."""
    return {path: _lines(text) for path, text in files.items()}


def _lines(text: str) -> list[str]:
    """An unterminated last line counts as ending like the line before it: a final newline is white space."""
    *terminated, last = text.split("\n")
    if last and terminated and terminated[-1].endswith("\r"):
        last = last.removesuffix("\r") + "\r"
    kept = []
    for line in [*terminated, last]:
        body = line.removesuffix("\r").rstrip(" \t")
        if body:
            kept.append(body + ("\r" if line.endswith("\r") else ""))
    return kept
