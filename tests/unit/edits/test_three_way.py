"""Two texts that grew from one, and the text that holds the changes of both."""

from __future__ import annotations

import subprocess
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.edits.three_way import Labels, Merged, marks_of, merge_texts, unresolved
from fakes.git_repositories import PROGRAM

LABELS = Labels("ours", "main")


def merge(base, ours, theirs):
    """The merge of three rows of lines, as lines."""
    return merge_texts(base, ours, theirs, LABELS)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("1\n2\n3\n", "1\n2\n3\n", "1\n2\n3\n", "1\n2\n3\n"),
        ("1\n2\n3\n", "one\n2\n3\n", "1\n2\nthree\n", "one\n2\nthree\n"),
        ("1\n2\n3\n", "1\n2\n3\n4\n", "0\n1\n2\n3\n", "0\n1\n2\n3\n4\n"),
        ("1\n2\n3\n", "2\n3\n", "1\n2\n", "2\n"),
        ("1\n2\n3\n", "1\ntwo\n3\n", "1\ntwo\n3\n", "1\ntwo\n3\n"),
        ("1\n2\n3\n", "1\n2\n", "1\n2\n", "1\n2\n"),
        ("", "new\n", "", "new\n"),
        ("", "new\n", "new\n", "new\n"),
        ("gone\n", "", "gone\n", ""),
        ("1\n2\n3\n4\n5\n", "1\nnew\n2\n3\n4\n5\n", "1\n2\n3\n5\n", "1\nnew\n2\n3\n5\n"),
    ],
)
def test_changes_of_both_sides(base, ours, theirs, merged):
    """What one side changed is taken; the same change on both sides is taken once."""
    assert merge(base, ours, theirs) == merge(base, theirs, ours) == Merged(merged)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("1\n2\n3\n", "1\nB\n3\n", "1\nC\n3\n", "1\n<<<<<<< ours\nB\n=======\nC\n>>>>>>> main\n3\n"),
        ("1\n2\n3\n", "A\n2\n3\n", "1\nB\n3\n", "<<<<<<< ours\nA\n2\n=======\n1\nB\n>>>>>>> main\n3\n"),
        ("1\n", "1\nA\n", "1\nB\n", "1\n<<<<<<< ours\nA\n=======\nB\n>>>>>>> main\n"),
        ("1\n2\n", "1\n", "1\nB\n", "1\n<<<<<<< ours\n=======\nB\n>>>>>>> main\n"),
        ("1\n2\n3\n", "same\nA\n3\n", "same\nB\n3\n", "same\n<<<<<<< ours\nA\n=======\nB\n>>>>>>> main\n3\n"),
        ("", "A\nend\n", "B\nend\n", "<<<<<<< ours\nA\n=======\nB\n>>>>>>> main\nend\n"),
        ("1", "1\n", "1\n2", "1\n<<<<<<< ours\n=======\n2\n>>>>>>> main\n"),
        ("1\n", "A", "B", "<<<<<<< ours\nA\n=======\nB\n>>>>>>> main\n"),
        ("1\r\n", "A\r\n", "B\r\n", "<<<<<<< ours\r\nA\r\n=======\r\nB\r\n>>>>>>> main\r\n"),
        ("1\r\n2", "1\r\nA", "1\r\nB", "1\r\n<<<<<<< ours\r\nA\r\n=======\r\nB\r\n>>>>>>> main\r\n"),
        ("1", "1\nA", "1\nB", "1\n<<<<<<< ours\nA\n=======\nB\n>>>>>>> main\n"),
    ],
)
def test_conflicts(base, ours, theirs, merged):
    """Lines that both sides changed, and changes that touch, stand between git's markers; common ends stand outside."""
    assert merge(base, ours, theirs) == Merged(merged, 1)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("1\n2\n3", "one\n2\n3", "1\n2\n3\n", "one\n2\n3\n"),
        ("1\n2\n3\n", "one\n2\n3\n", "1\n2\n3", "one\n2\n3"),
        ("1\n2\n3\n", "1\r\n2\r\n3\r\n", "1\n2\nthree\n", "1\r\n2\r\nthree\r\n"),
        ("1\r\n2\r\n3\r\n", "one\r\n2\r\n3\r\n", "1\n2\n3\n", "one\n2\n3\n"),
        ("1\r\n2\n3\r\n", "one\r\n2\n3\r\n", "1\r\n2\n3\n", "one\r\n2\n3\n"),
        ("\ufeff1\n2\n3\n", "1\n2\n3\n", "\ufeff1\n2\nthree\n", "1\n2\nthree\n"),
        (
            "1\x0b2\n2\u20283\n3\n",
            "one\x0b2\n2\u20283\n3\n",
            "1\x0b2\n2\u20283\nthree\n",
            "one\x0b2\n2\u20283\nthree\n",
        ),
    ],
)
def test_line_ends(base, ours, theirs, merged):
    """Endings, a missing last one and a byte-order mark are merged like the text; only line feeds end lines."""
    assert merge(base, ours, theirs) == merge(base, theirs, ours) == Merged(merged)


