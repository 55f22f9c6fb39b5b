"""`prove`: one line for each test file; with `-v` the TAP of each file below it.

Source: https://perldoc.perl.org/prove and https://perldoc.perl.org/TAP::Formatter::Base
"""

import re
from collections.abc import Sequence

from ai_coder.domain.verification import CaseResult
from ai_coder.verify.results.tally import Tally
from ai_coder.verify.results.tap import read_tap

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED
_FILE = re.compile(r"(\S+\.\w+) \.{2,} ?(ok|skipped: |skipped$|.*)")
_SUMMARY = re.compile(r"(\S+\.\w+) +\(Wstat: (\d+)(?: \([^)]*\))? Tests: \d+ Failed: (\d+)\)$")
_ENDS = ("Files=", "Test Summary Report")


def read_prove(lines: Sequence[str]) -> Tally:
    """The test points of each file, or the files themselves where nothing more is known."""
    tally = Tally()
    chunks: dict[str, list[str]] = {}
    ended: dict[str, CaseResult] = {}
    file, is_sure = "", False
    for line in lines:
        if found := _FILE.match(line):
            file = found[1]
            chunks.setdefault(file, [])
            ended[file] = _of(found[2])
        elif summary := _SUMMARY.match(line):
            ended[summary[1]] = _PASSED if summary[2] == summary[3] == "0" else _FAILED
            file = ""
        elif line.startswith(_ENDS):
            is_sure, file = True, ""
        elif file and line == "ok":
            ended[file] = _PASSED
        elif file:
            if line.startswith(("Dubious, ", "Failed ", "No subtests run")):
                ended[file] = _FAILED
            chunks[file].append(line)
    for name, result in ended.items() if is_sure else ():
        _hand_over(name, result, read_tap(chunks.get(name, ())), tally)
    return tally


def _of(word: str) -> CaseResult:
    """How the file ended by its own line. One that says nothing there says it on a line of its own, or failed."""
    return _PASSED if word == "ok" else _SKIPPED if word.startswith("skipped") else _FAILED


def _hand_over(file: str, result: CaseResult, points: Tally, tally: Tally) -> None:
    for point, ended in points.cases.items():
        tally.add(f"{file} > {point}", ended)
    is_explained = result is not _FAILED or _FAILED in points.cases.values()
    if not points.cases or not is_explained:
        tally.add(file, result)
