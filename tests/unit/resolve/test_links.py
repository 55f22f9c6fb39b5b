"""Which files the links of a text name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.domain.source import LineRange, RepoPath
from ai_coder.resolve.links import linked_files, merge_links, resolve_refs, split_ref

HERE = "https://github.com/octo/hello"


def read(markdown, repository="octo/hello", server_url="https://github.com"):
    """The links of a text in octo/hello."""
    return linked_files(markdown, repository=repository, server_url=server_url)


def named(links):
    """Ref, path and lines of each file, as short texts."""
    return [
        (link.ref, link.path.text, ",".join(f"{lines.first}-{lines.last}" for lines in link.lines))
        for link in links.files
    ]


@pytest.mark.parametrize(
    ("markdown", "file"),
    [
        ("[a](README.md)", ("", "README.md", "")),
        ("[a](github.com/octo/hello/blob/main/a.py)", ("main", "a.py", "")),
        ("[a](./src/a.py)", ("", "src/a.py", "")),
        ("[a](/src/a.py)", ("", "src/a.py", "")),
        ("[a](a.py 'title')", ("", "a.py", "")),
        ("[a](<with space.md>)", ("", "with space.md", "")),
        ("[a](with%20space.md)", ("", "with space.md", "")),
        ("[a](README→TEMP.md)", ("", "README→TEMP.md", "")),
        ("[a](README%E2%86%92TEMP.md)", ("", "README→TEMP.md", "")),
        ("[a](<100%.md>)", ("", "100%.md", "")),
        ("[a](a%2520b.md)", ("", "a%20b.md", "")),
        ("[a](b(1).py)", ("", "b(1).py", "")),
        ("[a][ref]\n\n[ref]: docs/ref.md", ("", "docs/ref.md", "")),
        ("[ref]\n\n[ref]: <docs/my ref.md>", ("", "docs/my ref.md", "")),
        ("[a](../blob/main/src/a.py)", ("main", "src/a.py", "")),
        ("[a](blob/main/src/a.py)", ("main", "src/a.py", "")),
        ("[a](../../blob/main/a.py)", ("main", "a.py", "")),
        ("[a](../raw/main/a.py)", ("main", "a.py", "")),
        ("[a](/octo/hello/blob/main/a.py)", ("main", "a.py", "")),
        (f"[a]({HERE}/blob/main/a.py)", ("main", "a.py", "")),
        (f"[a]({HERE}/blob/{'0123456789' * 4}/a.py#L1)", ("0123456789" * 4, "a.py", "1-1")),
        (f"<{HERE}/blob/main/a.py>", ("main", "a.py", "")),
        (f"See {HERE}/blob/main/src/__init__.py#L3-L4.", ("main", "src/__init__.py", "3-4")),
        (f"({HERE}/blob/main/b(1).py)", ("main", "b(1).py", "")),
        (f"**{HERE}/blob/main/a.py**", ("main", "a.py", "")),
        (f"{HERE.upper().replace('HTTPS', 'https')}/blob/main/a.py", ("main", "a.py", "")),
        ("[a](a.md?plain=1#L10)", ("", "a.md", "10-10")),
        ("[a](a.py#L10-L20)", ("", "a.py", "10-20")),
        ("[a](a.py#L20-L10)", ("", "a.py", "10-20")),
        ("[a](a.py#L10-20)", ("", "a.py", "10-20")),
        ("[a](a.py#L10C3-L20C5)", ("", "a.py", "10-20")),
        ("[a](a.py#L0)", ("", "a.py", "")),
        ("[a](a.md#heading)", ("", "a.md", "")),
        ("| a |\n|---|\n| [a](a.py) |", ("", "a.py", "")),
        ("- [ ] ~~[a](a.py)~~", ("", "a.py", "")),
        ("> [a](a.py)", ("", "a.py", "")),
        ("[![picture](p.png)](a.py)", ("", "a.py", "")),
        ("<details>\n\n[a](a.py)\n\n</details>", ("", "a.py", "")),
        ("[a](issues/template.md)", ("", "issues/template.md", "")),
        ("[a](blob/data.bin)", ("", "blob/data.bin", "")),
        ("[a](raw/data.csv)", ("", "raw/data.csv", "")),
    ],
)
def test_links_to_files(markdown, file):
    """Every way to link a file of the repository in an issue names it."""
    assert named(read(markdown)) == [file]
    assert read(markdown).ignored == ()


@pytest.mark.parametrize(
    "markdown",
    [
        *["", "no link", "[a]", "[a]()", "[a](#heading)", "[a](?x=1)", "![a](a.png)", "![a][r]\n\n[r]: a.png"],
        *["`[a](a.py)`", "```\n[a](a.py)\n```", "    [a](a.py)", "<!-- [a](a.py) -->", "text <!-- [a](a.py) --> text"],
        *[r"\[a](a.py)", "[r]: a.py", "<a href='a.py'>a</a>", f"`{HERE}/blob/main/a.py`"],
        *[
            "[a](https://example.com/a.py)",
            "[a](//example.com/a.py)",
            "[a](mailto:a@b.example)",
            "[a](www.example.com)",
            "[a](github.com/octo/hello)",
        ],
        *[
            "[a](https://github.com/octo/other/blob/main/a.py)",
            "[a](https://gist.github.com/octo/hello/blob/main/a.py)",
        ],
        *["[a](http://github.com/octo/hello/blob/main/a.py)", "[a](https://github.com:444/octo/hello/blob/main/a.py)"],
        *[f"[a]({HERE})", f"{HERE}/issues/7", f"{HERE}/pull/7#x", f"{HERE}/commit/abc", f"{HERE}/wiki/blob/x/y"],
        *[f"{HERE}/tree/main", f"{HERE}/blob/main", f"{HERE}/blob/", f"{HERE}-two/blob/main/a.py"],
        *["[a](../issues/7)", "[a](../pull/7)", "[a](../wiki/Home)", "[a](../commit/abc)", "[a](../releases)"],
        *["[a](issues/7)", "[a](../discussions/7)", "[a](../compare/a...b)", "[a](../../issues)", "[a](http://[x/a)"],
    ],
)
def test_links_to_anything_else(markdown):
    """What leads elsewhere, or is no link to a reader, names no file and needs no word about it."""
    assert read(markdown).files == ()
    assert read(markdown).ignored == ()


@pytest.mark.parametrize(
    ("markdown", "word"),
    [
        ("[a](../src/a.py)", "../src/a.py"),
        ("[a](../blob/main/../a.py)", "main/../a.py"),
        ("[a](../blob/main/%2e%2e/a.py)", "component"),
        ("[a](.git/config)", "`.git`"),
        ("[a](<a\\b.py>)", "relative"),
        ("[a](a:b.py)", ""),
        ("[a](%FF.md)", "UTF-8"),
        ("[a](a%00b.py)", "invisible"),
        ("[a](src/)", "folder `src`"),
        ("[a](../tree/main/src)", "folder `src`"),
    ],
)
def test_ignored_links(markdown, word):
    """A link that looks like a file of this repository and is none is reported in one sentence."""
    links = read(markdown)
    assert links.files == ()
    assert all(sentence.startswith("The link to ") and sentence.endswith(".") for sentence in links.ignored)
    assert word in "".join(links.ignored)
    assert bool(links.ignored) is bool(word)


def test_folders():
    """A link to a folder's page is kept apart; its ref counts."""
    links = read("[a](../tree/main/src) [b](docs/)")
    assert [(link.ref, link.path.text) for link in links.folders] == [("main", "src"), ("", "docs")]
    assert links.refs == ("main",)


