"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRACKED = subprocess.run(
    ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - whichever git there is
    cwd=ROOT,
    check=True,
    capture_output=True,
    text=True,
).stdout.split("\0")[:-1]
FILES = sorted(path for path in map(ROOT.joinpath, TRACKED) if path.is_file())
SOURCES = [path for path in FILES if path.suffix == ".py" and path.is_relative_to(ROOT / "src")]
TESTS = [path for path in FILES if path.suffix == ".py" and path.is_relative_to(ROOT / "tests")]

MAX_MODULE_LINES = 250
MAX_FUNCTION_LINES = 40
MAX_PARAMETERS = 6
EMPTY_NAMES = {"common", "helper", "helpers", "manager", "misc", "service", "util", "utils"}


def where(path, node=None):
    """A place as an editor opens it."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


@cache
def tree(path):
    """What the file says, to look through."""
    return ast.parse(path.read_bytes())


def functions(paths):
    """Every function and method of the files, with its file."""
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def parameters(node):
    """The names a caller can fill in."""
    given = node.args
    names = [arg.arg for arg in [*given.posonlyargs, *given.args, *given.kwonlyargs]]
    return [name for name in names if name not in {"self", "cls"}]


def test_modules_say_what_they_are():
    """Every module has a docstring."""
    assert [where(path) for path in SOURCES if not ast.get_docstring(tree(path))] == []


def test_modules_are_small():
    """A module that outgrows its limit asks for a new noun."""
    long = [where(path) for path in SOURCES if len(path.read_text("utf-8").splitlines()) > MAX_MODULE_LINES]
    assert long == []


def test_functions_are_small():
    """So does a function."""
    long = [
        where(path, node) for path, node in functions(SOURCES) if node.end_lineno - node.lineno >= MAX_FUNCTION_LINES
    ]
    assert long == []


def test_functions_take_few_parameters():
    """More parameters than a reader remembers are a value that has no name yet."""
    wide = [where(path, node) for path, node in functions(SOURCES) if len(parameters(node)) > MAX_PARAMETERS]
    assert wide == []


def test_names_say_something():
    """No module is called after nothing in particular."""
    assert [where(path) for path in SOURCES + TESTS if {path.stem, path.parent.name} & EMPTY_NAMES] == []


def test_tests_are_the_specification():
    """Every test says in a sentence what holds."""
    silent = [
        where(path, node)
        for path, node in functions(TESTS)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_nothing_is_patched():
    """Fakes behave; no test reaches into a module and changes it."""
    patching = re.compile(r"\b(?:unittest import mock|unittest\.mock|monkeypatch\.(?:setattr|setitem))\b")
    found = [where(path) for path in TESTS if path != Path(__file__) and patching.search(path.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("pattern", ["requirements/*.txt", "tests/peers/package-lock.json", "tests/peers/sdists.txt"])
def test_locks_name_no_host(pattern):
    """A lock says what is installed; where from is the machine's own configuration."""
    locks = [path for path in FILES if path.match(pattern)]
    download = re.compile(r'^\s*--|"resolved"|@ \w+://|^\w+://', re.MULTILINE)
    assert locks
    assert [where(path) for path in locks if download.search(re.sub(r"--hash=\S+", "", path.read_text("utf-8")))] == []


def test_no_file_knows_this_machine():
    """Neither the folder of this checkout nor the home of who works in it stands in a file."""
    here = [str(folder).encode() for folder in (ROOT, Path.home()) if len(folder.parts) > 2]
    assert [where(path) for path in FILES if any(folder in path.read_bytes() for folder in here)] == []
