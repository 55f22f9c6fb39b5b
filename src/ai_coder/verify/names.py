"""What the name of a test says of its place: `file::Class::test`, `package test`, `file › group › test`."""

import re
from collections import defaultdict
from collections.abc import Iterator

from ai_coder.domain.verification import CaseResult, TestRun

_PLACE = re.compile(r".*(?:::|[./ ])")
_SEPARATOR = re.compile(r"::| [›>] | ")


def moved_tests(base: TestRun, head: TestRun) -> frozenset[str]:
    """Both names of each test that passed at one place and passes at another, where there is no doubt which."""
    gone, new = _by_own_name(base, head), _by_own_name(head, base)
    pairs = (gone[name] + new[name] for name in gone if len(gone[name]) == 1 == len(new.get(name, [])))
    return frozenset(name for pair in pairs for name in pair)


def places(name: str) -> Iterator[str]:
    """The file, the package, the groups that the test stands in, by its name."""
    return (name[: found.start()] for found in _SEPARATOR.finditer(name))


def _by_own_name(one: TestRun, other: TestRun) -> dict[str, list[str]]:
    """What passes in `one` and is not in `other`, by the name without its place."""
    found = defaultdict(list)
    for name, result in one.cases.items():
        if result is CaseResult.PASSED and name not in other.cases:
            found[_own_name(name)].append(name)
    return found


def _own_name(name: str) -> str:
    """`test_a[1.5]` of `tests/test_x.py::TestB::test_a[1.5]`."""
    stem, bracket, rest = name.partition("[")
    place = _PLACE.match(stem)
    return (stem[place.end() :] if place else stem) + bracket + rest
