"""`Ran` -> `TestRun`: the format that the output is clearly in, or none."""

from collections.abc import Callable, Sequence

from ai_coder.domain.terminal import plain_lines
from ai_coder.domain.verification import Ran, TestRun
from ai_coder.verify.results.cargo import read_cargo
from ai_coder.verify.results.go_test import read_go, read_go_json
from ai_coder.verify.results.jest import read_jest
from ai_coder.verify.results.junit import read_junit
from ai_coder.verify.results.prove import read_prove
from ai_coder.verify.results.pytest_text import read_pytest
from ai_coder.verify.results.tally import Tally
from ai_coder.verify.results.tap import read_tap
from ai_coder.verify.results.unittest_text import read_unittest
from ai_coder.verify.results.vitest import read_vitest

Reader = Callable[[Sequence[str]], Tally]
"""Plain lines -> the tests in them; nothing where the lines are not in the format."""

_READERS: tuple[tuple[str, Reader], ...] = (
    ("pytest", read_pytest),
    ("unittest", read_unittest),
    ("go", read_go_json),
    ("go", read_go),
    ("jest", read_jest),
    ("vitest", read_vitest),
    ("cargo", read_cargo),
    ("prove", read_prove),
    ("tap", read_tap),
)
"""Of two that find as many tests, the one that stands first: `prove` knows the files of the TAP it shows."""


def read_results(ran: Ran) -> TestRun:
    """The run with its tests, by the reports or the output, whichever names more of them."""
    lines = plain_lines(ran.output)
    found = [("junit", read_junit(ran.reports)), *((name, read(lines)) for name, read in _READERS)]
    name, tally = max(found, key=lambda pair: pair[1].weight)
    return tally.run(ran, name) if tally.weight else TestRun(ran)
