"""`Ran` -> `TestRun`: the format that the output is clearly in, or none."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from ai_coder.domain.terminal import plain_lines
from ai_coder.domain.verification import Ran, TestRun
from ai_coder.verify.results.cargo import read_cargo
from ai_coder.verify.results.go_test import read_go, read_go_json
from ai_coder.verify.results.jest import read_jest
from ai_coder.verify.results.junit import read_junit
from ai_coder.verify.results.prove import read_prove
from ai_coder.verify.results.pytest_text import read_pytest
from ai_coder.verify.results.spec import read_mocha, read_node
from ai_coder.verify.results.tally import Tally
from ai_coder.verify.results.tap import read_tap
from ai_coder.verify.results.unittest_text import read_unittest
from ai_coder.verify.results.vitest import read_vitest

Reader = Callable[[Sequence[str]], Tally]
"""Plain lines -> the tests in them; nothing where the lines are not in the format."""

_READERS: tuple[tuple[str, Reader, tuple[str, ...]], ...] = (
    ("pytest", read_pytest, ("::", " in ")),
    ("unittest", read_unittest, (" ... ", "Ran ")),
    ("go", read_go_json, ('"Action":',)),
    ("go", read_go, ("--- ", "ok  ", "FAIL\t")),
    ("jest", read_jest, ("Tests: ", "PASS ", "FAIL ")),
    ("vitest", read_vitest, (" Tests ", " > ", " tests", " test)")),
    ("node", read_node, ("ℹ tests ",)),
    ("mocha", read_mocha, (" passing (",)),
    ("cargo", read_cargo, ("test result: ", " ... ", " PASS [", " FAIL [")),
    ("prove", read_prove, ("Files=", "Test Summary Report")),
    ("tap", read_tap, ("TAP version ", "1..")),
)
"""Format, reader, and texts one of which is in every output of the format, without its colours.

Of two that find as many tests, the one that stands first: `prove` knows the files of the TAP it shows.
"""


def read_results(ran: Ran) -> TestRun:
    """The run with its tests, by the reports or the output, whichever names more of them."""
    lines = list(_without_gaps(plain_lines(ran.output)))
    text = "\n".join(lines)
    found = [("junit", read_junit(ran.reports))]
    found += [(name, read(lines)) for name, read, signs in _READERS if any(sign in text for sign in signs)]
    name, tally = max(found, key=lambda pair: pair[1].weight)
    return tally.run(ran, name) if tally.weight else TestRun(ran)


def _without_gaps(lines: Sequence[str]) -> Iterator[str]:
    """The lines, of several empty ones in a row the first."""
    return (line for last, line in pairwise(["", *lines]) if line or last)
