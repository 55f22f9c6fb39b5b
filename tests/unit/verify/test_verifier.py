"""Runs of base and head in boxes, and what is said when they cannot be."""

import re

import pytest

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.source import EXECUTABLE, SYMLINK, RepoPath
from ai_coder.domain.verification import Ran, Verdict
from ai_coder.errors import SandboxError
from ai_coder.settings import VerifyPolicy
from ai_coder.verify import Verifier
from fakes.sandbox import ScriptedSandbox
from fakes.trees import MemoryTree

TREE = {"sum.py": "1 + 1", "test_sum.py": "sum.py == 2", "README.md": "hello"}


def run_tests(files, command):
    """A small test runner: set-up needs requirements.txt to be sound, `test` checks every line of test_*.py."""
    if command != "test":
        files["installed"] = files.get("requirements.txt", "")
        return Ran(int("broken" in files["installed"]), "no such package\n", seconds=2)
    lines = []
    for path in sorted(path for path in files if re.match(r"test_\w+\.py$", path)):
        for line in files[path].splitlines():
            source, _, wanted = line.partition(" == ")
            is_good = source in files and str(eval(files[source])) == wanted  # noqa: S307 - sums of the tests below
            lines.append(f"{path}::{source} {'PASSED' if is_good else 'FAILED'} [ 50%]")
    failed = sum("FAILED" in line for line in lines)
    lines.append(f"{failed} failed, {len(lines) - failed} passed in 0.1s")
    return Ran(int(failed > 0), "\n".join(lines) + "\n", seconds=3)


def changes(*, base="c0", **texts):
    """A change of files given as `sum_py="text"`; None deletes."""
    named = {re.sub("_(py|txt|toml)$", r".\1", name): text for name, text in texts.items()}
    return ChangeSet.of(base, (FileChange(RepoPath(path), TREE.get(path), text) for path, text in named.items()))


def a_verifier(program=run_tests, *, tree=None, under=None, time_s=1000.0, **policy):
    """A verifier over a scripted sandbox whose clock runs while commands do."""
    sandbox = ScriptedSandbox(program)
    base = MemoryTree(tree or TREE)
    chosen = VerifyPolicy(**{"test_command": "test", "setup_command": "setup"} | policy)
    return Verifier(sandbox, chosen, base, under or base, lambda: time_s - sandbox.passed_s)


def test_good_change():
    """Base and head run in a fresh box each: set-up with the network, tests without."""
    verifier = a_verifier()

    verification = verifier.verify(changes(sum_py="1 + 1 + 0"))

    assert (verification.verdict, verification.still_passing) == (Verdict.PASSED, 1)
    assert verification.command == "test"
    assert [[run[:2] for run in box.runs] for box in verifier.sandbox.boxes] == [[("setup", True), ("test", False)]] * 2
    assert verifier.sandbox.open_boxes == 0


def test_bad_change():
    """What breaks is looked at twice, on both sides, and named."""
    verifier = a_verifier()

    verification = verifier.verify(changes(sum_py="1 + 2"))

    assert (verification.verdict, verification.broken) == (Verdict.FAILED, ("test_sum.py::sum.py",))
    assert verifier.sandbox.commands == ["setup", "test"] * 4
    assert verifier.sandbox.open_boxes == 0


def test_base_runs_once():
    """The base is the same for every change of a run."""
    verifier = a_verifier(setup_command="")

    for text in ("1 + 1 + 0", "2", "2 + 0"):
        assert verifier.verify(changes(sum_py=text)).verdict is Verdict.PASSED

    assert [box.files["sum.py"] for box in verifier.sandbox.boxes] == ["1 + 1", "1 + 1 + 0", "2", "2 + 0"]


def test_network_of_the_tests():
    """The test command may use the network only where the workflow says so."""
    verifier = a_verifier(network=True, setup_command="")

    verifier.verify(changes(sum_py="2"))

    assert {run[1] for box in verifier.sandbox.boxes for run in box.runs} == {True}


