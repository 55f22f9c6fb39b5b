"""Foreign words inside our Markdown: shown, and nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ai_coder.egress import Egress

EGRESS = Egress(keep_mention="mona", link_prefix="https://github.com/o/r")
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OUR_FILE = re.compile(r"https://github\.com/o/r/(?:blob|tree)/[\w.~%/+-]*(?:#L[0-9]+)?")
ACTIVE = re.compile(r"@[A-Za-z0-9]|#[0-9]|(?<![A-Za-z])GH-[0-9]|https?://|ftp://|www\.|mailto:", re.IGNORECASE)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Plain words, *emphasis* and **more**.", "Plain words, *emphasis* and **more**."),
        ("# Heading\n\n- item\n1. item\n> quote", "# Heading\n\n- item\n1. item\n> quote"),
        ("`code` and ``a ` b``", "`code` and ``a ` b``"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("a < b && c > d", "a < b && c > d"),
        (r"C:\new\file \*not emphasis\*", r"C:\\new\\file \*not emphasis\*"),
        ("```python\n@app.route('/x')\ndef f(): ...\n```", "\n```python\n@app.route('/x')\ndef f(): ...\n```"),
        ("1. Run\n   ```sh\n   make\n   ```", "1. Run\n   ```sh\n   make\n   ```"),
        ("- - Run\n    ~~~sh\n    make\n    ~~~", "- - Run\n```sh\nmake\n```"),
        ("- Run\n  ```sh\n  make\n  ```", "- Run\n  ```sh\n  make\n  ```"),
    ],
)
def test_harmless_words_stay(words, shown):
    """What does nothing on the forge is shown as it was meant."""
    assert EGRESS.prose(words) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("ask @bob", "ask `@bob`"),
        ("ask @org/everyone.", "ask `@org/everyone`."),
        ("test_@bob and a@b.example", "test_`@bob` and a`@b.example`"),
        (r"\@bob", "`@bob`"),
        ("&#64;bob", "&amp;`#64`;bob"),
        ("@<!-- -->bob", "`@bob`"),
        ("@\u200bbob", "`@bob`"),
        ("@[bob](https://x.example)", r"@\[bob\](`https://x.example`)"),
        ("thanks @mona, and @mona again", "thanks @mona, and `@mona` again"),
        ("@monalisa", "`@monalisa`"),
    ],
)
def test_mentions(words, shown):
    """Nobody is notified but the person who asked, and they once."""
    assert EGRESS.prose(words) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Closes #1, #2", "Closes `#1`, `#2`"),
        ("fixes other/repo#3", "fixes other/repo`#3`"),
        ("resolves GH-4", "resolves `GH-4`"),
        ("closes https://github.com/o/r/issues/5", "closes `https://github.com/o/r/issues/5`"),
        (r"closes \#6", "closes `#6`"),
        ("#[7](x)", r"#\[7\](x)"),
    ],
)
def test_references(words, shown):
    """Foreign words close and cross-reference no issue."""
    assert EGRESS.prose(words) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("![x](https://evil.example/?d=1)", "(image: x)"),
        ("![](https://evil.example/p.png 'title')", r"!\[\](`https://evil.example/p.png` 'title')"),
        ("![x][r]\n\n[r]: https://evil.example", "!\\[x\\]\\[r\\]\n\n\\[r\\]: `https://evil.example`"),
        ("<img src=https://evil.example>a", "a"),
        ("a <b onclick=x>b</b>", r"a \<b onclick=x>b\</b>"),
        ("a <!-- hidden --> b", "a  b"),
        ("a\n<!--\nhidden\n--> b", "a\n b"),
        ("a <!-- open", r"a \<!-- open"),
        ("<details>", r"\<details>"),
        ("[x](https://evil.example/a?d=1#f)", "x (`https://evil.example/a?…`)"),
        ("[x](//evil.example)", "x (`//evil.example`)"),
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
        ("see https://evil.example/a?d=1.", "see `https://evil.example/a?…`."),
        ("see www.evil.example", "see `www.evil.example`"),
        ("<https://evil.example>", r"\<`https://evil.example`>"),
        (r"https\://evil.example", "`https://evil.example`"),
        ("[a](https://github.com/o/r/blob/main/a.py?x=1#L3-L4)", "[a](https://github.com/o/r/blob/main/a.py#L3-L4)"),
        ("https://github.com/o/r/tree/main", "https://github.com/o/r/tree/main"),
        ("https://github.com/o/r/pull/7", "`https://github.com/o/r/pull/7`"),
        ("https://github.com/o/r.evil/blob/a", "`https://github.com/o/r.evil/blob/a`"),
        ("https://github.com/o/r/blob/../../x", "`https://github.com/o/r/blob/../../x`"),
        ("```mermaid\ngraph\n```", "\n```\ngraph\n```"),
        ("```suggestion\nx\n```", "\n```\nx\n```"),
    ],
)
def test_pictures_tags_and_links(words, shown):
    """No foreign address is fetched or can be clicked; links to files of the repository can."""
    assert EGRESS.prose(words) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("/lgtm", "`/lgtm`"),
        ("fine\n  /merge squash", "fine\n  `/merge` squash"),
        (r"\/approve", "`/approve`"),
        ("<!-- x -->/approve", "`/approve`"),
        ("/ai_coder retry", "`/ai_coder` retry"),
        ("!merge", "`!merge`"),
        ("@dependabot merge", "`@ dependabot` merge"),
        ("`@dependabot merge`", "`@ dependabot merge`"),
        ("```\n/lgtm\n@claude fix\n```", "\n```\n /lgtm\n@ claude fix\n```"),
        ("Signed-off-by: A <a@b.example>", "`Signed-off-by:` A \\<a`@b.example`>"),
        ("Co-Authored-By: A", "`Co-Authored-By:` A"),
        ("[skip ci] and `[ci skip]`", "(CI) and `(CI)`"),
        ("skip-checks: true", "(CI)"),
    ],
)
def test_orders_to_other_programs(words, shown):
    """No other program finds a command of its own, git no trailer, CI no word to stay away."""
    assert EGRESS.prose(words) == shown


@pytest.mark.parametrize(
    "words",
    [
        "```\ncode\n\n@bob",
        "    ```\n@bob",
        "> ```\n> a\n> ```\n@bob",
        "- ```\n  a\n@bob",
        "~~~ a`b\n@bob\n~~~",
        "- ~~~\n\n  ```\n  ~~~\n  @bob\n  ```",
        "  ```\r@bob",
        "`a | @bob`",
        "| a |\n|-|\n| `x | @bob` |",
        "`@a``b`@bob```",
        "\\`@bob`",
        "a\\\n@bob",
        "<div>\n\n```\n@bob\n</div>",
        "<pre>`</pre>@bob`",
        "[a]: x '\n@bob\n'",
        "$`@bob`$",
    ],
)
def test_code_that_is_none(words):
    """What only looks like code to one parser is safe for the other."""
    check(EGRESS.prose(words))
    check(EGRESS.quote(words))


ATOMS = [
    *["@bob", "@", "bob", "#12", "#", "12", "GH-1", "o/x#1", "/lgtm", "Signed-off-by: x", "[skip ci]", "py", "a", "é"],
    *["`", "``", "```", "~~~", "~", "\n", "\n\n", "  ", "    ", "\t", "\r", "\u2028", "\u200b", "\\", "*", "_", "$"],
    *["- ", "> ", "1. ", "|", "|-|-|\n", "==", "---", "[a](", "[", "]", "(", ")", "![", "!", "[ref]: https://evil"],
    *["<", "<!--", "-->", "<b>", "<img src=x>", "</b>", "<code>", "&#64;", "&", "<https://evil>", "www.evil.com"],
    *["https://evil.com/?q=1", "https://github.com/o/r/blob/main/a.py"],
]
"""What Markdown is made of, and what the forge acts upon."""


@given(st.lists(st.sampled_from(ATOMS), max_size=25).map("".join))
def test_nothing_acts(words):
    """Whatever the words, wherever they are put: no tag, no picture, no foreign link; no mention, no reference."""
    egress = Egress(link_prefix="https://github.com/o/r")
    prose, line = egress.prose(words), egress.line(words)
    for markdown in (
        prose,
        egress.quote(words),
        f"- {prose}",
        f"- {line}",
        f"x {line} y",
        table(line, egress.code(words)),
    ):
        check(markdown)
    for raw in prose.split("\n"):
        assert not re.match(r"[/!][A-Za-z]|Signed-off-by:", raw)
    assert "[skip ci]" not in prose


@given(st.lists(st.sampled_from(ATOMS), max_size=25).map("".join))
def test_a_cell_is_a_cell(words):
    """`line` and `code` stay within their cell of a table."""
    tokens = [token.type for token in PARSER.parse(table(EGRESS.line(words), EGRESS.code(words)))]
    assert (tokens.count("tr_open"), tokens.count("td_open"), tokens[-1]) == (2, 2, "table_close")


def table(*cells):
    """A table of one row."""
    return f"| a | b |\n|---|---|\n| {' | '.join(cells)} |"


def check(markdown):
    """Parse what we publish, and look at what GitHub would look at."""
    for block in PARSER.parse(markdown):
        assert block.type != "html_block"
        words, is_code = "", False
        for token in block.children or ():
            assert token.type != "image"
            assert token.type != "link_open" or OUR_FILE.fullmatch(token.attrs["href"])
            if token.type == "html_inline":
                assert token.content == ("</code>" if is_code else "<code>")
                is_code = not is_code
            is_text = token.type in {"text", "softbreak"} and not is_code
            words += (token.content or "\n") if is_text else "\0"
        assert not ACTIVE.search(OUR_FILE.sub("", words))
