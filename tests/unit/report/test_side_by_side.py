"""Old and new lines side by side, in colours."""

import pytest

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.source import RepoPath
from ai_coder.report.colours import LEXERS, colour, marked
from ai_coder.report.side_by_side import side_by_side

FAR_APART = ["1 a | 1 A", "2 1 | 2 1", "3 2 | 3 2", "4 3 | 4 3", "…1"]
FAR_APART += ["6 5 | 6 5", "7 6 | 7 6", "8 7 | 8 7", "9 b | 9 B"]


def diff(before, after, path="a.txt", shown=str):
    """The one file of a change set."""
    [one] = side_by_side(ChangeSet.of("0" * 40, [FileChange(RepoPath(path), before, after)]), shown)
    return one


def seen(file):
    """Each row as a person reads it: number and text of both sides, or how many lines are hidden."""
    return [
        f"…{row.hidden}"
        if row.hidden
        else " | ".join(f"{side.number} {''.join(text for _, text in side.pieces)}" for side in (row.old, row.new))
        for row in file.rows
    ]


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        ("1\n2\n3\n", "1\ntwo\n3\n", ["1 1 | 1 1", "2 2 | 2 two", "3 3 | 3 3"]),
        ("1\n", "1\n2\n", ["1 1 | 1 1", "0  | 2 2"]),
        ("1\n2\n", "2\n", ["1 1 | 0 ", "2 2 | 1 2"]),
        (None, "1\n", ["0  | 1 1"]),
        ("1\n", None, ["1 1 | 0 "]),
        ("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\nsix\n", ["…2", "3 3 | 3 3", "4 4 | 4 4", "5 5 | 5 5", "6 6 | 6 six"]),
        ("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n", FAR_APART),
    ],
)
def test_rows(before, after, rows):
    """Changed lines stand beside each other, three equal ones around them, and the rest is counted."""
    assert seen(diff(before, after)) == rows


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("1\r\n", "1\n", "only line ends, or what is not shown, differ"),
        (None, "", "the file is empty"),
        ("1\n", "2\n", ""),
    ],
)
def test_what_no_line_tells(before, after, note):
    """A difference that no line shows is said in words."""
    assert diff(before, after, shown=lambda text: text.replace("\r\n", "\n")).note == note


def test_what_differs_inside_a_line():
    """Two lines that are alike have their difference marked, two that are not have none."""
    [row] = diff("return one + 1\n", "return two + 1\n").rows
    assert row.old.pieces == (("", "return "), ("x", "one"), ("", " + 1"))
    [row] = diff("alpha\n", "something else\n").rows
    assert row.new.pieces == (("", "something else"),)


def test_colours():
    """A known language has its keywords, strings and comments in their classes; the pieces together are the line."""
    lines = colour("a.py", 'def f():  # why\n    return "é"\n')

    assert lines[0][0] == ("k", "def")
    assert ("c", "# why") in lines[0]
    assert ("s", '"é"') in lines[1]
    assert ["".join(text for _, text in line) for line in lines] == ["def f():  # why", '    return "é"', ""]


@pytest.mark.parametrize("ending", sorted(LEXERS))
def test_every_language_keeps_its_text(ending):
    """Whatever a language makes of a text, no character of it is lost."""
    text = '<?x \'a\n"b" /* c\n# d */ `e` {{ f }}\n\n\tg: [h]\n'
    assert ["".join(piece for _, piece in line) for line in colour(f"a.{ending}", text)] == text.split("\n")


def test_marks_split_pieces():
    """A mark begins and ends where it is told, in whatever pieces that is."""
    assert marked((("k", "abc"), ("", "def")), 2, 5) == (("k", "ab"), ("k x", "c"), ("x", "de"), ("", "f"))


def test_a_page_holds_so_many_rows():
    """Rows beyond the limit are counted, not shown."""
    file = diff(None, "".join(f"{n}\n" for n in range(3_000)))
    assert (len(file.rows), file.unshown, file.added) == (2_500, 500, 3_000)
