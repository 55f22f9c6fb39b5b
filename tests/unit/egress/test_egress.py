"""Titles, commit messages, whole comments and lines of a log."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ai_coder.egress import Egress, log_line, log_text
from ai_coder.egress.egress import MAX_COMMENT_CHARS, MAX_SUMMARY_BYTES

EGRESS = Egress()
OURS = (
    "<!-- ai_coder:status {} -->\n### Done @mona\n\n| file | + |\n|---|--:|\n| `a.py` | 1 |\n\n"
    "[Pull request #8](https://github.com/o/r/pull/8)\n\nCloses #7\n"
)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Greet in Portuguese", "Greet in Portuguese"),
        ("  two\nlines\tand\r\nblanks ", "two lines and blanks"),
        ("Fix #12 for @mona, GH-3", "Fix # 12 for @ mona, GH 3"),
        ("Fix https://github.com/o/r/issues/5", "Fix https://github.com/o/r/issues/ 5"),
        ("[skip ci] Greet", "Greet"),
        ("Greet [CI Skip]***NO_CI***[no ci][skip actions][actions skip]", "Greet"),
        ("Greet [skip [skip ci]ci]", "Greet"),
        ("Greet [skip\u200b ci]", "Greet"),
        ("a\u202eb\U000e0041\x1b[1m\ud800", "ab[1m\ufffd"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_title(words, title):
    """A title is one line that notifies nobody, closes nothing and lets CI run."""
    assert EGRESS.title(words) == title


@pytest.mark.parametrize(("length", "shown"), [(250, 250), (251, 250), (400, 250)])
def test_long_title(length, shown):
    """A title longer than the forge takes ends in an ellipsis."""
    title = EGRESS.title("é" * length)
    assert len(title) == shown
    assert title.endswith("…") is (length > 250)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Greet", "Greet"),
        ("Greet\nin Portuguese", "Greet\n\nin Portuguese"),
        ("\n\nGreet\n\nCloses #7 [skip ci]\n", "Greet\n\nCloses # 7"),
        ("Greet\n\nSigned-off-by: A <a@b.example>", "Greet\n\n> Signed-off-by: A <a@ b.example>"),
        ("Greet\n\nCo-authored-by : A\nskip-checks: true", "Greet\n\n> Co-authored-by : A"),
        ("Co-authored-by: A", "> Co-authored-by: A"),
        ("fix: Greet\nNote: done", "fix: Greet\n\n> Note: done"),
        ("fix(greet)!: Greet", "fix(greet)!: Greet"),
        ("", ""),
    ],
)
def test_commit_message(words, message):
    """Foreign words in a commit message bring no trailer, no reference and no order to CI."""
    assert EGRESS.commit_message(words) == message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a.py", "`a.py`"),
        ("a`b.py", "``a`b.py``"),
        ("`a`", "`` `a` ``"),
        ("a|b", "<code>a&#124;b</code>"),
        ("a\nb", "`a b`"),
        ("@codex/a.js", "`@codex/a.js`"),
        ("", ""),
    ],
)
def test_code(text, code):
    """A name is shown exactly, whatever backticks and bars it has."""
    assert EGRESS.code(text) == code


def test_quote():
    """A quote stays a quote to its last line."""
    assert EGRESS.quote("a\n\n```\n/x\n```\nb") == "> a\n>\n> ```\n>  /x\n> ```\n> b"


def test_our_own_words_stay():
    """The last step leaves tables, links, mentions and markers of our own as they are."""
    assert EGRESS.finish(OURS) == OURS
    assert EGRESS.summary(OURS) == OURS


@pytest.mark.parametrize("more", [-1, 0, 1, 1_000])
def test_comment_limit(more):
    """A comment that is too long is cut at a line, and says so."""
    markdown = "word 😀\n" * 10_000
    markdown = markdown[: MAX_COMMENT_CHARS + more]
    shown = EGRESS.finish(markdown)
    assert len(shown) <= MAX_COMMENT_CHARS
    assert (shown == markdown) is (more <= 0)
    if more > 0:
        assert shown.endswith(f"*This text was cut: it holds {len(markdown):,} characters, and 65,000 fit here.*")
        assert set(shown.split("\n")[:-2]) == {"word 😀"}


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("```python\n", "\n```\n"),
        ("````\n```\n", "\n````\n"),
        ("  ~~~\n", "\n  ~~~\n"),
        ("```\nx\n```\n", "\nx\n"),
        ("<details>\n\n", "\n</details>\n"),
        ("> ```\n", "\nx\n"),
    ],
)
def test_what_is_open_is_closed(opening, closing):
    """A cut inside a code block or a folded section ends it, so that the sentence about the cut is read."""
    shown = EGRESS.finish(opening + "x\n" * 100, 180)
    assert closing + "\n*This text was cut" in shown


def test_a_cut_code_span_stays_code():
    """One endless line is shown as code: half of a code span would be words."""
    shown = EGRESS.finish("`@bob` " * 100, 300)
    blocks = MarkdownIt("commonmark").parse(shown)
    assert [block.type for block in blocks][:2] == ["fence", "paragraph_open"]
    assert "@bob" not in blocks[2].content


def test_summary_limit():
    """A summary is measured in bytes; one byte above the limit the runner drops it whole."""
    shown = EGRESS.summary("é" * 20 + "\n" + "wörd\n" * 300_000)
    assert MAX_SUMMARY_BYTES * 0.9 < len(shown.encode()) <= MAX_SUMMARY_BYTES
    assert "*This text was cut" in shown


@given(st.text(alphabet="a`~<>\n \\détails/", max_size=300), st.integers(0, 200))
def test_nothing_is_longer_than_its_limit(markdown, limit):
    """Whatever the text, it keeps within its limit, and a short text is left as it is."""
    shown = EGRESS.finish(markdown, limit)
    assert len(shown) <= limit
    assert shown == markdown or len(markdown) > limit


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain ::text:: a::b", "plain ::text:: a::b"),
        ("::add-mask::e", ": :add-mask::e"),
        ("  \t::error::x", "      : :error::x"),
        ("\u00a0\u3000::error::x", "\u00a0\u3000: :error::x"),
        ("\u200b\ufeff::error::x", "\u200b\ufeff: :error::x"),
        ("\x1b[0m::error::x", "[0m::error::x"),
        ("\x1b::error::x", ": :error::x"),
        ("x ##[add-mask]y", "x # #[add-mask]y"),
        ("###[set-output]", "## #[set-output]"),
        ("a\r::error::x", "a ::error::x"),
        ("100 %0A", "100 %0A"),
        ("", ""),
    ],
)
def test_log_line(text, line):
    """The runner finds no command in a line: `::` after white space and `##[` anywhere are broken up."""
    assert log_line(text) == line


@given(
    st.lists(st.sampled_from(["::", "##[", "#", "[", ":", "x", " ", "\n", "\r", "\x85", "\u2028", "\xa0", "\0"])).map(
        "".join
    )
)
def test_no_line_of_a_log_is_a_command(text):
    """Wherever the runner may break a line, no part of it is a command."""
    for shown in (log_text(text), EGRESS.log(text)):
        assert "##[" not in shown
        assert not any(re.match(r"[\s\0]*::", line) for line in shown.splitlines())
    assert len(log_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["x = 1", "", "y\t= 2"], "```suggestion\nx = 1\n\ny\t= 2\n```"),
        ([], "```suggestion\n```"),
        ([""], "```suggestion\n\n```"),
        (["x", ""], "```suggestion\nx\n\n```"),
        (["```", "code"], "````suggestion\n```\ncode\n````"),
        (["/merge"], "```\n /merge\n```"),
        (["@dependabot merge"], "```\n@ dependabot merge\n```"),
        (["key = sk-secret-0123456789"], "```\nkey = ***\n```"),
        (["a\u202eb"], "```\nab\n```"),
    ],
)
def test_a_suggestion_is_exact_or_none(lines, shown):
    """Lines that may leave as they are can be applied by a reader; others are shown as code, which nobody can."""
    assert Egress(secrets=("sk-secret-0123456789",)).suggestion(lines) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\tc", "a\nb\tc"),
        ("a\u202eb\u200bc", "a[U+202E]b[U+200B]c"),
        ("\x1b[2J", "[U+001B][2J"),
        ("family: 👨\u200d👩\u200d👧", "family: 👨\u200d👩\u200d👧"),
        ("<b>&", "<b>&"),
    ],
)
def test_what_a_page_shows(text, shown):
    """What nobody could see gets a sign; the page itself escapes the rest."""
    assert EGRESS.page(text) == shown
