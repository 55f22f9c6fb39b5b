"""What the benchmark of the edit engine counts as right, white space only, WRONG, refused and crashed."""

from __future__ import annotations

import json
import lzma

import pytest

from benchmarks.edits.cases import Case, read_cases
from benchmarks.edits.judge import Outcome, Verdict, judge
from benchmarks.edits.tables import Judged, row_of, rows_by_group, worst


def a_case(after="b\n", *, before="a\n", refusal=False, accepts=False, **fields):
    """A file that becomes another, or must not."""
    given = {"a.txt": before}
    return Case(
        **{
            "case_id": "x",
            "edit_format": "search_replace",
            "answer": "",
            "files_before": given,
            "files_after": given if refusal else {"a.txt": after},
            "expects_refusal": refusal,
            "accepts_refusal": accepts,
            "group": "text",
        }
        | fields
    )


def applied(text):
    """An engine that was content."""
    return Outcome({"a.txt": text}, is_refused=False, ms=1.0)


def refused(text="a\n"):
    """An engine that was not."""
    return Outcome({"a.txt": text}, is_refused=True, ms=1.0)


@pytest.mark.parametrize(
    ("case", "outcome", "verdict"),
    [
        (a_case(), applied("b\n"), Verdict.RIGHT),
        (a_case(), applied("\nb  \n"), Verdict.BLANKS),
        (a_case(), applied("b"), Verdict.BLANKS),
        (a_case("b\r\nc\r\n"), applied("b\r\nc"), Verdict.BLANKS),
        (a_case(), applied("b\r\n"), Verdict.WRONG),
        (a_case("b\r\nc\r\n"), applied("b\r\nc\n"), Verdict.WRONG),
        (a_case(), applied(" b\n"), Verdict.WRONG),
        (a_case(), applied("a\n"), Verdict.WRONG),
        (a_case(), Outcome({"a.txt": "b\n", "c.txt": ""}, is_refused=False, ms=1.0), Verdict.WRONG),
        (a_case(), refused(), Verdict.REFUSED),
        (a_case(accepts=True), refused(), Verdict.RIGHT),
        (a_case(refusal=True), refused(), Verdict.RIGHT),
        (a_case(refusal=True), refused("b\n"), Verdict.WRONG),
        (a_case(accepts=True), refused("b\n"), Verdict.WRONG),
        (a_case(refusal=True), applied("b\n"), Verdict.WRONG),
        (a_case(), Outcome({"a.txt": "b\n"}, is_refused=False, ms=1.0, crash="it died"), Verdict.CRASHED),
        (a_case(refusal=True), Outcome({}, is_refused=True, ms=1.0, crash="it died"), Verdict.CRASHED),
    ],
)
def test_verdicts(case, outcome, verdict):
    """Bytes decide; a refusal is right only where it is wanted or accepted, and only with the tree untouched."""
    assert judge(case, outcome) is verdict


FIELDS = {
    "id": "x/1",
    "format": "apply_patch",
    "answer": "sent",
    "files_before": {"a.txt": "a\r\n"},
    "files_after": {"a.txt": "b\r\n"},
    "expect": "ok",
}


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        ({"family": "ambig", "noise": "dup", "accept": ["error"]}, ("ambig", "dup", "sent", False, True)),
        ({"tier": "policy", "answer_canonical": "clean"}, ("policy", "", "clean", False, True)),
        ({"tier": "core", "expect": "error"}, ("core", "", "sent", True, False)),
    ],
)
def test_cases_are_read(tmp_path, more, seen):
    """Plain and compressed lines are read alike, and texts stay exact."""
    line = json.dumps(FIELDS | more).encode() + b"\n"
    (tmp_path / "a.jsonl").write_bytes(line)
    (tmp_path / "b.jsonl.xz").write_bytes(lzma.compress(line + b"\n"))
    (tmp_path / "README.md").write_bytes(b"no case")
    first, second = read_cases(tmp_path)
    assert first == second
    assert (first.group, first.noise, first.answer, first.expects_refusal, first.accepts_refusal) == seen
    assert first.files_before == {"a.txt": "a\r\n"}


@pytest.mark.parametrize("line", [b"{}", b"[]", b"nonsense", b'{"id": "x"}'])
def test_what_is_no_case(tmp_path, line):
    """A line that is no case is named by file and number."""
    (tmp_path / "a.jsonl").write_bytes(b"\n" + line)
    with pytest.raises(ValueError, match=r"a\.jsonl:2: no case"):
        list(read_cases(tmp_path))


def test_families_are_not_averaged():
    """A row per family, and one per format under it; wrong trees that were announced are counted apart."""
    right = Judged(a_case(), applied("b\n"), Verdict.RIGHT)
    wrong = Judged(a_case(edit_format="apply_patch"), refused("c\n"), Verdict.WRONG)
    other = Judged(a_case(group="ambig"), refused(), Verdict.REFUSED)
    rows = rows_by_group([other, right, wrong])
    assert [(row.name, row.cases, row.right, row.wrong, row.said_so) for row in rows] == [
        ("text", 2, 0.5, 0.5, 1),
        ("  S/R", 1, 1.0, 0.0, 0),
        ("  V4A", 1, 0.0, 1.0, 1),
        ("ambig", 1, 0.0, 0.0, 0),
    ]
    assert [row.name for row in worst(rows, 2)] == ["  V4A", "text"]


def test_percentiles():
    """The 99th percentile of a hundred times is the second longest."""
    judged = [Judged(a_case(), Outcome({}, is_refused=True, ms=float(n)), Verdict.REFUSED) for n in range(1, 101)]
    row = row_of("x", judged)
    assert (row.p50_ms, row.p99_ms) == (50.0, 99.0)
