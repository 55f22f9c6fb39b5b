"""Every reason to refuse, each with the smallest answer that earns it."""

import json

import pytest

from ai_coder.edits import Code, apply_answer
from builders import a_block

FILES = {
    "a.py": "x = 1\ny = 2\nx = 1\nz = [\n    3,\n]\n",
    "b.py": "q = 0\n",
    "dir/c.py": "c = 1\ncity = 'Lisbon'\n",
    "other/c.py": "c = 2\n",
}
PATCH = "*** Begin Patch\n{}*** End Patch\n"

RENAME = "diff --git a/b.py b/d.py\nrename from b.py\nrename to d.py\n"
ROWS = [
    (Code.NOT_FOUND, a_block("a.py", "nothing like it\n", "new\n")),
    (Code.AMBIGUOUS, a_block("a.py", "x = 1\n", "x = 9\n")),
    (Code.AMBIGUOUS, json.dumps({"path": "a.py", "old_text": "= ", "new_text": "=  "})),
    (Code.ANCHOR_NOT_FOUND, PATCH.format("*** Update File: a.py\n@@ def f():\n-x = 1\n+x = 9\n")),
    (Code.ANCHOR_NOT_FOUND, PATCH.format("*** Update File: a.py\n@@ def f():\n+x = 9\n")),
    (Code.INDENTATION, a_block("a.py", "  z = [\n      3,\n   ]\n", "  z = [\n      4,\n   ]\n")),
    (Code.ALREADY_APPLIED, a_block("dir/c.py", "city = 7\n", "city = 'Lisbon'\n")),
    (Code.ALREADY_APPLIED, a_block("a.py", "y = 2\n", "y = 2\nx = 1\n")),
    (Code.NO_CHANGE, a_block("b.py", "q = 0\n", "q = 0\n")),
    (Code.NO_CHANGE, PATCH.format("*** Update File: b.py\n@@\n q = 0\n")),
    (Code.NO_CHANGE, "b.py\n```\nq = 0\n```\n"),
    (Code.EMPTY_SEARCH, a_block("b.py", "", "new\n")),
    (Code.EMPTY_SEARCH, PATCH.format("*** Update File: b.py\n@@\n+new\n")),
    (Code.OVERLAP, a_block("a.py", "y = 2\n", "y = 3\n") + a_block("a.py", "y = 2\nx = 1\n", "y = 4\nx = 1\n")),
    (Code.OVERLAP, a_block("b.py", "q = 0\n", "q = 3\n") + "\n*** Delete File: b.py\n"),
    (Code.OVERLAP, "*** Move File: b.py\n*** Move to: d.py\n\nb.py\n```\nfrom d import q\n```\n"),
    (Code.OVERLAP, PATCH.format("*** Move File: b.py\n*** Move to: d.py\n*** Add File: b.py\n+from d import q\n")),
    (Code.OVERLAP, f"{RENAME}diff --git a/b.py b/b.py\n--- /dev/null\n+++ b/b.py\n@@ -0,0 +1 @@\n+from d import q\n"),
    (Code.TRUNCATED, "b.py\n<<<<<<< SEARCH\nq = 0\n=======\nq = 1\n"),
    (Code.TRUNCATED, "b.py\n<<<<<<< SEARCH\nq = 0\n>>>>>>> REPLACE\n"),
    (Code.TRUNCATED, "b.py\n```\nq = 1\n"),
    (Code.TRUNCATED, "*** Begin Patch\n*** Update File: b.py\n@@\n-q = 0\n+q = 1\n"),
    (Code.MALFORMED, PATCH.format("*** Add File: d.py\nq = 1\n")),
    (Code.MALFORMED, json.dumps({"path": "b.py"})),
    (Code.MALFORMED, json.dumps({"path": "b.py", "old_text": "q = 0", "new_text": "q = 1", "move_to": "d.py"})),
    (Code.MALFORMED, json.dumps({"path": "b.py", "new_text": "q = 1", "move_to": "d.py"})),
    (Code.BAD_PATH, a_block("../d.py", "", "new\n")),
    (Code.BAD_PATH, a_block(".git/hooks/post-commit", "", "new\n")),
    (Code.BAD_PATH, PATCH.format("*** Add File: /etc/motd\n+new\n")),
    (Code.BAD_PATH, PATCH.format("*** Add File: \n+new\n")),
    (Code.UNKNOWN_PATH, a_block("d.py", "q = 0\n", "q = 1\n")),
    (Code.UNKNOWN_PATH, a_block("c.py", "c = 1\n", "c = 3\n")),
    (Code.UNKNOWN_PATH, PATCH.format("*** Delete File: d.py\n")),
    (Code.UNKNOWN_PATH, "```diff\n-q = 0\n+q = 1\n```\n"),
    (Code.EXISTS, PATCH.format("*** Add File: b.py\n+new\n")),
    (Code.EXISTS, "*** Move File: b.py\n*** Move to: a.py\n"),
    (Code.ELIDED, a_block("b.py", "q = 0\n", "q = 1\n# ... existing code ...\n")),
    (Code.ELIDED, a_block("b.py", "q = 0\n", "q = 1\n# rest of the code unchanged\n")),
    (Code.CONFLICT_MARKERS, a_block("b.py", "q = 0\n", "<<<<<<< HEAD\nq = 1\n")),
    (Code.ENCODED, a_block("b.py", "q = 0\n", "q = 0 &lt; 1\n")),
    (Code.ENCODED, a_block("b.py", "q = 0\n", '# say \\"q\\"\nq = 0\n')),
    (Code.SYNTAX, a_block("a.py", "z = [\n", "z = [(\n")),
    (Code.NO_EDIT, "I would rather not.\n"),
    (Code.NO_EDIT, "```python\nq = 1\n```\nThat is all, but where?\n"),
    (Code.TOO_LARGE, a_block("b.py", "q = 0\n", "q = 1\n") * 1_001),
]


