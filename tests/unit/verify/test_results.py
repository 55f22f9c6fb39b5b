"""What test runners really print -> tests. The outputs in `outputs/` are those of real runners, shortened."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.domain.verification import CaseResult, Ran
from ai_coder.verify.results import read_results

OUTPUTS = Path(__file__).parent / "outputs"
PYTEST = (
    "test_adds test_each[a-b] test_each[c::d_-_e] test_gone TestGroup::test_in_class Old::test_old",
    "test_fails test_each[1.5] test_setup TestGroup::test_bad Old::test_sub",
    "test_later test_known",
)
GO_FAILED = "a_TestFails a_TestTable a_TestTable/one c d_TestP"
GO = ("a_TestAdds a_TestTable/two-words a_TestPrints a_TestPar b_TestOk", GO_FAILED, "a_TestLater")
JEST_FAILED = "t/sum.test.js›sum›fails t/sum.test.js›sum›deep›inside›slow v/sum.spec.mjs v/ok.spec.mjs"
JEST_FAILED += " v/bad.spec.mjs t/bad.test.js"
JEST = (
    "t/sum.test.js›top_level t/sum.test.js›sum›adds_1_+_2 t/sum.test.js›sum›deep›inside›works t/ok.test.js›fine",
    JEST_FAILED,
    "t/sum.test.js›sum›later t/sum.test.js›sum›one_day",
)
VITEST_SKIPPED = "v/sum.spec.mjs>sum>later v/sum.spec.mjs>sum>one_day"
VITEST_PASSED = "v/sum.spec.mjs>sum>adds_1_+_2 v/sum.spec.mjs>sum>deep›inside>works_(5_ms)"
VITEST_PASSED += " v/sum.spec.mjs>sum>deep›inside>slow v/sum.spec.mjs>top_level"
VITEST_FAILED = "v/bad.spec.mjs v/sum.spec.mjs>sum>fails"
CARGO = (
    "src/lib.rs_tests::adds src/lib.rs_tests::panics tests/it.rs_whole doc-tests_rsx_src/lib.rs_-_add",
    "src/lib.rs_tests::fails",
    "src/lib.rs_tests::later src/lib.rs_tests::later_why",
)
UNITTEST_FAILED = "unittest.loader._FailedTest.test_imp test_ut.Fix.setUpClass test_ut.Sums.test_error"
UNITTEST_FAILED += " test_ut.Sums.test_fails test_ut.Sums.test_gone test_ut.Sums.test_sub"
UNITTEST = (
    "test_ut.Sums.test_adds test_ut.Sums.test_prints",
    UNITTEST_FAILED,
    "test_ut.Sums.test_known test_ut.Sums.test_later",
)
TAPE_PASSED = "adds>should_be_strictly_equal adds>should_be_truthy fails>one_is_one"
TAPE_PASSED += " a_#_sign>should_be_strictly_equal half_way>done"


def a_run(name, status=1):
    """The run whose output is the file of that name, or whose report is."""
    text = (OUTPUTS / name).read_text(encoding="utf-8")
    return read_results(Ran(status, "", reports=(text,)) if name.endswith(".xml") else Ran(status, text))


def words(names):
    """Names with no blank in them, sorted: blanks around signs gone, others as in the tables above."""
    plain = (name.replace(" › ", "›").replace(" > ", ">").replace("example.org/m/", "") for name in names)
    return sorted(name.replace("test_sums.py::", "").translate({ord(" "): "_", ord("-"): "_"}) for name in plain)


def named(run, result):
    """The names of the tests that ended so."""
    return words(name for name, ended in run.cases.items() if ended is result)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("pytest_verbose.txt", "pytest", PYTEST),
        ("pytest_colours.txt", "pytest", PYTEST),
        ("pytest_workers.txt", "pytest", PYTEST),
        ("pytest_all.txt", "pytest", (*PYTEST[:2], "test_known")),
        ("unittest_verbose.txt", "unittest", UNITTEST),
        ("go_verbose.txt", "go", GO),
        ("go_json.txt", "go", GO),
        ("jest_verbose.txt", "jest", JEST),
        ("vitest_verbose.txt", "vitest", (f"{VITEST_PASSED} v/ok.spec.mjs>fine", VITEST_FAILED, VITEST_SKIPPED)),
        (
            "node.txt",
            "node",
            (
                "fake adds group>in_one suite>inside suite>deeper>works",
                "fails group>in_two group",
                "later todo suite>not",
            ),
        ),
        (
            "mocha.txt",
            "mocha",
            (
                "top sum>adds sum>slow sum>deep>works",
                'sum>fails sum>hook>"before_all"_hook_for_"never"',
                "sum>later",
            ),
        ),
        ("cargo.txt", "cargo", CARGO),
        ("cargo_nocapture.txt", "cargo", CARGO),
        ("prove.txt", "prove", ("t/good.t", "t/basic.t t/dies.t", "t/skip.t")),
        (
            "prove_verbose.txt",
            "prove",
            (
                "t/basic.t>adds t/basic.t>inner>in_one t/basic.t>inner>test_2 t/basic.t>inner t/dies.t>a t/good.t>good",
                "t/basic.t>fails_#_not_a_directive t/dies.t",
                "t/basic.t>test_3 t/basic.t>known t/skip.t",
            ),
        ),
        (
            "tap_perl.txt",
            "tap",
            ("adds inner>in_one inner>test_2 inner", "fails_#_not_a_directive", "test_3 known"),
        ),
        ("tap_node.txt", "tap", ("adds group>in_one", "fails group>in_two group", "later todo")),
        (
            "tap_tape.txt",
            "tap",
            (TAPE_PASSED, "fails>should_be_strictly_equal", "has_a_todo>some_day"),
        ),
        (
            "tap_vitest.txt",
            "tap",
            (
                f"{VITEST_PASSED} v/ok.spec.mjs v/ok.spec.mjs>fine v/sum.spec.mjs>sum>deep›inside",
                f"{VITEST_FAILED} v/sum.spec.mjs v/sum.spec.mjs>sum",
                VITEST_SKIPPED,
            ),
        ),
    ],
)
def test_runners_that_name_every_test(name, kind, expected):
    """Each test has the name that its runner gives it and the end that it came to."""
    run = a_run(name)

    assert run.format == kind
    assert [named(run, result) for result in CaseResult] == [words(names.split()) for names in expected]
    assert run.names_all


def test_what_a_comment_says_of_a_failed_point_is_no_heading():
    """The comments under a failure, as bats writes them, do not rename the tests after it."""
    output = "TAP version 13\n1..2\nnot ok 1 adds\n# (in test file a.bats, line 2)\n#   `false' failed\nok 2 prints\n"

    assert set(read_results(Ran(1, output)).cases) == {"adds", "prints"}


@pytest.mark.parametrize(
    ("name", "kind", "failed", "counts"),
    [
        ("pytest_quiet.txt", "pytest", PYTEST[1], (7, 5, 2)),
        ("pytest_no_import.txt", "pytest", "test_broken_import.py", (0, 1, 0)),
        ("unittest_plain.txt", "unittest", UNITTEST_FAILED, (1, 6, 2)),
        ("go_plain.txt", "go", GO_FAILED, (1, 5, 0)),
        ("jest_plain.txt", "jest", JEST_FAILED, (4, 6, 2)),
        ("vitest_default.txt", "vitest", VITEST_FAILED, (5, 2, 2)),
        ("vitest_dot.txt", "vitest", VITEST_FAILED, (5, 2, 2)),
        ("cargo_quiet.txt", "cargo", "tests::fails", (4, 1, 2)),
        ("mocha_dot.txt", "mocha", "", (4, 2, 1)),
    ],
)
def test_runners_that_name_what_failed(name, kind, failed, counts):
    """A runner that says little names what failed, and counts the rest."""
    run = a_run(name)

    assert run.format == kind
    assert named(run, CaseResult.FAILED) == words(failed.split())
    assert tuple(run.count(result) for result in CaseResult) == counts
    assert not run.names_all


def test_junit_report():
    """A report names every test by class and name, and says more than the output beside it."""
    run = a_run("pytest_junit.xml")

    assert run.format == "junit"
    assert run.cases["test_sums.TestGroup::test_in_class"] is CaseResult.PASSED
    assert run.cases["test_sums::test_setup"] is CaseResult.FAILED
    assert run.cases["test_sums::test_known"] is CaseResult.SKIPPED
    assert [run.count(result) for result in CaseResult] == [6, 5, 2]


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>'


@pytest.mark.parametrize(
    "report",
    [
        BOMB,
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite><testcase name="a"/></testsuite>',
        "<testsuite><testcase name='a'/>",
        "",
        "\0",
        "<a>" * 100_000,
    ],
)
def test_reports_that_are_none(report):
    """A document with a DOCTYPE, or one that is not well-formed, counts for nothing."""
    assert read_results(Ran(0, "", reports=(report,))).format == ""


@pytest.mark.parametrize(
    ("case", "result"),
    [
        ('<testcase name="a" status="notrun"/>', CaseResult.SKIPPED),
        ('<testcase name="a" result="suppressed"/>', CaseResult.SKIPPED),
        ('<testcase name="a"><skipped/><failure/></testcase>', CaseResult.FAILED),
        ('<testcase name="a"><system-out>failure</system-out></testcase>', CaseResult.PASSED),
        ('<testcase name="a"/><testcase name="a"><error/></testcase>', CaseResult.FAILED),
        ('<testcase name="a"><error/></testcase><testcase name="a"/>', CaseResult.FAILED),
    ],
)
def test_ends_of_a_junit_case(case, result):
    """Other dialects say in an attribute that a case did not run; of two with one name the worse end counts."""
    run = read_results(Ran(0, "", reports=(f'<testsuites><testsuite name="s">{case}</testsuite></testsuites>',)))

    assert run.cases == {"s::a": result}


@pytest.mark.parametrize(
    "output",
    [
        "",
        "all good\n",
        "ok\nok 1\nnot ok 2\n",
        "PASS\n",
        "make: *** [test] Error 2\n",
        "3 files changed in 2 places\n",
        "ERROR something::else\nFAILED to load x.py - sorry\n",
        "--- FAIL: not a test\n",
        "running 5 tests\n",
    ],
)
def test_output_of_no_runner(output):
    """Where the evidence is not clear, no test is known: the exit status is all there is."""
    run = read_results(Ran(1, output))

    assert (run.format, dict(run.cases), run.total) == ("", {}, 0)


def test_the_format_that_names_most():
    """Of several outputs in one, that with most tests is read."""
    jest, go = ((OUTPUTS / name).read_text("utf-8") for name in ("jest_verbose.txt", "go_verbose.txt"))
    few = "PASS t/ok.test.js\n  ✓ fine (14 ms)\n\nTests:       1 passed, 1 total\n"

    assert read_results(Ran(1, jest + go)).format == "jest"
    assert read_results(Ran(1, few + go)).format == "go"


def test_progress_of_a_terminal():
    """What a line overwrites with carriage returns is gone, as on a terminal."""
    output = "t/a.t .. 1/2 \rt/a.t .. 2/2 \rt/a.t .. ok   \r\nAll tests successful.\r\nFiles=1, Tests=2\r\n"

    assert read_results(Ran(0, output)).cases == {"t/a.t": CaseResult.PASSED}


@pytest.mark.parametrize(
    ("output", "kind", "name"),
    [
        (
            "\x1b[0mArray\x1b[0m\n    \x1b[32m✔\x1b[0m\x1b[90m a\x1b[0m\n\n  1 passing\x1b[0m\x1b[90m (5ms)\x1b[0m\n",
            "mocha",
            "a",
        ),
        ("\x1b[32;1m        PASS\x1b[0m [   0.005s] \x1b[35;1mm\x1b[0m \x1b[34;1ma\x1b[0m\n", "cargo", "m a"),
    ],
)
def test_colours_do_not_hide_a_format(output, kind, name):
    """What a runner prints in colours is read like its plain output."""
    run = read_results(Ran(0, output))

    assert (run.format, run.cases) == (kind, {name: CaseResult.PASSED})


def test_what_a_failing_file_of_jest_logs():
    """The heading above what a file printed is none of a test."""
    output = "FAIL t/a.test.js\n  ● Console\n\n    console.log\n\n  ● adds\n\nTests:       1 failed, 1 total\n"

    assert read_results(Ran(1, output)).cases == {"t/a.test.js › adds": CaseResult.FAILED}


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-16", "shift_jis", "ISO-8859-1", "x-none"])
def test_what_a_report_declares_of_its_encoding(encoding):
    """A report is a text already, so that an encoding that it declares neither garbles it nor stops the reading."""
    report = f'<?xml version="1.0" encoding="{encoding}"?><testsuite><testcase name="é"/></testsuite>'

    assert read_results(Ran(0, "", reports=(report,))).cases == {"é": CaseResult.PASSED}


def test_go_test_that_panics():
    """A test that began and did not end in a package that failed is the one that broke it."""
    output = (
        "=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\npanic: boom\n\nFAIL\texample.org/m\t0.01s\nFAIL\n"
    )

    assert read_results(Ran(1, output)).cases == {
        "example.org/m TestA": CaseResult.PASSED,
        "example.org/m TestB": CaseResult.FAILED,
    }


def test_output_that_pretends():
    """What a test prints in the middle of a line, or for a test that never began, is no result."""
    output = "=== RUN   TestA\nx--- FAIL: TestA (0.00s)\n--- FAIL: TestFake (0.00s)\n--- PASS: TestA (0.00s)\n"
    output += "PASS\nok  \tm\t0.1s\n"

    assert read_results(Ran(0, output)).cases == {"m TestA": CaseResult.PASSED}


@pytest.mark.parametrize("cut_bytes", [0, 10])
def test_output_that_was_cut(cut_bytes):
    """A test that is not named may stand in what was cut."""
    output = "t.py::test_a PASSED [100%]\n1 passed in 0.1s\n"

    assert read_results(Ran(0, output, cut_bytes)).names_all is (not cut_bytes)


_PIECES = st.sampled_from(
    [path.read_text(encoding="utf-8") for path in sorted(OUTPUTS.glob("*.txt"))] + ["\x1b[1m", "\r", "\0", "(" * 99]
)


@given(st.lists(st.one_of(_PIECES.flatmap(lambda text: st.sampled_from(text.split("\n"))), st.text()), max_size=40))
def test_any_output_is_read(lines):
    """No mixture of lines makes a reader fail, and what it says is consistent."""
    run = read_results(Ran(1, "\n".join(lines), reports=tuple(lines)))

    assert bool(run.format) == bool(run.total)
    assert run.total >= len(run.cases)
