"""Trees of marks: the reporter `spec` of node's own test runner, and that of Mocha.

Source: https://nodejs.org/api/test.html#test-reporters and https://mochajs.org/#spec
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ai_coder.domain.verification import CaseResult
from ai_coder.verify.results.tally import Tally

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED
_NODE = re.compile(r"(?P<indent> *)(?P<mark>[✔✖﹣▶]) (?P<name>\S.*)$")
_NODE_MARKS = {"✔": _PASSED, "✖": _FAILED, "﹣": _SKIPPED}
_NODE_END = re.compile(r"ℹ (?:tests|pass|fail) \d+$")
_NODE_TAIL = re.compile(r"(?: \([\d.]+ms\))?(?P<directive> # (?:SKIP|TODO)\b.*)?$")
_MOCHA = re.compile(r"(?P<indent>(?: {2})+)(?:(?P<mark>[✔✓√-]|\d+\)) )?(?P<name>\S.*)$")
_MOCHA_COUNT = re.compile(r" {2}(\d{1,9}) (passing|pending|failing)(?: \([\w.]+\))?$")
_COUNTED = {"passing": _PASSED, "pending": _SKIPPED, "failing": _FAILED}
_DURATION = re.compile(r"[\d.]+m?s\)")
_SEPARATOR = " > "


@dataclass(slots=True)
class _Tree:
    """The groups that are open, by indentation."""

    groups: list[tuple[int, str]] = field(default_factory=list)

    def leave(self, indent: int) -> str:
        """Close what is indented as deep or deeper; the name of the outermost of these."""
        name = ""
        while self.groups and self.groups[-1][0] >= indent:
            name = self.groups.pop()[1]
        return name

    def path(self, name: str) -> str:
        """The name behind those of the open groups."""
        return _SEPARATOR.join([*(group for _, group in self.groups), name])


def read_node(lines: Sequence[str]) -> Tally:
    """The tests of `node --test`; a group counts only where it fails by itself."""
    tally, tree = Tally(), _Tree()
    is_over = False
    for line in lines:
        if _NODE_END.match(line):
            is_over = True
        elif not is_over and (found := _NODE.match(line)):
            _add_node(found, tree, tally)
    return tally if is_over else Tally()


def _add_node(found: re.Match[str], tree: _Tree, tally: Tally) -> None:
    tail = _NODE_TAIL.search(found["name"])
    name, directive = (found["name"][: tail.start()], tail["directive"]) if tail else (found["name"], None)
    indent = len(found["indent"])
    group = tree.leave(indent)
    if found["mark"] == "▶":
        tree.groups.append((indent, name))
    elif group != name or found["mark"] == "✖":
        tally.add(tree.path(name), _SKIPPED if directive else _NODE_MARKS[found["mark"]])


def read_mocha(lines: Sequence[str]) -> Tally:
    """The tests of Mocha; other reporters than `spec` give the counts alone."""
    tally, tree = Tally(names_passes=False), _Tree()
    found, is_over, is_sure = Tally(), False, False
    for line in lines:
        if count := _MOCHA_COUNT.match(line):
            tally.count(_COUNTED[count[2]], int(count[1]))
            is_sure = is_sure or count[2] == "passing"
            is_over = True
        elif line.startswith("> "):
            is_over = False
            tree.leave(0)
        elif not is_over and line.startswith("  ") and (part := _MOCHA.match(line)):
            _add_mocha(part, tree, found)
    if not is_sure:
        return Tally()
    if len(found.cases) >= sum(tally.counts.values()):
        return found
    failed = {name: result for name, result in found.cases.items() if result is _FAILED}
    tally.cases.update(failed)
    return tally


def _add_mocha(part: re.Match[str], tree: _Tree, tally: Tally) -> None:
    indent, mark, name = len(part["indent"]), part["mark"], part["name"]
    tree.leave(indent)
    if not mark:
        tree.groups.append((indent, name))
        return
    rest, _, last = name.rpartition(" (")
    name = rest if _DURATION.fullmatch(last) else name
    result = _SKIPPED if mark == "-" else _FAILED if mark.endswith(")") else _PASSED
    tally.add(tree.path(name), result)
