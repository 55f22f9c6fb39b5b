"""What a reply says beside its edits."""

import pytest

from ai_coder.generate.answer import NO_CHANGE_LINE, read_words
from builders import a_block

EDIT = a_block("a.py", "1\n", "2\n")


@pytest.mark.parametrize(
    ("text", "title", "summary"),
    [
        (f"Title: Use two\n\nTwo is better.\n\n{EDIT}", "Use two", "Two is better."),
        (f"**Title:** Use two.\nTwo is better.\n\n`a.py`\n{EDIT}", "Use two", "Two is better."),
        (f"# Title: `Use two`\n{EDIT}", "Use two", ""),
        (f"Two is better.\n{EDIT}", "", "Two is better."),
        (f"{EDIT}Title: too late", "", ""),
    ],
)
def test_title_and_summary(text, title, summary):
    """Title and prose are what stands before the first edit, without the line that names its file."""
    words = read_words(text)
    assert (words.title, words.summary, words.declines) == (title, summary, "")


@pytest.mark.parametrize(
    ("text", "declines", "summary"),
    [
        ("NO CHANGE: it is done already", "no_change", "it is done already"),
        ("Title: x\nNO_CHANGE: done", "no_change", "done"),
        ("**NO CHANGE:** done", "no_change", "done"),
        ("CANNOT: no such function\nIt was removed.", "cannot", "no such function\nIt was removed."),
        (NO_CHANGE_LINE, "no_change", ""),
        (f"NO CHANGE: hm\n{EDIT}", "", "NO CHANGE: hm"),
        ("I cannot see why.", "", "I cannot see why."),
    ],
)
def test_declines(text, declines, summary):
    """A decline is a line of its own, and counts only where no edit stands."""
    words = read_words(text)
    assert (words.declines, words.summary) == (declines, summary)
