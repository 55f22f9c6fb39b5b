"""The table of cases is complete, and every test that it names exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("README.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([A-F]\d\d) \| (.+?) \| (.+?) \|$", TABLE, re.MULTILINE)
FAMILIES = {"A": 16, "B": 16, "C": 20, "D": 13, "E": 16, "F": 5}
"""How many cases each family has: who may start it, text in, files, text out, runner, cost."""


def test_every_case_has_a_row():
    """The eighty-six cases stand in the table, once each and in order."""
    wanted = [f"{family}{number:02}" for family, count in FAMILIES.items() for number in range(1, count + 1)]
    assert [case for case, _, _ in ROWS] == wanted
    assert len(wanted) == 86


def test_every_named_test_exists():
    """A row names tests by file and function, as pytest does; each is there."""
    missing = []
    for case, _, cell in ROWS:
        named = re.findall(r"`([^`:]+)::([^`]+)`", cell)
        assert named, case
        for path, name in named:
            file = ROOT / path
            tree = ast.parse(file.read_bytes()) if file.is_file() else ast.Module([], [])
            functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            missing += [] if name in functions else [f"{case}: {path}::{name}"]
    assert missing == []


def test_every_test_belongs_to_a_case():
    """A test that names a case in its own name stands in that case's row, or beside one that does."""
    cells = {case: cell for case, _, cell in ROWS}
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.parse(path.read_bytes()).body:
            cases = re.findall(r"_([a-f]\d\d)(?=_)", node.name) if isinstance(node, ast.FunctionDef) else []
            assert all(path.name in cells[case.upper()] for case in cases), f"{path.name}: {node.name}"
