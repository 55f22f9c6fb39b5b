"""A model's remarks: how they are read, and which of them may be posted."""

import pytest

from ai_coder.domain.diff import FileDiff
from ai_coder.domain.review import Finding
from ai_coder.generate.findings import check_findings, parse_findings, parse_review

PATCH = "@@ -1,5 +1,5 @@\n one\n-two\n+TWO\n three\n-four\n five\n+six\n@@ -20,2 +20,3 @@\n a\n+b\n c"
DIFF = (FileDiff("src/a b.py", patch=PATCH), FileDiff("logo.png", "added"))
"""Lines after the change: 1 one, 2 TWO (new), 3 three, (four is gone), 4 five, 5 six (new); 20 a, 21 b (new), 22 c."""


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a.py:3 | Wrong.", Finding("a.py", 3, 3, "Wrong.")),
        ("`src/a b.py:12-14` | Wrong.", Finding("src/a b.py", 12, 14, "Wrong.")),
        ("- a.py:L9-L7: Wrong.", Finding("a.py", 7, 9, "Wrong.")),
        ("a.py:3\nWrong: `x:1 | y`.", Finding("a.py", 3, 3, "Wrong: `x:1 | y`.")),
        ("a.py:3 | So.\n```suggestion\nx = 1\n\n```", Finding("a.py", 3, 3, "So.", ("x = 1", ""))),
        ("a.py:3 | ```suggestion\n```", Finding("a.py", 3, 3, "", ())),
    ],
)
def test_a_remark_is_read(text, finding):
    """Path, lines, words and suggestion are told apart, in the ways that models write them."""
    assert parse_findings([text]) == (finding,)


@pytest.mark.parametrize("text", ["", "Everything is wrong.", "a.py | Wrong.", "a.py: wrong", ":3 | x"])
def test_what_has_no_place_is_no_remark(text):
    """A remark that names no line is left out."""
    assert parse_findings([text]) == ()


def test_a_whole_reply_is_read():
    """The summary ends where the first remark begins; a reply without remarks is all summary."""
    summary, findings = parse_review("Good.\nIndeed.\n**FINDING** a.py:1\nNo.\n\nFINDING: b.py:2-3\nYes.\n")
    assert summary == "Good.\nIndeed."
    assert findings == (Finding("a.py", 1, 1, "No."), Finding("b.py", 2, 3, "Yes."))
    assert parse_review("Fine.") == ("Fine.", ())


@pytest.mark.parametrize(
    ("first", "last", "is_posted"),
    [
        (2, 2, True),
        (1, 2, True),
        (1, 3, True),
        (1, 1, True),  # a line was removed right below
        (3, 4, True),  # a line was removed between
        (5, 5, True),
        (21, 22, True),
        (20, 20, False),
        (22, 22, False),
        (5, 20, False),  # two hunks
        (6, 6, False),
        (0, 2, False),
    ],
)
def test_remarks_stand_on_changed_lines(first, last, is_posted):
    """A remark is posted where one hunk shows all its lines and one of them was changed, or one beside it removed."""
    checked = check_findings([Finding("src/a b.py", first, last, "x")], DIFF)
    assert (len(checked.findings), checked.dropped) == ((1, 0) if is_posted else (0, 1))


def test_a_remark_over_two_hunks_that_touch_is_dropped():
    """A forge takes no remark that begins in one hunk and ends in the next, even where no line is between them."""
    diff = [FileDiff("a.py", patch="@@ -1,1 +1,2 @@\n one\n+two\n@@ -9,1 +3,2 @@\n+three\n four")]
    assert check_findings([Finding("a.py", 2, 3, "x")], diff).dropped == 1
    assert check_findings([Finding("a.py", 3, 3, "x")], diff).dropped == 0


def test_remarks_on_files_without_lines_are_dropped():
    """Where the diff shows no lines, or has no such file, nothing can be said."""
    findings = [Finding("logo.png", 1, 1, "x"), Finding("b.py", 1, 1, "x"), Finding("src/a b.py", 2, 2, "")]
    assert check_findings(findings, DIFF).dropped == 3


def test_what_was_said_is_not_said_again():
    """A remark on the same lines is known by its fingerprint, also after they moved; on other lines it is new."""
    first = check_findings([Finding("src/a b.py", 2, 2, "x")], DIFF)
    moved = (FileDiff("src/a b.py", patch="@@ -7,1 +8,2 @@\n a\n+  TWO\n+seven"),)

    again = check_findings([Finding("src/a b.py", 9, 9, "y"), Finding("src/a b.py", 10, 10, "z")], moved, first.prints)

    assert [finding.text for finding in again.findings] == ["z"]
    assert again.known == 1


def test_suggestions_are_small_and_change_something():
    """A suggestion that says what stands there, or that is long, is left out; the remark stays."""
    same, long = Finding("src/a b.py", 2, 2, "x", ("TWO",)), Finding("src/a b.py", 5, 5, "x", ("six",) * 30)
    good = Finding("src/a b.py", 21, 21, "x", ("B",))
    checked = check_findings([same, long, good], DIFF)
    assert [finding.suggestion for finding in checked.findings] == [None, None, ("B",)]
