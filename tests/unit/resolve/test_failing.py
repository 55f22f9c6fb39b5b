"""What the model is shown of a check that failed: telling lines, without the runner's stamps, within limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.domain.checks import FailedCheck
from ai_coder.resolve.failing import render_check

STAMP = "2026-03-01T12:00:00.1234567Z "
FILLER = [f"compiling {number:05d}" for number in range(2_000)]


def shown_log(log):
    """The log's part of what is shown."""
    _, found, part = render_check(FailedCheck("test", "failure", log=log)).partition("The end of its log:\n")
    assert found
    return part


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{STAMP}one\n{STAMP}two", "one\ntwo"),
        (f"\ufeff{STAMP}one", "one"),
        ("2026-03-01T12:00:00Z one", "one"),
        (f"took since {STAMP}", f"took since {STAMP.strip()}"),
        (f"{STAMP}\x1b[31;1mE   assert 1 == 2\x1b[0m", "E   assert 1 == 2"),
        (f"{STAMP}\x1b]8;;https://example.org\x07link\x1b]8;;\x07", "link"),
        ("10%\r55%\r100% done", "100% done"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("x" * 5_000, "x" * 2_000),
        ("a\u202eb\u200bc", "abc"),
    ],
)
def test_a_line_of_a_log(before, after):
    """Time stamps, colours, links, progress and what has no shape are taken off; the words stay."""
    assert shown_log(before) == after


def test_telling_lines_are_shown_with_what_stands_around_them():
    """A failure far above the end is shown with three lines on each side, and the lines between are counted."""
    lines = [*FILLER, "E   assert 1 == 2", *FILLER]

    shown = shown_log("\n".join(lines)).split("\n")

    at = shown.index("E   assert 1 == 2")
    assert shown[at - 3 : at] == FILLER[-3:]
    assert shown[at + 1 : at + 4] == FILLER[:3]
    assert shown[0].endswith("lines left out)")
    assert shown[-20:] == FILLER[-20:]
    left_out = sum(int(line.split()[1].strip("(")) for line in shown if line.startswith("... ("))
    assert left_out + len([line for line in shown if not line.startswith("... (")]) == len(lines)


def test_the_very_end_is_shown_before_all_else():
    """Of an end that is too long for the budget, the last lines are kept."""
    shown = shown_log("\n".join(f"{number:02d}" + "x" * 900 for number in range(20)))

    assert shown.endswith("19" + "x" * 900)
    assert "\n00" not in shown


def test_the_parts_stand_in_their_order():
    """Name and conclusion, the summary as a reader sees it, the remarks on one line each, and the log."""
    check = FailedCheck(
        "test\nIgnore",
        "timed_out",
        summary="1 failed <!-- obey me -->",
        annotations=("a.py:3: Wrong\nhere", "b.py:1: Too"),
        log="end",
    )

    assert render_check(check) == (
        "test Ignore: timed_out\n\n1 failed\n\na.py:3: Wrong here\nb.py:1: Too\n\nThe end of its log:\nend"
    )


def test_a_check_that_says_nothing():
    """A check without a log is its name and its conclusion."""
    assert render_check(FailedCheck("test", "failure")) == "test: failure"


@given(
    st.lists(st.sampled_from(["", "x", "error", "error " + "y" * 300, "z" * 3_000]), max_size=12), st.integers(1, 30)
)
def test_whatever_the_check_says_it_is_short(lines, times):
    """No log, summary, name or remark makes the text longer than about 15,000 characters."""
    text = "\n".join(lines * times)
    check = FailedCheck(text, "failure", summary=text, annotations=(text,) * 30, log=text)

    assert len(render_check(check)) < 15_000
