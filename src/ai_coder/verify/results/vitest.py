"""Vitest's reporters `default`, `verbose` and `dot`. Tests are named by file, groups and name.

Source: https://vitest.dev/guide/reporters
"""

import re
from collections.abc import Sequence

from ai_coder.domain.verification import CaseResult
from ai_coder.verify.results.tally import Tally

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED
_MARKS = {"✓": _PASSED, "√": _PASSED, "×": _FAILED, "❯": _FAILED, "↓": _SKIPPED, "-": _SKIPPED}
_PROJECT = r"(?:\|[^|]{1,80}\| )?"
_FILE = re.compile(rf" ([✓√×❯↓]) {_PROJECT}(\S+\.\w+) \(\d+ tests?\b[^)]*\)")
_VERBOSE = re.compile(rf" ([✓√×↓]) {_PROJECT}(\S+\.\w+ > .+)$")
_INNER = re.compile(r" {3,}([✓√×↓]) (\S.*)$")
_FAIL = re.compile(rf" FAIL +{_PROJECT}(\S+\.\w+)( > .+)?(?: \[ .* \])?$")
_COUNTS = re.compile(r" +Tests +(\d[\w |]*) \(\d+\)$")
_COUNTED = {"passed": _PASSED, "failed": _FAILED, "skipped": _SKIPPED, "todo": _SKIPPED}
_DURATION = re.compile(r"\d+(?:\.\d+)?m?s")


def read_vitest(lines: Sequence[str]) -> Tally:
    """The tests; those of files that pass are named by reporter `verbose` only."""
    tally, file = Tally(names_passes=False), ""
    for line in lines:
        if not line.startswith(" "):
            continue
        if found := _FILE.match(line):
            file = found[2]
            if found[1] != "❯":
                tally.add(file, _MARKS[found[1]])
        elif found := _VERBOSE.match(line):
            tally.add(_plain(found[2]), _MARKS[found[1]])
            tally.names_passes = True
        elif file and (found := _INNER.match(line)):
            tally.add(f"{file} > {_plain(found[2])}", _MARKS[found[1]])
        elif found := _FAIL.match(line):
            tally.add(found[1] + _plain(found[2] or ""), _FAILED)
        elif found := _COUNTS.match(line):
            _count(found[1], tally)
    return tally


def _count(text: str, tally: Tally) -> None:
    """`1 failed | 5 passed | 1 skipped`."""
    for part in text.split(" | "):
        number, _, word = part.partition(" ")
        if number.isdecimal() and word in _COUNTED:
            tally.count(_COUNTED[word], int(number[:9]))


def _plain(name: str) -> str:
    """The name without the time that the test took."""
    rest, _, last = name.rpartition(" ")
    return rest.rstrip() if _DURATION.fullmatch(last) else name
