"""The table of README.md is whole: every fault of the list has a row, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROWS = re.findall(r"^\| (R\d\d) \| (.+?) \| (.+) \|$", (HERE / "README.md").read_text("utf-8"), re.MULTILINE)


def test_every_fault_has_a_row():
    """R01 to R50, each once and in order."""
    assert [number for number, _, _ in ROWS] == [f"R{number:02}" for number in range(1, 51)]


@pytest.mark.parametrize(
    ("shown", "number"), [(shown, number) for number, _, shown in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_row_names_tests_that_exist(shown, number):
    """A name that no file holds shows nothing."""
    named = re.findall(r"`([\w/.]+)::(test_\w+)`", shown)
    assert named, number
    for place, test in named:
        path = HERE.parent / place if "/" in place else HERE / place
        functions = {
            node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
        }
        assert test in functions, f"{number}: {place}::{test}"