def test_work_in_progress():
    """While the model works one box is kept: changes are put into it, and what they no longer touch is put back."""
    verifier = a_verifier(setup_command="pip install -r requirements.txt")
    tries = [changes(sum_py="3"), changes(sum_py="2"), changes(new_py="5"), changes(test_sum_py=None)]

    verdicts = [verifier.try_out(change_set).verdict for change_set in tries]

    base, head = verifier.sandbox.boxes
    assert verdicts == ["failed", "passed", "passed", "failed"]
    assert [command for command, _, _ in head.runs] == ["pip install -r requirements.txt", *["test"] * 4]
    assert head.puts == [["sum.py"], ["new.py", "sum.py"], ["new.py", "test_sum.py"]]
    assert head.files == {"sum.py": "1 + 1", "README.md": "hello", "installed": ""}
    assert (base.is_closed, head.is_closed) == (True, False)
    verifier.close()
    verifier.close()
    assert verifier.sandbox.open_boxes == 0


def test_verdict_after_work_in_progress():
    """The verdict is never taken from the box that the model's tries have used."""
    verifier = a_verifier()
    verifier.try_out(changes(sum_py="3"))

    verifier.verify(changes(sum_py="2"))

    assert [box.files["sum.py"] for box in verifier.sandbox.boxes] == ["1 + 1", "3", "2"]


def test_a_try_that_cannot_be_set_up():
    """A box whose set-up failed is given up; the next try begins with a new one."""
    verifier = a_verifier()

    first = verifier.try_out(changes(requirements_txt="broken"))
    second = verifier.try_out(changes(requirements_txt="sound"))

    assert (first.verdict, second.verdict) == ("failed", "passed")
    assert first.failed_setup.output == "no such package\n"
    assert [box.is_closed for box in verifier.sandbox.boxes] == [True, True, False]


def test_nothing_to_run():
    """Without a test command no box is opened, and the reason says so."""
    verifier = a_verifier(test_command="")

    verification = verifier.verify(changes(sum_py="3"))

    assert (verification.verdict, verification.reason) == (Verdict.NOT_RUN, "No `test_command` is set.")
    assert verifier.sandbox.boxes == []


def test_sandbox_that_does_not_hold():
    """Where the self-check fails nothing is run, never something weaker."""
    verifier = a_verifier()
    verifier.sandbox.objection_text = "The Docker socket is open to everybody."

    assert verifier.verify(changes(sum_py="3")).reason == "The Docker socket is open to everybody."
    assert verifier.try_out(changes(sum_py="3")).verdict is Verdict.NOT_RUN
    assert verifier.sandbox.boxes == []


@pytest.mark.parametrize("when", ["base", "head"])
def test_box_that_fails(when):
    """A box that fails ends in a reason with a hint, and leaves none open."""

    def program(files, command):
        if ("3" in files["sum.py"]) is (when == "head"):
            raise SandboxError("the container is gone")
        return run_tests(files, command)

    verifier = a_verifier(program)
    for verification in (verifier.try_out(changes(sum_py="3")), verifier.verify(changes(sum_py="3"))):
        assert verification.verdict is Verdict.NOT_RUN
        assert verification.reason.startswith("The container is gone. Set the input `test_image`")
    assert verifier.sandbox.open_boxes == 0


def test_interrupted_run():
    """A signal in the midst of a run leaves no box open."""

    def program(files, command):
        raise KeyboardInterrupt

    verifier = a_verifier(program)
    for work in (verifier.verify, verifier.try_out):
        with pytest.raises(KeyboardInterrupt):
            work(changes(sum_py="3"))
    assert verifier.sandbox.open_boxes == 0


@pytest.mark.parametrize(
    ("time_s", "commands", "words"),
    [
        (4.0, 0, "too little time left"),
        (5.5, 1, "need more time than this run has left (4 s)"),
        (8.0, 2, "need more time"),
    ],
)
def test_time_of_the_run(time_s, commands, words):
    """Nothing is begun that the run has no time for, and a run that its end cut short is no failure of the tests."""
    verifier = a_verifier(time_s=time_s)

    verification = verifier.verify(changes(sum_py="3"))

    assert verification.verdict is Verdict.NOT_RUN
    assert words in verification.reason
    assert len(verifier.sandbox.commands) == commands


def test_limits_of_the_commands():
    """A command gets its own limit, and never more than the run has left."""
    verifier = a_verifier(time_s=40.0, setup_timeout_s=20.0, test_timeout_s=600.0)

    verifier.verify(changes(sum_py="2"))

    assert [run[2] for box in verifier.sandbox.boxes for run in box.runs] == [20.0, 38.0, 20.0, 33.0]


