"""`cargo test` and `cargo nextest`. Tests are named by binary and path.

Source: https://doc.rust-lang.org/rustc/tests/index.html and https://nexte.st/docs/reporting/
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ai_coder.domain.verification import CaseResult
from ai_coder.verify.results.tally import Tally

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED
_RESULTS = {"ok": _PASSED, "FAILED": _FAILED, "ignored": _SKIPPED}
_BINARY = re.compile(r" +(?:Running (?:unittests )?(\S+)(?: \(.*\))?|Doc-tests (\S+))$")
_QUIET = re.compile(r"(\S.*) --- FAILED$")
_TOTAL = re.compile(r"test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;")
_NEXTEST = re.compile(r" +(PASS|FAIL|SKIP|TIMEOUT|SIGABRT|LEAK) \[ *[>\d.]+s\](?: \( *\d+/\d+\))? (\S+) (\S+)$")
_NEXTEST_GOOD = {"PASS": _PASSED, "LEAK": _PASSED, "SKIP": _SKIPPED}
_LINE = re.compile(r" \(line \d+\)$")


@dataclass(slots=True)
class _Place:
    """Where the reading is."""

    binary: str = ""
    pending: str = ""
    """The test whose end stands on a later line, behind what it prints."""
    is_list: bool = False
    """Whether the lines are the names of what failed."""

    def named(self, test: str) -> str:
        """The test by binary and path; the line of an example in the documentation moves with every edit."""
        test = _LINE.sub("", test.removesuffix(" - should panic"))
        return f"{self.binary} {test}" if self.binary else test


def read_cargo(lines: Sequence[str]) -> Tally:
    """The tests of all binaries."""
    tally, place = Tally(names_passes=False), _Place()
    is_sure = False
    for line in lines:
        if not line:
            continue
        if line[0] == " " and (found := _NEXTEST.match(line)):
            tally.add(f"{found[2]} {found[3]}", _NEXTEST_GOOD.get(found[1], _FAILED))
            is_sure = tally.names_passes = True
        elif total := _TOTAL.match(line):
            is_sure, place.pending, place.is_list = True, "", False
            for result, number in zip((_PASSED, _FAILED, _SKIPPED), total.groups(), strict=True):
                tally.count(result, int(number[:9]))
        elif line.startswith("test ") and " ... " in f"{line} ":
            _test(line, place, tally)
        else:
            _other(line, place, tally)
    return tally if is_sure or tally.names_passes else Tally()


def _test(line: str, place: _Place, tally: Tally) -> None:
    name, _, rest = f"{line.removeprefix('test ')} ".partition(" ... ")
    word = rest.strip().partition(",")[0]
    place.pending = ""
    if word in _RESULTS:
        tally.add(place.named(name), _RESULTS[word])
        tally.names_passes = True
    else:
        place.pending = name


def _other(line: str, place: _Place, tally: Tally) -> None:
    if binary := _BINARY.match(line):
        place.binary = binary[1] or f"doc-tests {binary[2]}"
        place.pending = ""
    elif place.pending and line in _RESULTS:
        tally.add(place.named(place.pending), _RESULTS[line])
        tally.names_passes = True
        place.pending = ""
    elif quiet := _QUIET.match(line):
        tally.add(place.named(quiet[1]), _FAILED)
    elif line == "failures:":
        place.is_list = True
    elif place.is_list and line.startswith("    ") and not line[4:5].isspace():
        tally.add(place.named(line.strip()), _FAILED)
    else:
        place.is_list = False