@pytest.mark.parametrize(("code", "answer"), ROWS)
def test_refusals(code, answer):
    """An answer that cannot be applied without guessing is refused with its reason, and changes nothing."""
    applied = apply_answer(FILES, answer)
    assert code in {refusal.code for refusal in applied.refusals}
    assert applied.files == FILES
    assert applied.changes == ()
    assert all(refusal.message.endswith(".") and "\n" not in refusal.message for refusal in applied.refusals)


def test_a_piece_is_no_whole_file():
    """A text that keeps little of a long file is refused: it is rather a piece of it."""
    files = {"a.txt": "".join(f"{number} bottles\n" for number in range(100))}
    applied = apply_answer(files, "a.txt\n```\n1 bottles\n```\n")
    assert [refusal.code for refusal in applied.refusals] == [Code.SHRUNK]


def test_an_insertion_beside_a_line_left_out_is_refused():
    """New lines go between two lines that stand together, or nowhere."""
    files = {"a.txt": "alpha\nbravo\ncharlie\ndelta\n"}
    answer = a_block("a.txt", "alpha\ncharlie\ndelta\n", "alpha\nnew\ncharlie\ndelta\n")
    applied = apply_answer(files, answer)
    assert [refusal.code for refusal in applied.refusals] == [Code.NOT_PINNED]


def test_every_reason_is_tested():
    """A new code needs a row."""
    assert {code for code, _ in ROWS} | {Code.SHRUNK, Code.NOT_PINNED} == set(Code)


def test_a_block_that_changes_nothing_is_passed_over_among_others():
    """It is refused only where it is all there is."""
    answer = a_block("b.py", "q = 0\n", "q = 0\n") + a_block("a.py", "y = 2\n", "y = 3\n")
    applied = apply_answer(FILES, answer)
    assert [change.path for change in applied.changes] == ["a.py"]


@pytest.mark.parametrize(
    "line", ["...", "# TODO: the rest of the tests", "pass  # ...", "print('...')", "same = other"]
)
def test_dots_may_be_code(line):
    """Not every ellipsis leaves something out."""
    applied = apply_answer(FILES, a_block("b.py", "q = 0\n", f"{line}\n"))
    assert applied.refusals == ()


def test_what_was_in_the_file_is_no_news():
    """Placeholders and markers that stood in the file before may stay and move."""
    files = {"a.md": "# Title\n<<<<<<< HEAD\n# ... existing code ...\ntext\n"}
    answer = a_block(
        "a.md", "<<<<<<< HEAD\n# ... existing code ...\ntext\n", "text\n# ... existing code ...\n<<<<<<< HEAD\n"
    )
    assert apply_answer(files, answer).refusals == ()
