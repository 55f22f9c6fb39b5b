"""The one function that turns a model's indentation into that of the file."""

import pytest

from ai_coder.edits import Code, apply_answer
from ai_coder.edits.indentation import explain
from builders import a_block


@pytest.mark.parametrize(
    ("pairs", "wanted", "becomes"),
    [
        ([("  ", "  ")], "    ", "    "),
        ([("", "    "), ("  ", "      ")], "    ", "        "),
        ([("    ", ""), ("      ", "  ")], "        ", "    "),
        ([("", ""), ("\t", "    ")], "\t\t", "        "),
        ([("", ""), ("\t", "  ")], "\t\t", "    "),
        ([("    ", "\t"), ("        ", "\t\t")], "            ", "\t\t\t"),
        ([("", "\t"), ("  ", "\t\t")], "    ", "\t\t\t"),
        ([("", ""), ("  ", "    "), ("    ", "        ")], "  ", "    "),
    ],
    ids=["none", "added", "cut", "tabs to four", "tabs to two", "four to tabs", "two to tabs, deeper", "stretched"],
)
def test_functions(pairs, wanted, becomes):
    """All pairs together give away the function, which then also holds for lines that have no pair."""
    table = explain(pairs, [wanted])
    assert table is not None
    assert table[wanted] == becomes


@pytest.mark.parametrize(
    ("pairs", "wanted"),
    [
        ([("", "    "), ("  ", "  ")], ""),
        ([("    ", "        "), ("  ", "  ")], "    "),
        ([("  ", "    "), ("  ", "  ")], "  "),
        ([("    ", "  ")], ""),
        ([("", "\t")], "    "),
        ([("", ""), ("  ", "    ")], "      "),
    ],
    ids=["two shifts", "one line moved", "no function", "cannot be cut", "width unknown", "beyond the pairs"],
)
def test_no_function(pairs, wanted):
    """Where the pairs do not agree, or do not reach as far as what is wanted, nothing is guessed."""
    assert explain(pairs, [wanted]) is None


def test_indentation_of_another_kind_is_refused():
    """New lines indented by tabs do not go into a file that knows only blanks."""
    files = {"a.txt": "head:\n" + "".join(f"    item {number}\n" for number in range(6))}
    applied = apply_answer(files, a_block("a.txt", "head:\n", "head:\n\tnew\n"))
    assert [refusal.code for refusal in applied.refusals] == [Code.INDENTATION]
