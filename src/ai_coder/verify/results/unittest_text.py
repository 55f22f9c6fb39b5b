"""unittest's text report: a line for each test with `-v`, else the headings of what failed and the counts.

Source: https://docs.python.org/3/library/unittest.html#command-line-interface
"""

import re
from collections.abc import Sequence

from ai_coder.domain.verification import CaseResult
from ai_coder.verify.results.tally import Tally

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED
_RESULTS = {
    "ok": _PASSED,
    "FAIL": _FAILED,
    "ERROR": _FAILED,
    "unexpected success": _FAILED,
    "expected failure": _SKIPPED,
    "skipped": _SKIPPED,
}
_TEST = re.compile(r"(?: {2})?(?P<method>\w+) \((?P<place>[\w.<>]+)\)(?P<rest>.*)$")
_RESULT = re.compile(r"(?:^|\.\.\. )(ok|FAIL|ERROR|unexpected success|expected failure|skipped)(?: ['\"].*)?$")
_HEADING = re.compile(r"(?:FAIL|ERROR|UNEXPECTED SUCCESS): (?=\w+ \([\w.<>]+\))")
_RAN = re.compile(r"Ran (\d{1,9}) tests? in [\d.]+s$")
_END = re.compile(r"(?:OK|FAILED)(?: \((?P<counts>[\w =,]+)\))?$")


def read_unittest(lines: Sequence[str]) -> Tally:
    """The tests by module, class and method."""
    tally = Tally(names_passes=False)
    pending, ran, skipped = "", 0, 0
    is_sure = False
    for line in lines:
        if heading := _HEADING.match(line):
            tally.add(_name(line[heading.end() :]), _FAILED)
        elif found := _RAN.match(line):
            ran += int(found[1])
            is_sure = True
        elif end := _END.match(line):
            skipped += _not_run(end["counts"] or "")
        elif " (" in line[:300] and _TEST.match(line):
            pending = _started(line, tally)
        elif pending and (result := _RESULT.search(line)):
            _ended(pending, result[1], tally)
            pending = ""
    if not is_sure and not tally.names_passes:
        return Tally()
    failed = sum(1 for result in tally.cases.values() if result is _FAILED)
    tally.count(_SKIPPED, skipped)
    tally.count(_FAILED, failed)
    tally.count(_PASSED, max(ran - skipped - failed, 0))
    if len(tally.cases) >= ran:
        tally.counts.clear()  # errors of a class or a module are no tests that ran
    return tally


def _started(line: str, tally: Tally) -> str:
    """The test whose end is on a later line, behind its description or what it prints; empty if it ended here."""
    name = _name(line)
    result = _RESULT.search(line)
    if result and " ... " in line:
        _ended(name, result[1], tally)
        return ""
    return name


def _ended(name: str, word: str, tally: Tally) -> None:
    tally.add(name, _RESULTS[word])
    tally.names_passes = True


def _name(text: str) -> str:
    """`module.Class.method`, whichever version wrote it; a subtest counts for its test."""
    found = _TEST.match(text)
    if found is None:
        return text
    method, place = found["method"], found["place"]
    return place if place.endswith(f".{method}") else f"{place}.{method}"


def _not_run(counts: str) -> int:
    """Skipped and expected failures in `failures=1, skipped=2`."""
    pairs = (part.split("=") for part in counts.split(", ") if part.count("=") == 1)
    return sum(
        int(number[:9]) for what, number in pairs if what in {"skipped", "expected failures"} and number.isdecimal()
    )