def test_tests_cut_short_by_the_run():
    """Tests that the end of the run killed say nothing of the change."""
    verifier = a_verifier(lambda *_: Ran(0, "", seconds=30), time_s=50.0, setup_command="")

    assert "need more time" in verifier.verify(changes(sum_py="2")).reason
    assert (
        "was up before the tests had ended"
        in a_verifier(lambda *_: Ran(0, "", seconds=30), time_s=20.0, setup_command="")
        .verify(changes(sum_py="2"))
        .reason
    )


def test_tests_that_hang():
    """Tests that do not end with the change, and did without it, fail it; nobody waits for them twice."""

    def program(files, command):
        return Ran(0, "", seconds=900 if "3" in files["sum.py"] else 3)

    verifier = a_verifier(program, time_s=5000.0, setup_command="")
    verification = verifier.verify(changes(sum_py="3"))

    assert verification.verdict is Verdict.FAILED
    assert "did not end within its time with the change; without it, it does in 3 s" in verification.reason
    assert len(verifier.sandbox.boxes) == 2


def test_chance_on_the_base():
    """A test that fails on a second run of the base is flaky: the change is not blamed."""
    looks = iter(["PASSED", "FAILED", "FAILED"])

    def program(files, command):
        end = next(looks)
        return Ran(int(end == "FAILED"), f"t.py::test_a {end} [100%]\n")

    verification = a_verifier(program, setup_command="").verify(changes(sum_py="3"))

    assert (verification.verdict, verification.flaky) == (Verdict.PASSED, ("t.py::test_a",))
    assert next(looks, None) is None


def test_no_time_for_a_second_look():
    """Without time for a second look the first one counts, and the reason says so."""
    verifier = a_verifier(time_s=10.0, setup_command="")

    verification = verifier.verify(changes(sum_py="3"))

    assert verification.verdict is Verdict.FAILED
    assert "There was no second look" in verification.reason


def test_tree_with_holes():
    """A tree of which a file cannot be read is not tested; links are no files of it."""
    tree = MemoryTree(TREE | {"link": "sum.py"}, modes={"link": SYMLINK, "sum.py": EXECUTABLE})
    sandbox = ScriptedSandbox(run_tests)
    verifier = Verifier(sandbox, VerifyPolicy(test_command="test"), tree, tree, lambda: 99.0)

    assert verifier.verify(changes(sum_py="2")).verdict is Verdict.PASSED
    assert sorted(sandbox.boxes[0].files) == sorted(TREE)

    holes = MemoryTree(TREE, commit="c1", unreadable=frozenset({"README.md"}))
    verifier = Verifier(sandbox, VerifyPolicy(test_command="test"), holes, holes, lambda: 99.0)
    reason = verifier.verify(changes(base="c1", sum_py="2")).reason
    assert reason.startswith("1 files of the repository could not be read, `README.md` among them.")


def test_branch_with_earlier_commits():
    """The change lies over our branch, and is measured against the base branch."""
    under = MemoryTree(TREE | {"two.py": "4", "test_two.py": "two.py == 4"}, commit="c5")
    verifier = a_verifier(under=under)

    verification = verifier.verify(changes(base="c5", sum_py="2"))

    assert [sorted(box.files) for box in verifier.sandbox.boxes] == [
        sorted([*TREE, "installed"]),
        sorted([*TREE, "two.py", "test_two.py", "installed"]),
    ]
    assert verification.verdict is Verdict.PASSED


def test_earlier_commits_without_a_change():
    """What earlier runs left on the branch is tested also where this run changes nothing."""
    verifier = a_verifier(under=MemoryTree(TREE | {"sum.py": "3"}, commit="c5"))

    assert verifier.verify(changes(base="c5")).verdict is Verdict.FAILED


def test_weakened_tests_are_named_in_any_case():
    """What the change does to tests is said also where none was run."""
    verification = a_verifier(test_command="").verify(changes(test_sum_py=None))

    assert verification.weakened == ("`test_sum.py` is deleted",)


def test_implicit_files_are_not_tried_out():
    """A change of what tools run unasked opens no box (C13)."""
    verifier = a_verifier()

    verification = verifier.verify(changes(conftest_py="import os"))

    assert verification.verdict is Verdict.NOT_RUN
    assert "run or obey without being asked: `conftest.py`" in verification.reason
    assert verifier.sandbox.boxes == []
