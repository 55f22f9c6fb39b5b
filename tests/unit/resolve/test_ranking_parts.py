"""What the ranking is made of: words, mentions, kinds and chunks; before -> after."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.resolve.ranking.chunks import chunks
from ai_coder.resolve.ranking.kinds import Kind, asked_kinds, kind_of
from ai_coder.resolve.ranking.mentions import mentions
from ai_coder.resolve.ranking.query import parse_query
from ai_coder.resolve.ranking.words import parts


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("retry_policy", ["retry", "policy"]),
        ("RetryPolicy", ["retry", "policy"]),
        ("parseHTTPReply", ["parse", "http", "reply"]),
        ("MAX_SIZE", ["max", "size"]),
        ("plain", ["plain"]),
        ("größe", ["größe"]),
    ],
)
def test_identifiers_are_split(identifier, expected):
    """At case and underscore; acronyms stay whole."""
    assert [part.decode() for part in parts(identifier.encode())] == expected


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ('File "/usr/lib/app/core.py", line 42, in run', ("usr", "lib", "app", "core.py"), 42),
        ("/srv/app/core.py, line 42, in run", ("srv", "app", "core.py"), 42),
        ("at com.octo.app.Main.run(Main.java:7)", ("com", "octo", "app", "Main.java"), 7),
        ("src/app.ts:10:5", ("src", "app.ts"), 10),
        ("see src/app.ts.", ("src", "app.ts"), 0),
        (r"src\win\app.cs", ("src", "win", "app.cs"), 0),
        ("https://github.com/o/r/blob/main/src/app.go#L12-L20", ("src", "app.go"), 12),
        ("use `octo.app.core`", ("octo", "app", "core"), 0),
        ("tokio::sync::mpsc", ("tokio", "sync", "mpsc"), 0),
    ],
)
def test_places_in_a_text(text, place, line):
    """Frames of many languages, paths, links and modules are read with their lines."""
    assert (place, line) in [(mention.parts, mention.line) for mention in mentions(text)]


@pytest.mark.parametrize("frame", ['File "/srv/app/core.py", line 42, in run', "/srv/app/core.py, line 42, in run"])
def test_frames_are_no_quoted_paths(frame):
    """A frame's path counts as a frame alone: of a traceback many files are on the way to the failure."""
    assert [mention.is_frame for mention in mentions(frame) if not mention.is_module] == [True]


def test_addresses_are_no_places():
    """Of an address, only the path of a file on a forge counts."""
    assert list(mentions("https://example.com/docs/index.html")) == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("src/app.py", Kind.SOURCE),
        ("django/test/client.py", Kind.SOURCE),
        ("src/test/java/AppTest.java", Kind.TEST),
        ("pkg/app_test.go", Kind.TEST),
        ("packages/core/__tests__/app.spec.ts", Kind.TEST),
        ("docs/conf.py", Kind.DOCUMENTATION),
        ("CHANGES.rst", Kind.DOCUMENTATION),
        ("LICENSE", Kind.DOCUMENTATION),
        ("examples/app.py", Kind.EXAMPLE),
        ("vendor/lib/app.go", Kind.VENDORED),
        (".github/workflows/ci.yml", Kind.CONFIGURATION),
        ("pyproject.toml", Kind.CONFIGURATION),
        ("app/migrations/0001_initial.py", Kind.EXAMPLE),
        ("app/static/jquery-3.5.1.js", Kind.VENDORED),
        ("app/packages/urllib3/util.py", Kind.VENDORED),
        ("urllib3/util.py", Kind.SOURCE),
        ("contrib/port/main.c", Kind.ASIDE),
        ("django/contrib/admin/checks.py", Kind.SOURCE),
        ("src/legacy/router.ts", Kind.ASIDE),
        ("src/threshold/router.ts", Kind.SOURCE),
        ("setup.py", Kind.ASIDE),
        ("router.go", Kind.SOURCE),
        ("lib/fix.patch", Kind.ASIDE),
    ],
)
def test_kinds(path, kind):
    """What a file is for is read from its path."""
    assert kind_of(path) is kind


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("Retry is slow", set()),
        ("Typo in the README", {Kind.DOCUMENTATION}),
        ("Add tests for retry", {Kind.TEST}),
        ("Wrong path to test file", set()),
        ("The example of the tutorial fails", {Kind.EXAMPLE}),
        ("The contrib script fails", {Kind.ASIDE}),
    ],
)
def test_asked_kinds(title, kinds):
    """A title may ask for what otherwise stands aside."""
    assert asked_kinds(title) == kinds


PYTHON = (
    "import os\n\n\nclass Shop:\n    size = 1\n\n    @property\n    def open(self):\n        a = 1\n        b = 2\n"
    "        return a\n\n    def close(self):\n        return 2\n"
)
GO = "package shop\n\n// Open opens.\n// It does.\nfunc (s *Shop) Open() error {\n\treturn nil\n}\n"
C = "#include <a.h>\n\n\n\n\n\n\nstatic int\nopen_shop(struct shop *s,\n          int flags)\n{\n    return 0;\n}\n"
RUST = "use a::b;\n\n\n\n\n\n\n#[inline]\npub(crate) async fn open<T>(t: T) {\n}\n"
TYPESCRIPT = "import a from 'a'\n\n\n\n\n\n\nexport const open = async (a: number) => {\n}\n"


@pytest.mark.parametrize(
    ("text", "ending", "name", "first"),
    [
        (PYTHON, "py", "open", 7),
        (GO, "go", "Open", 1),
        (C, "c", "open_shop", 9),
        (RUST, "rs", "open", 8),
        (TYPESCRIPT, "ts", "open", 8),
        ("class A {\n}\n" * 10 + "  public static void openShop(int a) {\n  }\n", "java", "openShop", 19),
    ],
)
def test_definitions_begin_chunks(text, ending, name, first):
    """A definition begins a chunk, together with the decorators and comments above it; small ones stay together."""
    [chunk] = [chunk for chunk in chunks(text.encode(), ending) if name in chunk.names]
    assert chunk.first == first


@given(
    lines=st.lists(
        st.sampled_from(["def a():", "    return 1", "", "class B:", "# c", "x = {", "}", "é"]), max_size=300
    )
)
def test_chunks_cover_the_file(lines):
    """The chunks of a file follow each other without a gap, and none is long."""
    data = "\n".join(lines).encode()
    found = chunks(data, "py")
    assert b"".join(data[one.start : one.end] for one in found) == data
    assert [one.first for one in found] == [1, *(one.last + 1 for one in found[:-1])]
    assert max(one.last - one.first + 1 for one in found) <= 60


def test_quoted_messages_without_what_was_filled_in():
    """Of a message, the words remain that stand in a source."""
    query = parse_query("Crash", 'ValueError: cannot open the shop "Nord" at 12')
    assert b"cannot open the shop" in query.phrases
    assert not any(b"Nord" in phrase or b"12" in phrase for phrase in query.phrases)


@pytest.mark.parametrize("piece", ["a", "a.", "a/", "<!--", "```\n", "'", 'File "', "at a.", "Error: ", "x(", "a::"])
def test_long_issues_are_read_in_no_time(piece):
    """An issue made to be slow is read like any other; a search that is not linear would run into the test's limit."""
    parse_query(piece * 50, piece * 60_000)
