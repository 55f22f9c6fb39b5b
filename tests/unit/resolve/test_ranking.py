"""The ranking of files for an issue: tables of what wins, and properties that always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.domain.source import SYMLINK, RepoPath, TreeEntry
from ai_coder.resolve.ranking import CHARS_PER_TOKEN, rank, within
from ai_coder.resolve.ranking.collect import order_files
from ai_coder.resolve.ranking.query import parse_query

FILLER = {f"app/module_{number}.py": f"def unrelated_{number}():\n    return {number}\n" for number in range(12)}
RETRY = "class RetryPolicy:\n    def delay(self, attempt):\n        return 2 ** attempt\n"
FILES = FILLER | {
    "app/retry.py": RETRY,
    "app/client.py": "from app.retry import RetryPolicy\n\n\ndef fetch():\n    raise OSError('the server hung up')\n",
    "tests/test_retry.py": "from app.retry import RetryPolicy\n\n\ndef test_it():\n    assert RetryPolicy()\n",
    "docs/retry.md": "# Retry\n\nThe retry policy waits.\n",
}


def entries_of(files):
    """The entries of a tree with these texts."""
    paths = sorted(map(RepoPath.parse, files))
    return [TreeEntry(path, "100644", "0" * 40, len(bytes_of(files[path.text]))) for path in paths]


def bytes_of(text):
    """The content of a file given as text or bytes."""
    return text if isinstance(text, bytes) else text.encode()


def reader_of(files):
    """Reads out of a mapping."""
    return lambda paths: [(path, bytes_of(files[path.text])) for path in paths if path.text in files]


def ranked(title, body="", files=FILES, budget=8_000):
    """The ranking of these files."""
    return rank(title, body, entries_of(files), reader_of(files), budget)


def names(ranking):
    """Its paths in order."""
    return [file.path.text for file in ranking.files]


def reasons_of(ranking, path):
    """Why one file is where it is."""
    [file] = [file for file in ranking.files if file.path.text == path]
    return file.reasons


@pytest.mark.parametrize(
    ("title", "body", "first"),
    [
        ("Fix the delay of RetryPolicy", "", "app/retry.py"),
        ("Wait longer", "The retry policy waits too short.", "app/retry.py"),
        ("Change something", "Look at app/module_7.py please.", "app/module_7.py"),
        ("Change something", "In `module_3.py` it is wrong.", "app/module_3.py"),
        ("Change something", "`app.module_4.unrelated_4` is slow.", "app/module_4.py"),
        ("Change something", "`unrelated_5` is slow.", "app/module_5.py"),
        ("Crash", 'Traceback:\n  File "/srv/app/module_9.py", line 2, in x\n    return 9', "app/module_9.py"),
        ("Crash", "```\nOSError: the server hung up\n```", "app/client.py"),
        ("Write about the docs: retry", "", "docs/retry.md"),
        ("Look here", "https://github.com/octo/app/blob/main/app/module_2.py#L1", "app/module_2.py"),
    ],
)
def test_what_comes_first(title, body, first):
    """Paths, modules, symbols, frames, messages and plain words lead to the file that they mean."""
    assert names(ranked(title, body))[0] == first


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"app/retry/index.ts": "wait()\n"}, {"app/again/retry_things.ts": "wait()\n"}),
        ({"app/a.py": "def wait_retry():\n    0\n"}, {"app/b.py": "# wait retry\n0\n"}),
        ({"app/b.py": "retry()\nwait()\n" * 9}, {"app/a.py": "retry()\nwait()\n"}),
    ],
    ids=["its own name", "words of a defined name", "length"],
)
def test_what_speaks_more(better, worse):
    """A file called by a word of the title, one that defines what the words say, a longer one: each comes first."""
    [first] = better
    assert names(ranked("The retry does not wait", files=FILLER | better | worse))[0] == first


@pytest.mark.parametrize(
    ("title", "body", "path", "reason"),
    [
        ("Slow", "See app/retry.py.", "app/retry.py", "path is quoted in the issue"),
        ("Slow", "See `retry.py`.", "app/retry.py", "file name is quoted in the issue"),
        ("`RetryPolicy` is slow", "", "app/retry.py", "defines `RetryPolicy`, which the issue names"),
        ("Slow", "at app/retry.py:2", "app/retry.py", "traceback frame at line 2"),
        ("Slow", 'It says "the server hung up".', "app/client.py", "holds the quoted text `the server hung up`"),
        ("Slow", "`app.retry.delay`", "app/retry.py", "the issue names the module in `app.retry.delay`"),
        ("RetryPolicy", "", "tests/test_retry.py", "is a test"),
        ("RetryPolicy", "", "app/retry.py", "`tests/test_retry.py` tests it"),
    ],
)
def test_reasons(title, body, path, reason):
    """Every kind of evidence is told in a sentence."""
    assert reason in reasons_of(ranked(title, body), path)


@pytest.mark.parametrize("aside", ["tests/test_retry.py", "docs/retry.md", "examples/retry.py", "vendor/retry.py"])
def test_what_stands_aside(aside):
    """Tests, documentation, examples and other people's code come after the source with the same words."""
    files = FILLER | {"app/retry.py": RETRY, aside: RETRY}
    found = names(ranked("RetryPolicy waits too long", files=files))
    assert found.index("app/retry.py") < found.index(aside)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("app/retry.png", RETRY),
        ("app/retry.min.js", RETRY),
        ("package-lock.json", RETRY),
        ("app/retry_pb2.py", RETRY),
        ("app/binary.py", b"RetryPolicy\0"),
        ("app/made.py", f"# Code generated by a tool. DO NOT EDIT.\n{RETRY}"),
        ("app/packed.js", "RetryPolicy;" * 100),
        ("app/huge.py", f"{RETRY}{'# RetryPolicy' * 100_000}"),
        ("app/empty.py", ""),
    ],
)
def test_what_is_out(path, content):
    """Binary, generated, minified, locked, huge and empty files are never shown."""
    assert path not in names(ranked("RetryPolicy waits too long", files=FILES | {path: content}))


