"""pytest's terminal report: a line for each test with `-v`, else the short summary and the counts.

Source: https://docs.pytest.org/en/stable/how-to/output.html
"""

import re
from collections.abc import Sequence

from ai_coder.domain.verification import CaseResult
from ai_coder.verify.results.tally import Tally

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED
_RESULTS = {
    "PASSED": _PASSED,
    "XPASS": _PASSED,
    "FAILED": _FAILED,
    "ERROR": _FAILED,
    "SKIPPED": _SKIPPED,
    "XFAIL": _SKIPPED,
}
_WORD = "(PASSED|XPASS|FAILED|ERROR|SKIPPED|XFAIL)"
_END = re.compile(rf" {_WORD}(?: \(.*\))?(?: +\[ *\d+%\])?$")
"""Behind the name in a line of `-v`."""
_WORKER = re.compile(rf"\[gw\d+\](?: \[ *\d+%\])? {_WORD} (?=\S)")
"""Before the name, where pytest-xdist runs the tests."""
_HEADING = re.compile(r"=+ short test summary info =+$")
_SUMMARY = re.compile(r"(PASSED|XPASS|FAILED|ERROR|XFAIL) (?=\S+\.\w+(?:::|$| - ))")
_COUNTS = re.compile(r"(?:=+ )?(\d+ [a-z].*|no tests ran) in [\d.]+s(?: \([\d:]+\))?(?: =+)?$")
_COUNTED = {
    "passed": _PASSED,
    "xpassed": _PASSED,
    "failed": _FAILED,
    "error": _FAILED,
    "errors": _FAILED,
    "skipped": _SKIPPED,
    "xfailed": _SKIPPED,
}


def read_pytest(lines: Sequence[str]) -> Tally:
    """The tests by their node ids."""
    tally = Tally(names_passes=False)
    seen = summed_up = 0
    is_summary = is_verbose = names_passes = False
    for line in lines:
        if "::" in line and (found := _verbose(line)):
            tally.add(*found)
            is_verbose = True
            seen += found[1] is not _SKIPPED
        elif _HEADING.match(line):
            is_summary = True
        elif counts := _COUNTS.match(line):
            is_summary = False
            _count(counts[1], tally)
        elif is_summary and (found := _summed_up(line)):
            is_new = "::" not in found[0] or line.startswith("SUBFAILED")
            seen += is_new
            summed_up += found[1] is not _SKIPPED and not is_new
            names_passes = names_passes or found[1] is _PASSED
            tally.add(*found)
    ended = tally.counts.get(_PASSED, 0) + tally.counts.get(_FAILED, 0)
    tally.names_passes = is_verbose or names_passes
    if tally.names_passes and ended <= (seen if is_verbose else seen + summed_up):
        tally.counts.clear()  # a test that fails and then fails to clean up is counted twice, and is one
    return tally


def _verbose(line: str) -> tuple[str, CaseResult] | None:
    if worker := _WORKER.match(line):
        return line[worker.end() :], _RESULTS[worker[1]]
    end = _END.search(line)
    if end is None or line[0].isspace() or "::" not in line[: end.start()] or line.startswith(("FAILED ", "ERROR ")):
        return None
    return line[: end.start()], _RESULTS[end[1]]


def _summed_up(line: str) -> tuple[str, CaseResult] | None:
    """A line of the short summary: `FAILED name - message`."""
    if line.startswith("SUBFAILED"):
        name = next((word for word in line.split(" ") if "::" in word), "")
        return (name, _FAILED) if name else None
    found = _SUMMARY.match(line)
    return (_name(line[found.end() :]), _RESULTS[found[1]]) if found else None


def _name(text: str) -> str:
    """The node id before the message; its parameters may hold anything."""
    name = text.partition(" - ")[0]
    bracket = name.find("[")
    if bracket < 0 or name.endswith("]"):
        return name
    end = text.find("] - ", bracket)
    return text[: end + 1] if end >= 0 else text


def _count(text: str, tally: Tally) -> None:
    """`4 failed, 6 passed, 1 skipped`, whose order differs."""
    for part in text.split(", "):
        number, _, word = part.partition(" ")
        if number.isdecimal() and word in _COUNTED:
            tally.count(_COUNTED[word], int(number[:9]))
