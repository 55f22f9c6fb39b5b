"""`go test`: plain, with `-v`, and with `-json`. Tests are named by package and test.

Source: https://pkg.go.dev/cmd/go#hdr-Test_packages and https://pkg.go.dev/cmd/test2json
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ai_coder.domain.verification import CaseResult
from ai_coder.verify.results.tally import Tally

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED
_RESULTS = {"PASS": _PASSED, "FAIL": _FAILED, "SKIP": _SKIPPED, "pass": _PASSED, "fail": _FAILED, "skip": _SKIPPED}
_END = re.compile(r" *--- (PASS|FAIL|SKIP): (\S+) \([\d.]+s\)$")
_RUN = re.compile(r"=== RUN +(\S+)$")
_PACKAGE = re.compile(r"(ok|FAIL)[ \t]+(\S+)[ \t]+(?:[\d.]+s|\(cached\)|\[(?:build|setup) failed\])")


@dataclass(slots=True)
class _Package:
    """What is known of a package until its last line."""

    begun: dict[str, None] = field(default_factory=dict)
    ended: dict[str, CaseResult] = field(default_factory=dict)

    def close(self, name: str, tally: Tally, *, is_good: bool) -> None:
        """Hand the tests over; a package without any stands for itself."""
        prefix = f"{name} " if name else ""
        for test, result in self.ended.items():
            tally.add(prefix + test, result)
        for test in self.begun:
            if test not in self.ended:
                tally.add(prefix + test, _PASSED if is_good else _FAILED)
        is_explained = _FAILED in self.ended.values() or any(test not in self.ended for test in self.begun)
        if name and (not self.ended if is_good else not is_explained):
            tally.add(name, _PASSED if is_good else _FAILED)


def read_go(lines: Sequence[str]) -> Tally:
    """The tests of the plain output; only failures are named without `-v`."""
    tally, package = Tally(names_passes=False), _Package()
    is_sure = False
    for line in lines:
        if line.startswith("=== RUN") and (run := _RUN.match(line)):
            package.begun[run[1]] = None
            tally.names_passes = True
        elif "--- " in line and (end := _END.match(line)):
            if not tally.names_passes or end[2] in package.begun:
                package.ended[end[2]] = _RESULTS[end[1]]
        elif found := _PACKAGE.match(line):
            is_sure = True
            package.close(found[2], tally, is_good=found[1] == "ok")
            package = _Package()
    if tally.names_passes or is_sure:
        package.close("", tally, is_good=False)
    return tally


def read_go_json(lines: Sequence[str]) -> Tally:
    """The tests of `-json`: one event a line."""
    tally = Tally()
    packages: dict[str, _Package] = {}
    for line in lines:
        event = _event(line) if line.startswith("{") else {}
        name, test, action = (event.get(key) for key in ("Package", "Test", "Action"))
        if not isinstance(name, str) or not isinstance(action, str):
            continue
        package = packages.setdefault(name, _Package())
        if isinstance(test, str) and test:
            if action == "run":
                package.begun[test] = None
            elif action in _RESULTS:
                package.ended[test] = _RESULTS[action]
        elif action in {"pass", "fail"}:
            packages.pop(name).close(name, tally, is_good=action == "pass")
    for name, package in packages.items():
        for test, result in package.ended.items():
            tally.add(f"{name} {test}", result)
    return tally


def _event(line: str) -> Mapping[str, object]:
    if '"Action":' not in line or '"Action":"output"' in line:
        return {}
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, Mapping) else {}