def test_foreign_files_of_the_same_name():
    """A frame in somebody else's file says nothing of ours that is called alike."""
    body = 'Traceback:\n  File "/usr/lib/site-packages/other/module_9.py", line 2, in x\n    return 9'
    assert not any("frame" in reason for reason in reasons_of(ranked("module_9", body), "app/module_9.py"))


def test_more_text_than_is_read():
    """Of a tree that holds more text than one ranking reads, the files whose paths answer best are read."""
    read = []

    def remember(paths):
        asked = list(paths)
        read.extend(asked)
        return reader_of(FILES)(asked)

    found = rank("Retry is slow", "", entries_of(FILES), remember, 8_000, max_bytes=120)
    assert names(found)[0] == "app/retry.py"
    assert sum(len(bytes_of(FILES[path.text])) for path in set(read)) <= 120
    assert len(found.files) + found.left_out == len(FILES)


def test_links_are_out():
    """A symbolic link is no file to show."""
    link = TreeEntry(RepoPath("app/retry.py"), SYMLINK, "0" * 40, 20)
    assert rank("RetryPolicy", "", [link], reader_of(FILES), 1_000).files == ()


def test_hidden_text_says_nothing():
    """HTML comments of a template and the environment section do not count."""
    body = "<!-- unrelated_3 module_3.py -->\n\n### Environment\n\nunrelated_4\n\n### What\n\nRetryPolicy waits."
    found = names(ranked("Wait", body))
    assert (found[0], "app/module_3.py" in found[:2]) == ("app/retry.py", False)


def test_titles_count_more():
    """A word of the title weighs more than one of the body."""
    files = {"a.py": "alpha = 1\n", "b.py": "bravo = 1\n"}
    assert names(ranked("alpha", "bravo", files=files))[0] == "a.py"
    assert names(ranked("bravo", "alpha", files=files))[0] == "b.py"


def test_nothing_speaks_for_it():
    """Files without a word of the issue are left out, and counted."""
    assert ranked("Zebra").files == ()
    assert ranked("Zebra").left_out == len(FILES)
    assert ranked("RetryPolicy").left_out == len(FILES) - len(ranked("RetryPolicy").files)


def test_long_files_show_the_lines_that_matter():
    """Of a file that does not fit, the function that the issue names is shown."""
    lines = [f"def other_{number}():\n{'    pass  # nothing to see' * 8}\n\n" for number in range(200)]
    lines.insert(120, "def parse_answer(text):\n    return text\n\n\n\n\n\n")
    files = FILLER | {"app/long.py": "".join(lines)}
    [file] = [
        one for one in ranked("parse_answer fails", files=files, budget=600).files if one.path.text == "app/long.py"
    ]
    line = "".join(lines).split("\n").index("def parse_answer(text):") + 1
    assert any(one.first <= line <= one.last for one in file.lines)
    assert sum(one.last - one.first + 1 for one in file.lines) < 100


def test_the_lines_of_a_frame_are_shown():
    """Of a long file in a traceback, the lines around the frame are shown."""
    files = FILLER | {"app/long.py": "\n".join(f"value_{number} = {number}" for number in range(3_000))}
    body = 'File "app/long.py", line 1500, in <module>'
    [file] = [one for one in ranked("Crash", body, files=files, budget=1_500).files if one.path.text == "app/long.py"]
    assert any(one.first <= 1_500 <= one.last for one in file.lines)


class Content(bytes):
    """Bytes that count themselves while they live."""

    alive = 0

    def __new__(cls, content):
        """One more is alive."""
        cls.alive += 1
        return super().__new__(cls, content)

    def __del__(self):
        Content.alive -= 1