def test_server_of_a_company():
    """On GitHub Enterprise the files are below its own address, and github.com is elsewhere."""
    links = read(
        f"https://git.example.com/octo/hello/blob/main/a.py {HERE}/blob/main/b.py", server_url="https://git.example.com"
    )
    assert named(links) == [("main", "a.py", "")]


def test_local_repository():
    """A local repository has no pages; relative links name its files."""
    assert named(read(f"[a](a.py) [b](../blob/main/b.py) {HERE}/blob/main/c.py", "", "")) == [
        ("", "a.py", ""),
        ("main", "b.py", ""),
    ]


def test_order_and_repetition():
    """Files come in the order of their first link; the lines of all links to a file are put together."""
    links = read("[b](b.py#L30-L40) [a](a.py) [b](../blob/dev/b.py#L5) [b](b.py#L41) [b](b.py#L35-L36) [b](b.py)")
    assert named(links) == [("dev", "b.py", "5-5,30-41"), ("", "a.py", "")]


def test_merge():
    """The links of several texts are those of one text."""
    texts = ["[a](a.py#L1) [x](../x)", "[b](b.py)", "", "[a](a.py#L3) [x](../x)"]
    assert merge_links(map(read, texts)) == read("\n\n".join(texts))


@pytest.mark.parametrize(
    ("rest", "split"),
    [
        ("main/a.py", ("main", "a.py")),
        ("feature/x/src/a.py", ("feature/x", "src/a.py")),
        ("release/1/a.py", ("release", "1/a.py")),
        ("main", ("main", "")),
        ("feature/x", ("feature", "x")),
    ],
)
def test_split_ref(rest, split):
    """A ref is the longest branch that leaves a path; where no branch is known it has one component."""
    assert split_ref(rest, {"main", "feature/x", "a.py"}) == split


def test_refs_with_slashes():
    """Every ref that could be meant is named; when the branch is known the links are split by it."""
    links = read("[a](../blob/feature/x/a.py#L1) [b](b.py#L1) [a](a.py#L5)")
    assert links.refs == ("feature", "feature/x")
    assert named(links) == [("feature", "x/a.py", "1-1"), ("", "b.py", "1-1"), ("", "a.py", "5-5")]
    assert named(resolve_refs(links, {"feature/x"})) == [("feature/x", "a.py", "1-1,5-5"), ("", "b.py", "1-1")]
    assert resolve_refs(links, {"main"}) == links


def test_commits_are_no_branches():
    """A permalink's commit and HEAD are not asked for as branches, and of a deep path only the first components are."""
    assert read(f"{HERE}/blob/{'a' * 40}/a.py [h](../blob/HEAD/a.py)").refs == ()
    assert read(f"{HERE}/blob/a/b/c/d/e/f.py").refs == ("a", "a/b", "a/b/c", "a/b/c/d")


@given(
    st.lists(
        st.sampled_from(
            ["[a](", ")", "../blob/", "main/", "a.py", "..", "/", "%2e", "#L1", "-L9", "\n", "`", "<", ">", "[", "]"]
        )
        | st.text(max_size=3),
        max_size=12,
    ).map("".join)
)
def test_every_file_is_a_path(markdown):
    """Whatever the text, a file it names is inside the repository, is named once, and its lines are in order."""
    links = resolve_refs(read(markdown), {"main", "main/a.py"})
    paths = [link.path for link in links.files]
    assert len(set(paths)) == len(paths)
    for link in links.files:
        assert RepoPath.parse(link.path.text) == link.path
        assert all(isinstance(lines, LineRange) and 0 < lines.first <= lines.last for lines in link.lines)
