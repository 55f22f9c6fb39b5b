"""What people read of the tests."""

import re

import pytest

from ai_coder.domain.verification import CaseResult, Ran, TestRun, Verdict, Verification
from ai_coder.egress import Egress
from ai_coder.report.verification import MAX_NAMES, render_verification

PASSED, FAILED = CaseResult.PASSED, CaseResult.FAILED
BASE = TestRun(Ran(1, ""), {"a": PASSED, "b": FAILED, "c": FAILED}, {}, format="pytest")
HEAD = TestRun(Ran(1, ""), {"a": FAILED, "b": PASSED, "c": FAILED}, {PASSED: 1201}, format="pytest")


def shown(verdict=Verdict.FAILED, *, reason="One broke.", base=BASE, head=HEAD, **fields):
    """The Markdown of a verification."""
    found = Verification(verdict, reason, fields.pop("command", "pytest -q"), base, head, **fields)
    return "\n".join(render_verification(found, Egress(secrets=("s3cr3t-of-the-run",))))


def test_table():
    """A line of verdict, a table of what became of the tests, and their names."""
    assert shown(fixed=("b",), broken=("a",), still_failing=("c",), still_passing=1200) == (
        "**Tests:** failed (`pytest -q`). One broke.\n"
        "\n"
        "| tests | | before | with the change |\n"
        "|---|--:|---|---|\n"
        "| fixed | 1 | failed | passed |\n"
        "| broken | 1 | passed, or new | failed, skipped or gone |\n"
        "| still failing | 1 | failed | failed |\n"
        "| still passing | 1,200 | passed | passed |\n"
        "| all | | 1 passed, 2 failed | 1,201 passed, 2 failed |\n"
        "\n"
        "Broken:\n"
        "\n"
        "- `a`\n"
        "\n"
        "Fixed:\n"
        "\n"
        "- `b`\n"
        "\n"
        "Still failing:\n"
        "\n"
        "- `c`"
    )


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"verdict": Verdict.PASSED}, "**Tests:** passed (`pytest -q`). One broke."),
        (
            {"verdict": Verdict.NOT_RUN, "base": None, "head": None, "command": "", "reason": "No command."},
            "**Tests:** not run. No command.",
        ),
        ({"verdict": Verdict.NOT_RUN, "base": None, "head": None}, "**Tests:** not run. One broke."),
        ({"verdict": Verdict.NOT_RUN}, "**Tests:** run, without a verdict (`pytest -q`). One broke."),
    ],
)
def test_headline(fields, line):
    """What was run and what was not is told apart, and the reason stands beside it."""
    assert shown(**fields).split("\n")[0] == line


@pytest.mark.parametrize("run", [None, TestRun(Ran(1, ""))])
def test_no_table(run):
    """Where no test is known there is no table."""
    assert "|" not in shown(base=run, head=run)


def test_run_that_was_killed():
    """A run that did not come to its end is no smaller run."""
    killed = TestRun(Ran(None, ""), {"a": PASSED}, {}, format="pytest")

    assert "| all | | 1 passed, 2 failed | 1 passed, killed at its time limit |" in shown(head=killed)


def test_many_names():
    """Of many names the first stand there, and the rest are counted."""
    text = shown(broken=tuple(f"n{number}" for number in range(MAX_NAMES + 1234)))

    assert text.count("- `n") == MAX_NAMES
    assert text.endswith("- and 1,234 more")


def test_flaky_and_weakened():
    """Flaky tests are named as such; what the change does to tests stands under a heading of its own."""
    text = shown(flaky=("t",), weakened=("`test_a` of `a.py` is deleted",))

    assert "Flaky (they end differently on the same tree, and are not blamed):\n\n- `t`" in text
    assert "**This change weakens tests:**\n\n- `test_a` of `a.py` is deleted" in text


@pytest.mark.parametrize("name", ["@mona closes #3", "a|b", "`x` [y](https://evil.example)", "<img src=x>", "a\nb"])
def test_names_do_nothing(name):
    """Whatever a test is called, it is shown as code on one line and neither mentions, links nor breaks the page."""
    lines = shown(broken=(name,), weakened=(name,)).split("\n")

    code, prose = (line.removeprefix("- ") for line in lines if line.startswith("- "))
    assert code.startswith(("`", "<code>"))
    assert code.endswith(("`", "</code>"))
    words = re.sub("`[^`]*`", "", prose)
    assert not any(bad in words for bad in ("@mona", "#3", "](https", "<img"))


def test_secrets_stay():
    """A secret in a name or a reason does not leave."""
    text = shown(broken=("x s3cr3t-of-the-run",), reason="s3cr3t-of-the-run", command="echo s3cr3t-of-the-run")

    assert "s3cr3t-of-the-run" not in text
