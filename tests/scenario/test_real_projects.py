"""Projects of others, a bug planted in each: their own tests, really run, tell a wrong fix from the right one."""

import os
import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ai_coder.adapters.sandbox.unconfined import UnconfinedSandbox
from builders import a_block
from fakes.peers import NODE, PEERS
from fakes.projects import npm_package, sdist

PYTHON = shlex.quote(sys.executable)
MODULES = PEERS / "node_modules"


@dataclass(frozen=True, slots=True)
class Planted:
    """A bug in a project, and what its tests make of two ways to mend it."""

    files: Callable[[], dict[str, bytes]]
    test_command: str
    title: str
    path: str
    right: str
    """What stands there, once, before the bug is planted."""
    bug: str
    wrong: str
    failing: str
    """The test that the bug fails."""
    broken: str
    """A test that the wrong fix breaks."""
    said: str
    """A line in which the tests say so."""
    passing: int
    """How many tests pass in spite of the bug."""


SQLPARSE = Planted(
    files=lambda: sdist("sqlparse"),
    test_command=f"PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 {PYTHON} -m pytest -v tests/test_utils.py tests/test_parse.py",
    title="Names in backticks keep their quotes",
    path="sqlparse/utils.py",
    right="    if val[0] in ('\"', \"'\", '`') and val[0] == val[-1]:\n",
    bug="    if val[0] in ('\"', \"'\") and val[0] == val[-1]:\n",
    wrong="    if val[0] == val[-1]:\n",
    failing="tests/test_utils.py::test_remove_quotes[`foo`-foo]",
    broken="tests/test_parse.py::test_get_real_name",
    said="tests/test_parse.py::test_get_real_name FAILED",
    passing=88,
)
MINIMIST = Planted(
    files=lambda: npm_package("minimist"),
    test_command=" ".join(
        (
            f"NODE_PATH={shlex.quote(str(MODULES))}",
            shlex.quote(str(NODE)),
            shlex.quote(str(MODULES / "tape" / "bin" / "tape")),
            "'test/*.js'",
        )
    ),
    title="Hexadecimal numbers stay strings",
    path="index.js",
    right="\tif ((/^0x[0-9a-f]+$/i).test(x)) { return true; }\n"
    "\treturn (/^[-+]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(e[-+]?\\d+)?$/).test(x);\n",
    bug="\treturn (/^[-+]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(e[-+]?\\d+)?$/).test(x);\n",
    wrong="\treturn typeof x === 'string' && x !== '' && !isNaN(Number(x));\n",
    failing="nums > should be deeply equivalent",
    broken="whitespace should be whitespace > should be strictly equal",
    said="not ok 153 should be strictly equal",
    passing=72,
)
COLORAMA = Planted(
    files=lambda: sdist("colorama"),
    test_command=f"{PYTHON} -m unittest discover -v -p '*_test.py'",
    title="A detached stream raises when it is asked whether it is closed",
    path="colorama/ansitowin32.py",
    right="        except (AttributeError, ValueError):\n            return True\n",
    bug="        except AttributeError:\n            return True\n",
    wrong="        except ValueError:\n            return True\n",
    failing="colorama.tests.ansitowin32_test.StreamWrapperTest.test_closed_shouldnt_raise_on_detached_stream",
    broken="colorama.tests.ansitowin32_test.AnsiToWin32Test.test_wrap_shouldnt_raise_on_missing_closed_attr",
    said="AttributeError: 'object' object has no attribute 'closed'",
    passing=37,
)
PROJECTS = [
    pytest.param(SQLPARSE, id="sqlparse-pytest"),
    pytest.param(MINIMIST, id="minimist-tape", marks=pytest.mark.node),
    pytest.param(COLORAMA, id="colorama-unittest"),
]


def counts(text):
    """How many tests a table counts as fixed, broken, still failing and still passing."""
    rows = dict(re.findall(r"(?m)^\| (fixed|broken|still failing|still passing) \| (\d+) \|", text))
    return tuple(int(rows[name]) for name in ("fixed", "broken", "still failing", "still passing"))


@pytest.fixture(name="planted")
def _planted(stage, tmp_path):
    """Makes a stage with the project, its bug and an issue about it; the model mends it in these ways."""

    def make(project, *fixes):
        files = project.files()
        sound = files[project.path].decode()
        assert sound.count(project.right) == 1
        replies = [a_block(project.path, project.bug, fix) for fix in fixes]
        scene = stage(
            *replies,
            files=files | {project.path: sound.replace(project.right, project.bug).encode()},
            sandbox=UnconfinedSandbox(os.environ, parent=str(tmp_path)),
            test_command=project.test_command,
        )
        scene.open(title=project.title, body=f"Mend it in [the code](../blob/main/{project.path}).")
        return scene

    return make


@pytest.mark.parametrize("project", PROJECTS)
def test_a_wrong_fix_is_told_what_the_tests_say_and_the_right_one_passes(planted, project):
    """The reply that breaks tests never gets into the branch; the table counts what the right one did."""
    scene = planted(project, project.wrong, project.right)

    ran = scene.label(1)

    assert (ran.outputs["status"], ran.outputs["verified"], ran.outputs["steps"]) == ("changed", "passed", "2"), ran.log
    told = scene.model.asked[-1]["messages"][-1]["content"]
    broken = told.partition("Broken by the change:")[2]
    assert f"\n  {project.broken}\n" in broken
    assert project.said in broken
    [pull] = scene.repo.pull_requests
    assert not pull.draft
    assert counts(pull.body) == (1, 0, 0, project.passing)
    assert f"`{project.failing}`" in pull.body
    assert counts(scene.status_comment(1)) == counts(pull.body)
    assert scene.repo.files("ai_coder/issue-1") == project.files()