def test_a_file_is_let_go_before_the_next_but_one():
    """A tree is read as a stream: what was counted is not held, however large the tree is."""
    alive = []

    def read(paths):
        for path, content in reader_of(FILES)(paths):
            yield path, Content(content)
            alive.append(Content.alive)

    query = parse_query("Retry the fetch", "")
    assert order_files(query, entries_of(FILES), read).files
    assert max(alive[: len(FILES)]) <= 2


def test_within_keeps_the_paths_that_answer():
    """Of a tree that is too large to read, the files whose paths answer the issue stay."""
    size = sum(entry.size_bytes for entry in entries_of(FILES))
    assert within("retry", "", entries_of(FILES), size) == entries_of(FILES)
    assert "app/retry.py" in [entry.path.text for entry in within("retry", "", entries_of(FILES), 300)]
    assert sum(entry.size_bytes for entry in within("retry", "", entries_of(FILES), 300)) <= 300


WORDS = st.sampled_from(
    ["retry", "policy", "RetryPolicy", "delay", "x_y", "def", "class", "{", "}", "(", "\n", "é", "'"]
)
TEXTS = st.lists(WORDS, max_size=60).map(" ".join)
PATHS = st.sampled_from(["a.py", "b/c.go", "tests/test_a.py", "d.c", "docs/e.md", "f/g/h.ts", "retry.rs"])
TREES = st.dictionaries(PATHS, TEXTS, min_size=1)


@given(files=TREES, title=TEXTS, body=TEXTS, budget=st.integers(1, 400))
def test_budget_and_ranges(files, title, body, budget):
    """Whatever stands in the issue and the files: the budget holds, and every range lies inside its file."""
    ranking = ranked(title, body, files=files, budget=budget)
    assert sum(file.tokens for file in ranking.files) <= budget
    for file in ranking.files:
        lines = files[file.path.text].removesuffix("\n").split("\n")
        ends = [0, *(end for one in file.lines for end in (one.first, one.last))]
        assert ends == sorted(ends)
        assert ends[-1] <= len(lines)
        shown = sum(len("\n".join(lines[one.first - 1 : one.last])) for one in file.lines)
        assert shown <= file.tokens * CHARS_PER_TOKEN
        assert file.reasons
    assert len(ranking.files) + ranking.left_out == len([text for text in files.values() if text])


@given(files=TREES, title=TEXTS)
def test_the_order_is_one(files, title):
    """The order depends neither on chance nor on the order of the entries, and scores only fall."""
    forth = rank(title, "", entries_of(files), reader_of(files), 1_000)
    back = rank(title, "", reversed(entries_of(files)), reader_of(files), 1_000)
    assert forth == back
    scores = [file.score for file in forth.files]
    assert scores == sorted(scores, reverse=True)


@given(path=st.sampled_from(sorted(path for path in FILES if path.startswith("app/"))))
def test_a_quoted_path_is_first(path):
    """The source whose path the issue quotes is first, whatever else the words say."""
    assert names(ranked("RetryPolicy delay", f"Please change {path}"))[0] == path


def test_short_pieces_before_long_ones():
    """Of a file too large to be shown, short functions that answer nearly as well come before a long one."""
    long_one = "def first():\n" + "    keep(keep(keep(keep(keep(keep(keep(1)))))))\n" * 40
    short = "".join(f"def part_{number}():\n" + "    keep(1)\n" * 8 for number in range(40))
    [file] = [
        one for one in ranked("keep", files=FILLER | {"app/a.py": long_one + short}, budget=900).files if one.lines
    ]
    assert min(lines.first for lines in file.lines) > 40


def test_what_stands_beside_is_shown_next():
    """Where budget is left after the function that the issue names, those around it are shown before distant ones."""
    functions = [f"def other_{number}():\n" + "    pass  # nothing to see here\n" * 8 for number in range(40)]
    functions[20] = "def parse_answer(text):\n" + "    return text  # nothing to see here\n" * 8
    files = FILLER | {"app/long.py": "".join(functions)}
    [file] = [
        one for one in ranked("parse_answer fails", files=files, budget=600).files if one.path.text == "app/long.py"
    ]
    named = [lines for lines in file.lines if lines.first <= 181 <= lines.last]
    assert [(lines.first <= 172, lines.last >= 198) for lines in named] == [(True, True)]


def test_a_small_budget_is_spent_on_the_first_files():
    """More of the first files is shown before anything of a later one, and a later one where budget is left."""
    told = "def told():\n" + "    keep(1)\n" * 20
    silent = "".join(f"def silent_{part}():\n" + "    pass  # 1\n" * 20 for part in range(9))
    files = {f"keep/part_{number}.py": told + silent for number in range(5)} | {"late.py": told + silent}
    shown = {
        budget: [file.path.text for file in ranked("keep", files=files, budget=budget).files if file.lines]
        for budget in (1_500, 80_000)
    }
    assert sorted(shown[1_500]) == sorted(files)[:5]
    assert sorted(shown[80_000]) == sorted(files)
