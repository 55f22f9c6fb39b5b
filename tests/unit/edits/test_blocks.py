"""SEARCH/REPLACE blocks and whole files: text before -> text after, or a refusal."""

import pytest

from ai_coder.edits import Code, apply_answer, describe_format, render_feedback
from builders import a_block


def check(answer, before, after):
    """The answer turns the tree into another one."""
    applied = apply_answer(before, answer)
    assert applied.refusals == ()
    assert applied.files == after


def check_refused(answer, before, *codes):
    """The answer is refused for these reasons, and nothing is changed."""
    applied = apply_answer(before, answer)
    assert [refusal.code for refusal in applied.refusals] == list(codes)
    assert applied.files == before
    assert applied.changes == ()


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        ("1\n2\n3\n", "2\n", "9\n", "1\n9\n3\n"),
        ("1\n2\n3\n", "2\n", "", "1\n3\n"),
        ("1\n2\n3\n", "1\n", "0\n1\n", "0\n1\n2\n3\n"),
        ("1\r\n2\r\n", "2\n", "9\n", "1\r\n9\r\n"),
        ("1\n2", "2\n", "8\n9\n", "1\n8\n9"),
        ("1\r\n2\n3", "3\n", "3\n4\n", "1\r\n2\n3\r\n4"),
        ("\ufeff1\n2\n", "1\n", "9\n", "\ufeff9\n2\n"),
        ("1  \n2\n3\n", "1\n2\n", "1\n9\n", "1  \n9\n3\n"),
    ],
)
def test_lines_are_replaced(before, old, new, after):
    """What SEARCH and REPLACE share keeps the file's own bytes; new lines end as the file's lines do."""
    check(a_block("a.txt", old, new), {"a.txt": before}, {"a.txt": after})


def test_blocks_are_located_in_the_file_as_it_was():
    """The order of blocks does not matter, and a block may build on the result of another."""
    before = {"a.txt": "1\n2\n3\n"}
    check(a_block("a.txt", "3\n", "8\n") + a_block("a.txt", "1\n", "7\n"), before, {"a.txt": "7\n2\n8\n"})
    check(a_block("a.txt", "1\n", "one\n") + a_block("a.txt", "one\n", "ONE\n"), before, {"a.txt": "ONE\n2\n3\n"})


@pytest.mark.parametrize(
    ("before", "old", "new", "code"),
    [
        ("1\n", "2\n", "3\n", Code.NOT_FOUND),
        ("1\n1\n", "1\n", "3\n", Code.AMBIGUOUS),
        ("1\n", "", "3\n", Code.EMPTY_SEARCH),
        ("1\n", "1\n", "1\n", Code.NO_CHANGE),
        ("value = fresh\n", "value = stale\n", "value = fresh\n", Code.ALREADY_APPLIED),
        ("1\n", "1\n", "1\n# ... existing code ...\n", Code.ELIDED),
    ],
)
def test_what_cannot_be_placed_is_refused(before, old, new, code):
    """SEARCH stands exactly once, or nothing is changed."""
    check_refused(a_block("a.txt", old, new), {"a.txt": before}, code)


def test_all_or_nothing():
    """A block that fails takes the others with it."""
    check_refused(a_block("a.txt", "1\n", "2\n") + a_block("a.txt", "7\n", "8\n"), {"a.txt": "1\n"}, Code.NOT_FOUND)


@pytest.mark.parametrize("path", ["../x.py", "/etc/x.py", ".git/config"])
def test_paths_outside_are_refused(path):
    """No edit leaves the tree."""
    check_refused(a_block(path, "", "1\n"), {}, Code.BAD_PATH)


def test_a_fence_below_a_path_is_the_whole_file():
    """A whole file creates or rewrites; prose around it is passed over."""
    answer = "Here it is.\n\nb.py\n```python\nx = 1\n```\nDone.\n"
    check(answer, {"a.py": "y = 2\n"}, {"a.py": "y = 2\n", "b.py": "x = 1\n"})
    check(answer, {"b.py": "x = 0\n"}, {"b.py": "x = 1\n"})


def test_files_are_deleted_and_moved():
    """One line deletes, two lines move; an edit of a moved file names either path."""
    check("*** Delete File: a.txt\n", {"a.txt": "1\n", "b.txt": "2\n"}, {"b.txt": "2\n"})
    move = "*** Move File: a.txt\n*** Move to: c.txt\n\n"
    check(move + a_block("c.txt", "1\n", "9\n"), {"a.txt": "1\n"}, {"c.txt": "9\n"})
    check(move + a_block("a.txt", "1\n", "9\n"), {"a.txt": "1\n"}, {"c.txt": "9\n"})
    check(f"{move}c.txt\n```\n9\n```\n", {"a.txt": "1\n"}, {"c.txt": "9\n"})


def test_an_answer_without_an_edit_is_refused():
    """Prose alone is no edit, and a block without an end is none either."""
    check_refused("I would change the colour.\n", {"a.txt": "1\n"}, Code.NO_EDIT)
    check_refused("a.txt\n<<<<<<< SEARCH\n1\n=======\n2\n", {"a.txt": "1\n"}, Code.TRUNCATED)


def test_an_unknown_format_is_an_error():
    """The format is the caller's choice, not the model's."""
    with pytest.raises(ValueError, match="none of"):
        apply_answer({}, "", edit_format="xml")


def test_feedback_shows_the_file_as_it_is():
    """A block that is not found is told back with the closest place and its current text."""
    files = {"a.py": "def greet(name):\n    print('Good morning, ' + name + '!')\n    return name\n"}
    answer = a_block("a.py", "def greet(name):\n    print('Hi ' + name)\n    return name\n", "pass\n")
    told = render_feedback(apply_answer(files, answer), files)
    assert "Nothing was written" in told
    assert "print('Hi ' + name)" in told
    assert "    print('Good morning, ' + name + '!')\n    return name\n" in told


def test_the_example_in_the_instructions_is_applied():
    """What the prompt shows as an example is an answer that the engine takes."""
    example = describe_format().partition("An example.")[2]
    files = {"greet.py": 'def greet(name):\n    print("Hi " + name)\n', "scripts/old_greet.py": "1\n"}
    check(example, files, {"greet.py": 'def greet(name):\n    print(f"Good day, {name}.")\n'})
