"""Suggestions: what a comment suggests, and how it is laid over a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.edits.suggestion import LineSwap, parse_suggestion, swap_lines


@pytest.mark.parametrize(
    ("body", "lines", "words"),
    [
        ("```suggestion\nnew\n```", ("new",), ""),
        ("Better:\n\n```suggestion\r\nnew\r\nlines\r\n```\r\n", ("new", "lines"), "Better:"),
        ("```suggestion\n```", (), ""),
        ("```suggestion\n\n```", ("",), ""),
        ("````suggestion\n```\ncode\n```\n````\nThanks.", ("```", "code", "```"), "Thanks."),
        ("~~~ suggestion\n  keep\t\n~~~", ("  keep\t",), ""),
        ("```suggestion\nnever closed", ("never closed",), ""),
        ("```python\nold\n```\n```suggestion\nnew\n```", ("new",), "```python\nold\n```"),
        ("```suggestion `x`\n```suggestion\nnew\n```", ("new",), "```suggestion `x`"),
    ],
)
def test_the_block_and_the_words_around_it(body, lines, words):
    """The lines of the block come out exactly, whatever their blanks, and the words beside it apart."""
    found = parse_suggestion(body)
    assert (found.lines, found.words) == (lines, words)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "No block.",
        "```python\nx\n```",
        "```suggestions\nx\n```",
        "```suggestion\na\n```\n```suggestion\nb\n```",
        "    ```suggestion\n    x\n    ```",
        "So it is written:\n````md\n```suggestion\nx\n```\n````",
        "~~~\n```suggestion\nx\n```",
    ],
)
def test_no_suggestion_or_more_than_one(body):
    """Other blocks are none, and of two nobody can tell which is meant."""
    assert parse_suggestion(body) is None


@pytest.mark.parametrize(
    ("text", "swap", "after"),
    [
        ("a\nb\nc\n", LineSwap(2, 2, ("x", "y")), "a\nx\ny\nc\n"),
        ("a\r\nb\r\nc\r\n", LineSwap(1, 2, ("x",)), "x\r\nc\r\n"),
        ("a\nb", LineSwap(2, 2, ("x",)), "a\nx"),
        ("a\nb", LineSwap(2, 2, ("x", "y")), "a\nx\ny"),
        ("a\r\nb", LineSwap(1, 2, ("x", "y")), "x\r\ny"),
        ("a\r\nb", LineSwap(2, 2, ("x", "y")), "a\r\nx\r\ny"),
        ("a", LineSwap(1, 1, ("x", "y")), "x\ny"),
        ("a\nb\n", LineSwap(1, 1, ()), "b\n"),
        ("a\n\x0cb\u2028c\nd\n", LineSwap(2, 2, ("x",)), "a\nx\nd\n"),
    ],
)
def test_lines_are_replaced_exactly(text, swap, after):
    """Only the lines named change, a new line ends like those it replaces, and only a line feed ends a line."""
    assert swap_lines(text, [swap]) == after


@pytest.mark.parametrize(
    "swaps",
    [[LineSwap(0, 1, ())], [LineSwap(2, 1, ())], [LineSwap(3, 3, ())], [LineSwap(1, 2, ()), LineSwap(2, 2, ("x",))]],
)
def test_what_does_not_fit_is_refused(swaps):
    """Lines that the file lacks and swaps that overlap are never guessed at."""
    with pytest.raises(ValueError, match="line"):
        swap_lines("a\nb\n", swaps)


@given(st.lists(st.text("ab \r", max_size=3), min_size=1, max_size=8), st.data())
def test_a_swap_for_the_same_lines_changes_nothing(lines, data):
    """Replacing lines by themselves leaves the text as it is."""
    lines = [line.rstrip("\r") for line in lines]
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    text = end.join(lines) + end
    first = data.draw(st.integers(1, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    assert swap_lines(text, [LineSwap(first, last, tuple(lines[first - 1 : last]))]) == text
