"""The ladder, rung by rung: how SEARCH may differ from the file, and what then comes out."""

import pytest

from ai_coder.edits import Code, apply_answer
from builders import a_block

CODE = """\
class Shop:
    def open(self):
        self.lights = "on"
        self.door = "open"

        return self.door

    def close(self):
        self.lights = "off"
        self.door = "shut"
"""


def check(before, old, new, after):
    """The block turns the file into another one."""
    applied = apply_answer({"a.txt": before}, a_block("a.txt", old, new))
    assert applied.refusals == ()
    assert applied.files == {"a.txt": after}
    return applied


def check_refused(before, old, new, code):
    """The block is refused for this reason."""
    applied = apply_answer({"a.txt": before}, a_block("a.txt", old, new))
    assert [refusal.code for refusal in applied.refusals] == [code]
    assert applied.files == {"a.txt": before}


def shifted(text, prefix):
    """The text with a prefix on every line that is not blank."""
    return "".join(prefix + line if line.strip() else line for line in text.splitlines(keepends=True))


OPEN = CODE[CODE.index("    def open") : CODE.index("        return")]
LOUD = OPEN.replace('"open"\n', '"open"\n        self.sign = "OPEN"\n')
AFTER = CODE.replace(OPEN, LOUD)


@pytest.mark.parametrize(
    ("bend", "says"),
    [
        (lambda text: text, ""),
        (lambda text: text.replace("\n", "  \n"), "trailing white space"),
        (lambda text: shifted(text, "    "), "indentation"),
        (lambda text: text.replace("    ", "\t"), "indentation"),
        (lambda text: text.replace("\n    ", "\n").removeprefix("    "), "indentation"),
        (lambda text: text.lstrip(), "indentation"),
        (lambda text: text.replace('"on"', "”on”"), "typographic"),
        (lambda text: text.replace('"on"\n', '"on"\n\n'), "blank lines"),
        (lambda text: "\n" + text, "blank lines"),
        (
            lambda text: "".join(f"{n:4} | {line}" for n, line in enumerate(text.splitlines(keepends=True), 2)),
            "numbers",
        ),
        (lambda text: text.replace('"', "&quot;"), "entities"),
        (lambda text: text.replace('"', '\\"'), '`\\"`'),
        (lambda text: text.replace("self.lights", "self.lihgts"), "alignment"),
    ],
)
def test_a_bent_quotation_finds_its_place(bend, says):
    """However both sides of a block are bent alike, the file gets the new line as it would have written it."""
    applied = check(CODE, bend(OPEN), bend(LOUD), AFTER)
    assert says in " ".join(applied.notes)


@pytest.mark.parametrize(
    ("before", "old", "after"),
    [
        ("a\n  x = 1\nb\nx = 1\n", "x = 1\n", "a\n  x = 1\nb\ny\n"),
        ("x = 1  \nx = 1\n", "x = 1\n", "x = 1  \ny\n"),
        ("‘x’\n'x'\n", "'x'\n", "‘x’\ny\n"),
        ("a\n\nb\nc\na\nb\n", "a\nb\n", "a\n\nb\nc\ny\n"),
    ],
)
def test_the_more_literal_rung_wins(before, old, after):
    """A place that fits exactly is meant, even where another fits in a looser sense."""
    check(before, old, "y\n", after)


def test_unchanged_lines_keep_their_bytes():
    """What both sides of a block share is never written: the file's own spelling, blanks and endings stay."""
    check("“a”  \r\nb\t\r\nc\r\n", '"a"\nb\nc\n', '"a"\nb\nnew\n', "“a”  \r\nb\t\r\nnew\r\n")


def test_search_alone_may_be_outdented():
    """Where REPLACE is indented as the file is and SEARCH is not, REPLACE is taken as it is."""
    old = OPEN.replace("\n    ", "\n").removeprefix("    ")
    check(CODE, old, LOUD, AFTER)


def test_a_whole_block_is_wrapped():
    """Lines that go deeper than SEARCH quotes them go deeper than the file has them."""
    check(
        "if a:\n    b()\n    c()\n",
        "b()\nc()\n",
        "if x:\n    b()\n    c()\n",
        "if a:\n    if x:\n        b()\n        c()\n",
    )


LONG = "".join(f"line {n} is {n * n}\n" for n in range(40))


