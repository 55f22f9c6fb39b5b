"""Paths that may be named, and paths that may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.domain.source import RepoPath


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a/b.py",
        "README→TEMP.md",
        "with space.txt",
        "-leading",
        "quo'te\"",
        ".github/x",
        "git",
        "gitignore",
        "a/...b",
    ],
)
def test_ordinary_paths(text):
    """Unusual names are names."""
    assert str(RepoPath.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *["", ".", "..", "../x", "a/../../x", "a//b", "a/", "/etc/x", "~/.bashrc", "C:\\x", "c:/x", "..\\x", "a\\b"],
        *["a\0b", "a\nb", "a\tb", "a\x1bb", " a", "a ", "a/ b", "a./b", "a /b", "\ud800"],
        *[
            ".git",
            ".git/config",
            "sub/.git/config",
            ".GIT/x",
            "git~1/x",
            ".git./x",
            ".git /x",
            "．git/x",
            ".gi\u200ct/x",
        ],
        *[".git::$INDEX_ALLOCATION/x", "a:b", "CON", "aux.txt", "x/nul.py", "com1", "a\u202eb", "a\u034fb", "x" * 300],
    ],
)
def test_refused_paths(text):
    """Nothing leaves the repository, reaches `.git` in any spelling, or means another file on another system."""
    with pytest.raises(ValueError, match="path "):
        RepoPath.parse(text)


@given(st.text(max_size=40))
def test_a_path_stays_inside(text):
    """Whatever parses is relative, has no `..`, and is its own text."""
    try:
        path = RepoPath.parse(text)
    except ValueError:
        return
    assert path.text == text
    assert not text.startswith("/")
    assert not {"", ".", "..", ".git"} & {part.casefold() for part in text.split("/")}


def test_name_and_folder():
    """A path knows its last component and what is before it."""
    path = RepoPath.parse("a/b/c.py")
    assert (path.name, path.folder) == ("c.py", "a/b")
    assert RepoPath.parse("c.py").folder == ""