def test_two_conflicts_in_one_text():
    """Each place has its own markers."""
    merged = merge("1\n2\n3\n4\n", "a\n2\n3\nb\n", "c\n2\n3\nd\n")
    assert merged.conflicts == 2
    assert merged.text.count("<<<<<<< ours\n") == merged.text.count(">>>>>>> main\n") == 2


def test_what_is_left_of_a_conflict():
    """A marker that still stands is found, with whatever line end; an underline that a side holds is none."""
    merged = merge("Title\n=======\n1\n", "Title\n=======\n2\n", "Title\n=======\n3\n")
    marks = marks_of(LABELS, "Title\n=======\n2\n", "Title\n=======\n3\n")

    assert marks == ("<<<<<<< ours", ">>>>>>> main")
    assert unresolved(merged.text, marks) == marks
    assert unresolved("Title\n=======\n2\n>>>>>>> main\r\n", marks) == (">>>>>>> main",)
    assert unresolved("Title\n=======\n>>>>>>> main and more\n", marks) == ()


WORDS = st.sampled_from(["a", "b", "c", "", "}", "d\r", "<<<<<<< ours", "======="])
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, st.lists(WORDS, max_size=12), st.sampled_from(["", "\n"]))


def bare(text):
    """The lines without their endings."""
    return text.replace("\r", "").split("\n")


@st.composite
def grown(draw):
    """A text of lines that stand once, and two texts that grew from it; some of their new lines are the same."""
    base = [f"line {number}\n" for number in range(draw(st.integers(0, 10)))]

    def side(name):
        lines = []
        for line in [*base, ""]:
            new = draw(st.sampled_from(["keep", "keep", "keep", "drop", "change", "insert"]))
            pool = st.sampled_from([f"{name} {line.strip()}\n", f"both {line.strip()}\n"])
            lines += [] if new in {"keep", "drop"} else [draw(pool)]
            lines += [line] if new in {"keep", "insert"} else []
        return "".join(lines)

    return "".join(base), side("ours"), side("theirs")


@given(TEXTS, TEXTS)
def test_one_side_unchanged(base, other):
    """Where one side left everything as it was, the other side is the merge, byte for byte."""
    assert merge(base, base, other) == merge(base, other, base) == Merged(other)


@given(TEXTS, TEXTS)
def test_both_sides_the_same(base, other):
    """Two sides that came to the same text make that text."""
    assert merge(base, other, other) == Merged(other)


@given(TEXTS, TEXTS, TEXTS)
def test_neither_side_is_preferred(base, ours, theirs):
    """The sides can change places: the same merge, or the same conflicts with their sides turned round."""
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert one.conflicts == other.conflicts
    assert sorted(bare(one.text)) == sorted(bare(other.text))
    if not one.conflicts:
        assert one.text == other.text


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_is_lost(base, ours, theirs):
    """Every line that a side added stands in the merge."""
    before, after = Counter(bare(base)), set(bare(merge(base, ours, theirs).text))
    for side in (ours, theirs):
        assert (Counter(bare(side)) - before).keys() <= after | {""}


def git_merge(folder, base, ours, theirs):
    """What `git merge-file` makes of it, and whether there were conflicts."""
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_bytes(text.encode())
    command = [PROGRAM, "merge-file", "-p", "-L", "ours", "-L", "base", "-L", "main", "ours", "base", "theirs"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode >= 0
    return done.stdout.decode(), done.returncode > 0


@given(texts=grown())
def test_git_merges_the_same(tmp_path_factory, texts):
    """`git merge-file` comes to the same text, or finds a conflict where we do."""
    text, has_conflicts = git_merge(tmp_path_factory.getbasetemp(), *texts)
    merged = merge(*texts)
    assert bool(merged.conflicts) is has_conflicts
    if not has_conflicts:
        assert merged.text == text


def test_a_long_text_is_merged_quickly():
    """A text of many equal lines, rewritten on one side, costs no more than its length."""
    base = "same\n" * 20_000
    merged = merge(base, base + "end\n", "other\n" * 20_000)
    assert merged.conflicts == 1
