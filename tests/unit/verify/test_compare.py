"""Base against head: who is to blame for what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.domain.verification import CaseResult, Ran, TestRun, Verdict
from ai_coder.verify.compare import compare
from ai_coder.verify.runs import Attempt, Runs

ENDS = {"P": CaseResult.PASSED, "F": CaseResult.FAILED, "S": CaseResult.SKIPPED}
KILLED = None


def a_run(tests="", *, status=0, counts="", cut=0, kind="pytest"):
    """A run of tests given as `name:P other:F`; with counts (passed failed skipped) only failures are named."""
    cases = {name: ENDS[end] for name, end in (word.rsplit(":", 1) for word in tests.split())}
    numbers = dict(zip(CaseResult, map(int, counts.split()), strict=True)) if counts else {}
    return TestRun(Ran(status, "", cut), cases, numbers, not counts, kind if cases or counts else "")


def an_attempt(given):
    """A run, or a set-up that failed with that status."""
    return Attempt(given) if isinstance(given, TestRun) else Attempt(failed_setup=Ran(given, "no package"))


def found(base, head, base_again=None, head_again=None):
    """The verification of two runs, and of second looks at them."""
    return compare(Runs(an_attempt(base), an_attempt(head), base_again, head_again))


@pytest.mark.parametrize(
    ("before", "after", "group"),
    [
        ("a:P", "a:P", ""),
        ("a:F", "a:P", "fixed"),
        ("a:F", "a:F", "still_failing"),
        ("a:P", "a:F", "broken"),
        ("a:P", "", "broken"),
        ("a:P", "a:S", "broken"),
        ("", "a:F", "broken"),
        ("a:S", "a:F", "broken"),
        ("", "a:P", ""),
        ("a:S", "a:P", ""),
        ("a:S", "a:S", ""),
        ("", "a:S", ""),
        ("a:S", "", ""),
    ],
)
def test_what_became_of_a_test(before, after, group):
    """A failure that was there before is not blamed; a new one is, and so is a pass that is no more."""
    verification = found(a_run(f"z:P {before}"), a_run(f"z:P {after}", status=int(":F" in after)))

    groups = {name: getattr(verification, name) for name in ("fixed", "broken", "still_failing", "weakened", "flaky")}
    assert groups == {name: ("a",) if name == group else () for name in groups}
    assert verification.verdict is (Verdict.FAILED if group == "broken" else Verdict.PASSED)
    assert verification.still_passing == 1 + (before == after == "a:P")


@pytest.mark.parametrize(("after", "how"), [("", "is gone"), ("a:S", "is skipped")])
def test_a_failure_that_is_hidden(after, how):
    """A test that failed and no longer runs is not fixed: the change makes tests weaker."""
    verification = found(a_run("z:P a:F", status=1), a_run(f"z:P {after}"))

    assert verification.fixed == ()
    assert verification.weakened == (f"a failed before, and {how} now",)


@pytest.mark.parametrize(
    ("base", "head", "verdict", "words"),
    [
        (0, 0, "passed", "succeeds with the change, and succeeds without it"),
        (1, 0, "passed", "succeeds with the change, and fails with exit status 1 without it"),
        (0, 1, "failed", "fails with exit status 1 with the change, and succeeds without it"),
        (0, 2, "failed", "exit status 2"),
        (1, 1, "not_run", "proves nothing"),
        (2, 1, "not_run", "proves nothing"),
        (0, KILLED, "failed", "did not end within its time with the change"),
        (1, KILLED, "failed", "did not end within its time"),
        (KILLED, KILLED, "not_run", "without the change either"),
        (KILLED, 0, "passed", "did not end within its time without it"),
        (KILLED, 1, "not_run", "proves nothing"),
    ],
)
def test_exit_status_alone(base, head, verdict, words):
    """Where no test is known by name, a command that fails before and after proves nothing, and is no pass."""
    verification = found(a_run(status=base), a_run(status=head))

    assert verification.verdict == verdict
    assert words in verification.reason


@pytest.mark.parametrize(
    ("base", "head", "verdict", "words"),
    [
        (a_run("a:P"), a_run("a:P", status=1), "failed", "yet the test command fails with exit status 1"),
        (a_run("a:P", status=1), a_run("a:P", status=1), "passed", "Nothing that passed"),
        (a_run("a:F b:P", status=1), a_run("a:P b:P", status=1), "failed", "yet the test command"),
        (a_run("a:F", status=1), a_run("a:F", status=1), "passed", "1 test failed before, and still does"),
        (a_run("a:P"), a_run(status=1), "failed", "No test ran with the change; without it, 1 test did"),
        (a_run("a:P"), a_run(status=0), "failed", "No test ran"),
        (a_run("a:P b:P"), a_run("a:P", status=KILLED), "failed", "within its time with the change"),
        (a_run("a:P", status=KILLED), a_run("a:F", status=KILLED), "failed", "1 test does not pass"),
        (a_run(status=1), a_run("a:P"), "passed", "Nothing"),
        (a_run(status=1), a_run("a:F b:P", status=1), "failed", "1 test does not pass"),
        (a_run("a:P"), a_run("a:F b:F", status=0), "failed", "2 tests do not pass"),
    ],
)
def test_status_beside_names(base, head, verdict, words):
    """A command that fails without a failing test is a failure, unless it did so before."""
    verification = found(base, head)

    assert verification.verdict == verdict
    assert words in verification.reason


@pytest.mark.parametrize(
    ("base", "head", "verdict", "words"),
    [
        (3, 3, "not_run", "without the change too"),
        (a_run("a:P"), 3, "failed", "fails with exit status 3 with the change; without it, it succeeds"),
        (a_run("a:P"), KILLED, "failed", "did not end within its time with the change"),
        (3, a_run("a:P"), "passed", "fails with exit status 3 without the change, and succeeds with it"),
        (3, a_run("a:F", status=1), "failed", "the test command fails with exit status 1"),
    ],
)
def test_set_up_that_fails(base, head, verdict, words):
    """A set-up that fails is a reason of its own, and blamed only where the base is set up well."""
    verification = found(base, head)

    assert verification.verdict == verdict
    assert words in verification.reason
    assert (verification.failed_setup is None) is isinstance(head, TestRun)


@pytest.mark.parametrize(
    ("base", "head", "groups", "verdict"),
    [
        ("5 1 0", ("", "6 0 0"), {"fixed": ("a",), "still_passing": 5}, "passed"),
        ("5 1 0", ("a:F", "5 1 0"), {"still_failing": ("a",), "still_passing": 5}, "passed"),
        ("5 1 0", ("a:F b:F", "4 2 0"), {"broken": ("b",), "still_passing": 4}, "failed"),
        ("5 1 0", ("a:F", "4 1 0"), {"broken": ()}, "failed"),
        ("5 1 0", ("a:F", "4 1 1"), {"broken": ()}, "failed"),
        ("5 1 0", ("", "0 0 0"), {"fixed": ()}, "failed"),
        ("5 1 0", ("a.py:F", "5 1 0"), {"fixed": ("a",), "broken": ("a.py",)}, "failed"),
    ],
)
def test_runners_that_name_failures_only(base, head, groups, verdict):
    """What is not named passed; how many ran is told by the counts, and fewer than before is a failure."""
    tests, counts = head
    verification = found(a_run("a:F", status=1, counts=base), a_run(tests, status=int(bool(tests)), counts=counts))

    assert {name: getattr(verification, name) for name in groups} == groups
    assert verification.verdict == verdict


@pytest.mark.parametrize(
    ("base", "head", "verdict"),
    [
        ("5 0 0", "5 0 0", "passed"),
        ("5 0 0", "4 1 0", "failed"),
        ("5 1 0", "5 1 0", "passed"),
        ("5 1 0", "6 0 0", "passed"),
        ("5 1 0", "5 2 0", "failed"),
        ("5 0 0", "4 0 1", "failed"),
    ],
)
def test_counts_alone(base, head, verdict):
    """Where no test is named at all, more failures or fewer tests than before are a failure."""
    runs = [a_run(status=int(counts[2] != "0"), counts=counts) for counts in (base, head)]

    assert found(*runs).verdict == verdict
    assert found(*runs, *runs[::-1]).verdict == "passed"


@pytest.mark.parametrize(
    ("before", "after", "fixed"),
    [
        ("t.py::test_a", "t.py", False),
        ("t.js › group › a", "t.js", False),
        ("m/b TestX", "m/b", False),
        ("t.py::test_a", "t2.py", True),
        ("m/b TestX", "m/bc", True),
    ],
)
def test_a_failure_whose_file_no_longer_runs(before, after, fixed):
    """A test that failed is not fixed where its whole file or package fails now."""
    runs = [
        TestRun(Ran(1, ""), {name: CaseResult.FAILED}, {CaseResult.PASSED: 5}, names_passes=False, format="pytest")
        for name in (before, after)
    ]

    assert bool(found(*runs).fixed) is fixed


def test_output_that_was_cut():
    """A test that may stand in what was cut away is not taken for one that is gone, or fixed."""
    verification = found(a_run("a:P b:P c:F", status=1), a_run("a:P", status=1, cut=9))

    assert (verification.broken, verification.fixed) == ((), ())
    assert "cut off" in found(a_run("a:P b:P"), a_run("a:P", cut=9)).reason


def test_names_of_another_format():
    """Names of two formats are not compared: only what fails counts, and how many ran."""
    assert found(a_run("a:P"), a_run("x:P", kind="tap")).broken == ()
    assert found(a_run("a:P b:P"), a_run("x:P", kind="tap")).verdict is Verdict.FAILED
    assert found(a_run("a:P"), a_run("x:F", kind="tap", status=1)).broken == ("x",)


@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [
        ("t/a.py::test_x", "t/b.py::test_x", ()),
        ("t/a.py::test_x[1/2]", "t/b.py::test_x[1/2]", ()),
        ("pkg.TestX", "other.TestX", ()),
        ("t/a.py::test_x", "t/a.py::test_y", ("t/a.py::test_x",)),
        ("t/a.py::test_x", "t/a.py::test_x[1]", ("t/a.py::test_x",)),
    ],
)
def test_moved_tests(before, after, broken):
    """A test that passes at another place under its own name has moved; under another name it is gone."""
    verification = found(a_run(f"{before}:P z:P"), a_run(f"{after}:P z:P"))

    assert verification.broken == broken
    assert verification.still_passing == 2 - len(broken)


def test_doubtful_moves():
    """Where two tests of one name are gone, nobody guesses which one moved; and what moved and fails is broken."""
    assert found(a_run("a::t:P b::t:P"), a_run("c::t:P")).broken == ("a::t", "b::t")
    assert found(a_run("a::t:P"), a_run("c::t:F", status=1)).broken == ("c::t", "a::t")


@pytest.mark.parametrize(
    ("base_again", "head_again", "broken", "flaky", "verdict"),
    [
        (None, None, ("a", "b"), (), "failed"),
        ("a:P b:P", None, ("a", "b"), (), "failed"),
        ("a:F b:P", None, ("b",), ("a",), "failed"),
        ("a:F b:F", None, (), ("a", "b"), "passed"),
        ("b:P", None, ("b",), ("a",), "failed"),
        ("a:P b:P", "a:P b:F", ("b",), ("a",), "failed"),
        ("a:P b:P", "a:P b:P", (), ("a", "b"), "passed"),
        ("a:F b:P", "a:F b:P", (), ("a", "b"), "passed"),
    ],
)
def test_flaky_tests(base_again, head_again, broken, flaky, verdict):
    """What ends differently on the same tree is named, and blamed on nobody."""
    again = [None if tests is None else a_run(tests, status=1) for tests in (base_again, head_again)]

    verification = found(a_run("a:P b:P"), a_run("a:F b:F", status=1), *again)

    assert (verification.broken, verification.flaky, verification.verdict) == (broken, flaky, verdict)


def test_a_second_look_that_was_cut():
    """A test that may stand in what was cut from the second look is not taken for one that ends differently."""
    base, cut = a_run("a:P b:P"), a_run("b:P", cut=9)
    assert found(base, a_run("a:F b:P", status=1), base, cut).broken == ("a",)


def test_a_chance_failure_is_not_counted_again():
    """Where passes are not named, a failure by chance is not one that the change adds."""
    base, head = a_run(counts="5 0 0"), a_run("a:F", counts="4 1 0", status=1)
    again = a_run("b:F", counts="4 1 0", status=1)

    assert found(base, head, base, again).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("base_again", "head_again", "verdict"),
    [(0, None, "failed"), (1, None, "not_run"), (0, 1, "failed"), (0, 0, "not_run")],
)
def test_flaky_exit_status(base_again, head_again, verdict):
    """A command that ends differently on the same tree proves nothing."""
    again = [None if status is None else a_run(status=status) for status in (base_again, head_again)]

    assert found(a_run(status=0), a_run(status=1), *again).verdict == verdict


_TESTS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("PFS"), max_size=8)


@given(_TESTS, _TESTS, st.sampled_from([0, 1, KILLED]), st.sampled_from([0, 1, KILLED]))
def test_groups_are_groups(before, after, base_status, head_status):
    """No test is in two groups; a change that changes no result breaks nothing; a verdict rests on what broke."""
    base, head = (" ".join(f"{name}:{end}" for name, end in tests.items()) for tests in (before, after))
    verification = found(a_run(base, status=base_status), a_run(head, status=head_status))

    groups = [*verification.fixed, *verification.broken, *verification.still_failing]
    assert len(groups) == len(set(groups))
    assert not verification.broken or verification.verdict is Verdict.FAILED
    assert verification.reason.endswith(".")
    if (before, base_status) == (after, head_status):
        assert verification.verdict is not Verdict.FAILED


def test_what_fails_first_is_named_first():
    """Broken tests stand in the order of the run, then those that are gone."""
    verification = found(a_run("gone:P a:P b:P"), a_run("b:F a:F", status=1))

    assert verification.broken == ("b", "a", "gone")
