"""Jest's default reporter: a tree for each file with `--verbose`, else the headings of what failed, and the counts.

Source: https://jestjs.io/docs/cli#--verbose
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ai_coder.domain.verification import CaseResult
from ai_coder.verify.results.tally import Tally

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED
_MARKS = {"✓": _PASSED, "√": _PASSED, "✕": _FAILED, "×": _FAILED, "○": _SKIPPED, "✎": _SKIPPED}
_FILE = re.compile(r"(PASS|FAIL) (?:\S+ )?(\S+\.\w+)(?: \([\d.]+ m?s\))?$")
_TREE = re.compile(r"(?P<indent> {2,})(?:(?P<mark>[✓√✕×○✎]) )?(?P<name>\S.*)$")
_HEADING = "  ● "
_SUITE_FAILED = "Test suite failed to run"
_SEPARATOR = " › "
_COUNTS = re.compile(r"Tests: +(\d[\w ,]*), \d+ total$")
_COUNTED = {"passed": _PASSED, "failed": _FAILED, "skipped": _SKIPPED, "todo": _SKIPPED}
_DURATION = re.compile(r"[\d.]+ m?s\)")


@dataclass(slots=True)
class _File:
    """The file whose block is read."""

    name: str = ""
    is_good: bool = True
    is_tree: bool = True
    """Until the first line that cannot belong to the tree."""
    groups: list[tuple[int, str]] = field(default_factory=list)
    """Indentation and name of the groups that are open."""
    has_tests: bool = False

    def close(self, tally: Tally) -> None:
        """A file of which no test is named stands for itself."""
        if self.name and not self.has_tests:
            tally.add(self.name, _PASSED if self.is_good else _FAILED)

    def add(self, name: str, result: CaseResult, tally: Tally) -> None:
        """One test of the file."""
        self.has_tests = True
        tally.add(_SEPARATOR.join([self.name, *(group for _, group in self.groups), without_duration(name)]), result)


def read_jest(lines: Sequence[str]) -> Tally:
    """The tests by file, groups and name."""
    tally, file = Tally(names_passes=False), _File()
    for line in lines:
        if found := _FILE.match(line):
            file.close(tally)
            file = _File(found[2], found[1] == "PASS")
        elif file.name and file.is_tree and (part := _tree_part(line, file)):
            _in_tree(part, file, tally)
        elif line.startswith(_HEADING) and not file.is_good:
            file.is_tree = False
            _failed(line.removeprefix(_HEADING), file, tally)
        elif counts := _COUNTS.match(line):
            _count(counts[1], tally)
        else:
            file.is_tree = False
    file.close(tally)
    return tally


def _tree_part(line: str, file: _File) -> re.Match[str] | None:
    """A line of the tree below a file: a group, or a test with its mark."""
    found = _TREE.match(line)
    if found is None or line.startswith(_HEADING):
        return None
    indent = len(found["indent"])
    while file.groups and file.groups[-1][0] >= indent:
        file.groups.pop()
    return found if found["mark"] or indent == len(file.groups) * 2 + 2 else None


def _in_tree(part: re.Match[str], file: _File, tally: Tally) -> None:
    mark, name = part["mark"], part["name"]
    if not mark:
        file.groups.append((len(part["indent"]), name))
        return
    if _MARKS[mark] is _SKIPPED:
        name = name.removeprefix("skipped ").removeprefix("todo ")
    file.add(name, _MARKS[mark], tally)
    tally.names_passes = True


def _failed(heading: str, file: _File, tally: Tally) -> None:
    """The heading of a failure: `● group › test`."""
    if heading == _SUITE_FAILED:
        tally.add(file.name, _FAILED)
    elif heading != "Console" and file.name:
        file.groups.clear()
        file.add(heading, _FAILED, tally)


def _count(text: str, tally: Tally) -> None:
    for part in text.split(", "):
        number, _, word = part.partition(" ")
        if number.isdecimal() and word in _COUNTED:
            tally.count(_COUNTED[word], int(number[:9]))


def without_duration(name: str) -> str:
    """The name without the time it took, which is shown for slow tests only."""
    while name.endswith("s)"):
        rest, _, last = name.rpartition(" (")
        if not _DURATION.fullmatch(last):
            break
        name = rest
    return name
