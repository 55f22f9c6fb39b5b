"""What a model says of review threads, in a call and in a reply."""

import pytest

from ai_coder.domain.review import ThreadWord, Verdict
from ai_coder.generate.answer import read_words
from ai_coder.generate.thread_words import parse_thread_words


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("T1 | fixed | Done so.", ThreadWord("T1", Verdict.FIXED, "Done so.")),
        ("T12|not_changed|No: it is | right.", ThreadWord("T12", Verdict.NOT_CHANGED, "No: it is | right.")),
        ("Thread T2: not changed: Why.", ThreadWord("T2", Verdict.NOT_CHANGED, "Why.")),
        ("- **Thread t3:** Question: Which?", ThreadWord("T3", Verdict.QUESTION, "Which?")),
        ("T4 | done", ThreadWord("T4", Verdict.FIXED, "")),
    ],
)
def test_a_word_is_read(text, word):
    """Name, verdict and words are told apart, in the ways that models write them."""
    assert parse_thread_words([text]) == (word,)


def test_what_says_nothing_is_left_out():
    """Other texts are no words, and the last word on a thread counts."""
    texts = ["", "All done.", "T1 | maybe | x", "Thread: fixed", "T1 | fixed | a", "T1 | question | b"]
    assert parse_thread_words(texts) == (ThreadWord("T1", Verdict.QUESTION, "b"),)


def test_lines_of_a_reply():
    """Lines on threads are taken out of summary and reason, and what stands in an edit is none."""
    edit = "a.py\n<<<<<<< SEARCH\nThread T2: fixed: x\n=======\nThread T2: fixed: y\n>>>>>>> REPLACE\n"
    words = read_words(f"Title: Do it\nThread T1: fixed: Done.\nSo it is.\n\n{edit}")
    assert (words.title, words.summary) == ("Do it", "So it is.")
    assert words.threads == (ThreadWord("T1", Verdict.FIXED, "Done."),)
    declined = read_words("NO CHANGE: It is right.\nThread T1: not changed: Because.")
    assert (declined.summary, declined.threads[0].text) == ("It is right.", "Because.")
