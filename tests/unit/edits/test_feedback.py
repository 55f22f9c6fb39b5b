"""What the model is told after a refusal."""

from ai_coder.edits import apply_answer, render_feedback
from builders import a_block

LONG = "".join(f"def f{number}():\n    value = {number}\n    return value\n\n" for number in range(30))


def told(answer, files):
    """The feedback on the answer."""
    return render_feedback(apply_answer(files, answer), files)


def test_nothing_is_said_about_good_answers():
    """Feedback is for refusals."""
    assert told(a_block("a", "1\n", "2\n"), {"a": "1\n"}) == ""


def test_not_found_shows_where_lines_diverge():
    """Expected and actual line stand side by side, then the current text, ready to be quoted."""
    text = told(a_block("a.py", "def f7():\n    worth = 8\n    give(value)\n", "pass\n"), {"a.py": LONG})
    assert "Nothing was written" in text
    assert "SEARCH has `    worth = 8` and the file has `    value = 7`" in text
    assert "def f7():\n    value = 7\n    return value\n" in text


def test_ambiguous_shows_what_tells_places_apart():
    """Each place is shown below the nearest lines that stand above no other place."""
    files = {"a.py": "class A:\n    def f(self):\n        pass\n\nclass B:\n    def f(self):\n        pass\n"}
    text = told(a_block("a.py", "        pass\n", "        return\n"), files)
    assert "2 times, at lines 3, 7" in text
    assert "class B:\n        pass\n" in text
    assert "class A:\n        pass\n" not in text.partition("class B:")[2]


def test_wrong_path_names_the_closest():
    """A slip in a path is answered with the paths that are like it."""
    assert "Did you mean `src/shop.py`?" in told(a_block("src/shopp.py", "1\n", "2\n"), {"src/shop.py": "1\n"})


def test_good_edits_are_named():
    """The model learns which of its edits need no second thought, and that all are to be sent again."""
    text = told(a_block("a", "1\n", "2\n") + a_block("b", "7\n", "8\n"), {"a": "1\n", "b": "2\n"})
    assert "1 of 2 edits" in text
    assert "Nothing is wrong with edit 1" in text


def test_feedback_is_bounded():
    """However much fails, the words fit into a prompt."""
    files = {"a.py": "x" * 200_000 + "\n" + LONG * 20}
    answer = "".join(a_block("a.py", f"{'y' * 5_000}\ndef f{n}():\n    other\n", "z\n") for n in range(50))
    text = told(answer, files)
    assert len(text) < 12 * 4_200 + 2_000
    assert "more of your edits fail" in text


def test_quoted_back_ticks_do_not_close_the_fence():
    """The fence around the file's text is longer than any in it."""
    files = {"a.md": "one\n`````\ncode\n`````\ntwo\n"}
    assert "``````\n" in told(a_block("a.md", "one\nsomething else\ncode\n", "1\n"), files)
