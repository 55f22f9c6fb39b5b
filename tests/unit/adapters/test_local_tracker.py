"""An issue that is a Markdown file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.adapters.local_tracker import LocalTracker, slug
from ai_coder.domain.task import Labelled, Person, Role
from ai_coder.errors import ConfigurationError, NotFound


def tracker_of(tmp_path, content, name="issue.md"):
    """The tracker, and what it has written."""
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    written = []
    return LocalTracker(file, written.append), written


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Greet\n\nIn French.\n", "Greet", "In French."),
        ("Greet\nIn French.", "Greet", "In French."),
        ("\n\n  Greet  \n\n\nIn French.\n\nPlease.\n", "Greet", "In French.\n\nPlease."),
        ("# Greet #\r\n\r\nIn French.\r\n", "Greet", "In French."),
        ("\ufeff# Greet\nx", "Greet", "x"),
        ("Hello!\n\n# Greet\n\nIn French.", "Greet", "Hello!\n\n\nIn French."),
        ("---\nkind: bug\n---\n# Greet\nx", "Greet", "---\nkind: bug\n---\nx"),
        ("## Greet\n\nx", "Greet", "x"),
        ("#hashtag\nx", "#hashtag", "x"),
        ("```sh\n# no title\n```\n# Greet\nx", "Greet", "```sh\n# no title\n```\nx"),
        ("````\n```\n# no title\n````\n# Greet", "Greet", "````\n```\n# no title\n````"),
        ("Fix it\n\n~~~\n# comment\n~~~", "Fix it", "~~~\n# comment\n~~~"),
        ("#\n# \nGreet in C#\nx", "Greet in C#", "#\n# \nx"),
        ("# Greet", "Greet", ""),
        ("    # code\nText", "code", "Text"),
    ],
)
def test_title_and_body(tmp_path, text, title, body):
    """The first heading is the title, else the first line with a text; the rest is the body."""
    issue = tracker_of(tmp_path, text)[0].issue(1)
    assert (issue.title, issue.body) == (title, body)


def test_the_issue(tmp_path):
    """The issue is open, is number 1, has one author and no page."""
    tracker, _ = tracker_of(tmp_path, "# Greet\n")
    issue = tracker.issue(1)

    assert (issue.number, issue.is_open, issue.is_pull_request, issue.url) == (1, True, False, "")
    assert issue.author.id
    assert tracker.open_issues() == (issue,)
    assert tracker.comments(1) == ()
    assert tracker.labelled_by(1, "ai_coder") == Labelled()


def test_other_numbers(tmp_path):
    """There is no other issue."""
    with pytest.raises(NotFound, match="there is no issue 7 here"):
        tracker_of(tmp_path, "# Greet\n")[0].issue(7)


def test_the_file_is_read_once(tmp_path):
    """The issue stays as it was when the run began."""
    tracker, _ = tracker_of(tmp_path, "# Greet\n")
    before = tracker.issue(1)
    (tmp_path / "issue.md").write_text("# Something else\n")
    assert tracker.issue(1) is before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\t\n#\n## \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"# Gr\xfc\xdfe\n", "is not UTF-8"),
        (None, "cannot be read: No such file"),
        ("folder", "cannot be read: Is a directory"),
    ],
)
def test_no_issue(tmp_path, content, said):
    """A file that is missing, empty, a folder or no text is a wrong argument, said in one sentence with its name."""
    file = tmp_path / "issue.md"
    if content == "folder":
        file.mkdir()
    elif content is not None:
        file.write_bytes(content)

    with pytest.raises(ConfigurationError, match=said) as caught:
        LocalTracker(file, print).issue(1)
    assert "issue.md" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_everybody_may_do_everything(tmp_path):
    """It is their machine."""
    assert tracker_of(tmp_path, "x")[0].role(Person()) is Role.ADMIN


def test_reactions_are_remembered(tmp_path):
    """A reaction is new once, and is ours."""
    tracker, _ = tracker_of(tmp_path, "x")

    assert tracker.reacted_by(1, 0, "eyes") == ()
    first, second = tracker.react(1, 0, "eyes"), tracker.react(1, 0, "eyes")

    assert (first.is_new, second.is_new) == (True, False)
    assert first.by.is_bot
    assert tracker.reacted_by(1, 0, "eyes") == (first.by,)
    assert tracker.reacted_by(1, 0, "rocket") == tracker.reacted_by(1, 5, "eyes") == ()


def test_status_is_handed_on(tmp_path):
    """The status goes where the caller wants it."""
    tracker, written = tracker_of(tmp_path, "x")
    comment = tracker.write_status(1, 0, "working")
    assert tracker.write_status(1, comment, "done") == comment
    assert written == ["working", "done"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Greet in French", "greet-in-french"),
        ("  [ai_coder] Fix: the `foo()` -- bug!  ", "ai-coder-fix-the-foo-bug"),
        ("Größe ändern – café №5", "groe-andern-cafe-no5"),
        ("A" * 60, "a" * 40),
        ("one two three four five six seven eight nine", "one-two-three-four-five-six-seven-eight"),
        ("Ünïted.lock", "united-lock"),
        ("日本語 fix", "fix"),
    ],
)
def test_slug(tmp_path, title, expected):
    """The branch is named after the title, in letters that every system writes alike."""
    assert slug(title) == expected
    assert tracker_of(tmp_path, f"# {title}\n")[0].slug == expected


def test_titles_without_latin_letters():
    """A title that leaves no letter has a name of its own, always the same."""
    assert slug("日本語") == slug("日本語") != slug("中文")
    assert slug("日本語").startswith("issue-")


@given(st.text(max_size=80))
def test_a_slug_is_part_of_a_branch_name(title):
    """Whatever the title, the slug is ASCII letters, digits and single hyphens, not empty, at most 40 long."""
    parts = slug(title).split("-")
    assert len(slug(title)) <= 40
    assert all(part.isascii() and part.isalnum() and part == part.lower() for part in parts)
