"""`FailedCheck` -> what the model is shown of it: remarks on lines, and the part of the log that tells why. Pure."""

import re

from ai_coder.domain.checks import FailedCheck
from ai_coder.domain.terminal import plain_lines
from ai_coder.resolve.clean import clean

_STAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?")
"""What the runner puts before each line of a log."""
_TELLING = re.compile(r"(?i)\b(?:error|errors|failed|failure|failures|exception|traceback|panic|fatal|assert)")
_MAX_CHARS = 8_000
_AROUND = 3
"""Lines shown before and after one that tells something."""
_ENDING = 20
"""Lines of the end that are shown whatever they say."""
_MAX_SUMMARY_CHARS = 2_000
_MAX_REMARKS_CHARS = 4_000
_MAX_NAME_CHARS = 200
_LEFT_OUT = "... ({} lines left out)"


def render_check(check: FailedCheck) -> str:
    """The check in plain text, at most about 15,000 characters; lines of the log that are left out are counted."""
    parts = [f"{_one_line(check.name)[:_MAX_NAME_CHARS]}: {check.conclusion}"]
    if check.summary:
        parts.append(clean(check.summary).text.strip()[:_MAX_SUMMARY_CHARS])
    if check.annotations:
        parts.append(_remarks(check.annotations))
    if check.log:
        parts.append("The end of its log:\n" + _telling_part(check.log))
    return "\n\n".join(filter(None, parts))


def _remarks(annotations: tuple[str, ...]) -> str:
    """A line for each, as far as there is room; what no room is left for is not even read."""
    lines: list[str] = []
    for remark in annotations:
        if sum(map(len, lines)) >= _MAX_REMARKS_CHARS:
            break
        lines.append(_one_line(remark))
    return "\n".join(lines)[:_MAX_REMARKS_CHARS]


def _telling_part(log: str) -> str:
    """The last lines, and before them those around words of failure; what is later in the log goes first."""
    lines = [_STAMP.sub("", line) for line in plain_lines(log)]
    kept: set[int] = set()
    budget = _MAX_CHARS
    for number in _by_weight(lines):
        is_apart = kept.isdisjoint((number - 1, number + 1))
        cost = len(lines[number]) + 1 + is_apart * len(_LEFT_OUT)
        if number not in kept and cost <= budget:
            kept.add(number)
            budget -= cost
    shown, last = [], -1
    for number in sorted(kept):
        if number != last + 1:
            shown.append(_LEFT_OUT.format(number - last - 1))
        shown.append(lines[number])
        last = number
    return "\n".join(shown)


def _by_weight(lines: list[str]) -> list[int]:
    """Line numbers in the order in which they are worth showing: the end, telling ones from there, then the rest."""
    telling = [number for number, line in enumerate(lines) if _TELLING.search(line)]
    order = [
        near
        for number in reversed(telling)
        for near in range(max(number - _AROUND, 0), min(number + _AROUND + 1, len(lines)))
    ]
    upwards = range(len(lines) - 1, -1, -1)
    return [*upwards[:_ENDING], *order, *upwards[_ENDING:]]


def _one_line(text: str) -> str:
    return " ".join(line for line in plain_lines(text) if line)[:500]