@pytest.mark.parametrize("mark", ["...", "# ... existing code ...", "// ... rest of the function", "…"])
def test_lines_may_be_left_out_on_both_sides(mark):
    """An elision that both sides have stands for the lines between the pieces."""
    old = f"line 3 is 9\nline 4 is 16\n{mark}\nline 20 is 400\n"
    check(LONG, old, old.replace("line 4 is 16", "four"), LONG.replace("line 4 is 16", "four"))


def test_lines_left_out_of_search_must_come_back_in_replace():
    """An elision that SEARCH alone has is filled from the file; what it stands for is never deleted."""
    lines = LONG.splitlines(keepends=True)
    new = "".join(lines[3:8]) + "new\n" + lines[8]
    check(LONG, f"{lines[3]}...\n{lines[8]}", new, LONG.replace(lines[8], f"new\n{lines[8]}"))
    check_refused(LONG, f"{lines[3]}...\n{lines[8]}", f"{lines[3]}{lines[8]}", Code.NOT_FOUND)


POEM = "alpha one\nbravo two\ncharlie three\ndelta four\necho five\nfoxtrot six\n"


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        (
            "alpha one\nbravo tow\ncharlie three\ndelta four\n",
            "alpha one\nbravo tow\ncharlie three\nDELTA\n",
            POEM.replace("delta four", "DELTA"),
        ),
        (
            "alpha one\nbravo two\ncharlie threee\ndelta four\n",
            "alpha one\nbravo two\nCHARLIE\ndelta four\n",
            POEM.replace("charlie three", "CHARLIE"),
        ),
        (
            "bravo two\nalpha one\ncharlie three\ndelta four\n",
            "bravo two\nalpha one\ncharlie three\nDELTA\n",
            POEM.replace("delta four", "DELTA"),
        ),
        (
            "alpha one\ncharlie three\ndelta four\necho five\n",
            "alpha one\ncharlie three\nDELTA\necho five\n",
            POEM.replace("delta four", "DELTA"),
        ),
    ],
    ids=["slip in a line that stays", "slip in a line that goes", "two lines swapped", "a line not quoted"],
)
def test_lines_are_aligned(old, new, after):
    """A block most of whose lines stand in one stretch of the file is laid onto it."""
    check(POEM, old, new, after)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("alpha one\nbravo two\nzulu\ndelta four\n", "alpha one\nbravo two\nZ\ndelta four\n", Code.NOT_FOUND),
        ("bravo two\nzulu and more\n", "bravo two\nZ\n", Code.NOT_FOUND),
        ("alpha one\ncharlie three\ndelta four\n", "alpha one\nnew\ncharlie three\ndelta four\n", Code.NOT_PINNED),
        ("alpha one\ncharlie three\ndelta four\n", "new\ndelta four\n", Code.NOT_PINNED),
    ],
    ids=["a line to be replaced is not there", "too few lines", "inserted where a line is left out", "around one"],
)
def test_what_is_not_pinned_is_refused(old, new, code):
    """Alignment proves where unchanged lines are, never what a changed line might have been."""
    check_refused(POEM, old, new, code)


def test_two_alike_stretches_are_a_tie():
    """A stretch must be clearly better than any other."""
    twice = POEM + "middle\n" + POEM.replace("six", "sixty")
    check_refused(
        twice,
        "alpha one\nbravo tow\ncharlie three\ndelta four\n",
        "alpha one\nbravo tow\nC\ndelta four\n",
        Code.AMBIGUOUS,
    )


@pytest.mark.parametrize(
    ("before", "old"),
    [
        ("x = 1\n" * 160_000, "x = 1\n" * 5_000 + "z\n"),
        ("a\nb\n" * 200_000, "a\na\n" * 2_000),
        ("a\nb\n" * 200_000, "a\nb\nc\n" * 600),
        ("\n" * 900_000, "\n\nx\n\n"),
    ],
)
def test_repetition_ends_in_a_refusal(before, old):
    """Text that repeats itself thousands of times is refused, and the work it may cause is counted."""
    applied = apply_answer({"a": before}, a_block("a", old, "new\n"))
    assert {refusal.code for refusal in applied.refusals} <= {Code.NOT_FOUND, Code.TOO_LARGE, Code.AMBIGUOUS}
    assert applied.refusals
