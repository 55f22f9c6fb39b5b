"""How accepted changes are read, turned into tool calls, and compared; and one played through the real program."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_coder.loopback.git_objects import Commit as GitCommit
from ai_coder.loopback.git_objects import Entry, Stamp
from ai_coder.loopback.git_store import GitStore
from ai_coder.loopback.world import utc_now
from benchmarks.replay.run import Row, conclude, main
from benchmarks.replay.script import Unplayable, script_of
from benchmarks.replay.tasks import Task, choose, read_tasks
from benchmarks.replay.trees import NotHere, Sides, find, first_difference, sides

FIELDS = {"instance_id": "x-1", "repo": "o/x", "problem_statement": "Title\n\nBody.", "base_commit": "b"}
NEW_TEST = "diff --git a/t b/t\nnew file mode 100644\n--- /dev/null\n+++ b/t\n@@ -0,0 +1 @@\n+1\n"
PATCH = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n-1\n+one\n 2\n"
FILES = {"a.py": "1\n2\n", "sub/b.py": "x = 1\n" * 3 + "y = 2\n", "gone.py": "0\n", "c.txt": "one\ntwo\nthree\nfour\n"}
AFTER = {
    "a.py": "1\n2\n3\n",
    "sub/b.py": "x = 1\nx = 2\nx = 1\ny = 2\n",
    "new/d.py": "",
    "e.txt": "one\ntwo\n3\nfour\n",
}


QUOTED = "x = 1\n" + '"""\n' + "x = 1\n" * 18 + '"""\n' + "x = 1\n"
"""Between its first and its last edit it does not parse."""


@pytest.fixture(name="store")
def _store(tmp_path):
    """A bare repository, in a mirror, under the name of a fork."""
    store = GitStore(tmp_path / "mirror" / "fork+x" / "repo")
    store.create("main")
    return store


def a_tree(store, files):
    """A tree of texts, bytes, or (mode, text)."""
    entries = {}
    for path, given_ in files.items():
        mode, content = given_ if isinstance(given_, tuple) else ("100644", given_)
        raw = content if isinstance(content, bytes) else content.encode()
        entries[path] = Entry(path, mode, store.write("blob", raw))
    return store.write_tree(entries)


def a_commit(store, files, *parents):
    """A commit that holds the files."""
    who = Stamp("Mona", "mona@example.org", utc_now())
    return store.write_commit(GitCommit("", a_tree(store, files), parents, who, who, "Change it\n\nAll of it.")).sha


def both(store, before, after):
    """The two sides of a change."""
    return Sides(store, a_tree(store, before), a_tree(store, after), "")


def played(files, script):
    """The files after the script's edits; each old text has to stand in its file once, in whole lines."""
    for call in (move.call for turn in script.turns for move in turn if move.call.name == "edit_file"):
        said = dict(call.arguments)
        path, old, new = said.pop("path"), said.pop("old_text", ""), said.pop("new_text", "")
        match said:
            case {"delete": True}:
                del files[path]
            case {"move_to": target}:
                files[target] = files.pop(path)
            case _ if not old:
                assert not files.get(path)
                files[path] = new
            case _:
                assert ("\n" + files[path]).count("\n" + old) == 1
                files[path] = ("\n" + files[path]).replace("\n" + old, "\n" + new)[1:]
    return files


def test_tasks_of_the_data_set(tmp_path):
    """The accepted patch is what is played; the one of the tests comes along where it makes files."""
    rows = [
        FIELDS | {"patch": PATCH, "test_patch": "diff --git a/t b/t\n"},
        FIELDS | {"instance_id": "x-2", "golden_patch": PATCH, "test_patch": NEW_TEST},
        FIELDS | {"patch": "another of the same id"},
    ]
    (tmp_path / "a.json").write_text(json.dumps(rows), "utf-8")
    (tmp_path / "b.jsonl").write_text('{"instance_id": "x-3", "repo": "o/x", "commit": "c"}\n\n', "utf-8")

    first, second, third = read_tasks(tmp_path)

    assert first == Task("x-1", "o/x", "Title\n\nBody.", "b", (PATCH,))
    assert second.patches == (PATCH, NEW_TEST)
    assert (third.base, third.goal) == ("c^", "c")


def test_a_task_without_a_patch_is_named(tmp_path):
    """A record that is no task is refused with its file and number."""
    (tmp_path / "a.jsonl").write_text(json.dumps(FIELDS), "utf-8")

    with pytest.raises(ValueError, match=r"a\.jsonl: task 1: .*golden_patch"):
        read_tasks(tmp_path)


def test_repositories_take_turns():
    """A limit leaves as many repositories as there can be."""
    tasks = [Task(f"{name}-{n}", name, "", "") for name in ("a", "b") for n in range(3)]

    assert [task.task_id for task in choose(tasks, "*", 3)] == ["a-0", "b-0", "a-1"]
    assert [task.task_id for task in choose(tasks, "b-*", 0)] == ["b-0", "b-1", "b-2"]


def test_both_sides_are_made_by_git(store, tmp_path):
    """The goal is the base with every patch; undone, the sides change places."""
    base = a_commit(store, FILES)
    task = Task("x-1", "o/x", "Title", base, (PATCH, NEW_TEST))

    found = sides(task, tmp_path / "mirror", tmp_path / "gold.git")
    undone = sides(task.undone, tmp_path / "mirror", tmp_path / "undone.git")

    wanted = {path: text.encode() for path, text in (FILES | {"a.py": "one\n2\n", "t": "1\n"}).items()}
    assert found.store.contents(found.goal) == wanted
    assert (undone.base, undone.goal) == (found.goal, found.base)


def test_a_mirror_is_searched_by_name_and_commit(store, tmp_path):
    """A fork's repository serves, where it holds the commit."""
    base = a_commit(store, FILES)

    assert find(tmp_path / "mirror", "o/x", base).folder == store.folder
    with pytest.raises(NotHere):
        find(tmp_path / "mirror", "o/x", "1" * 40)
    with pytest.raises(NotHere):
        find(tmp_path / "mirror", "o/y", base)


def test_a_change_becomes_tool_calls(store):
    """Files are created, deleted, moved and edited, and each look says what it has to find."""
    script = script_of(both(store, FILES, AFTER))

    assert played(dict(FILES), script) == AFTER
    assert (script.files, script.created, script.deleted, script.renamed) == (5, 1, 1, 1)
    looks = [move for turn in script.turns for move in turn if move.call.name != "edit_file"]
    assert ("search", "e.txt:3: three") in [(move.call.name, move.expects) for move in looks]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_calls_make_the_goal(tmp_path_factory, data):
    """Whatever lines become of a file, hunk by hunk the calls make just them."""
    texts = st.lists(st.sampled_from(["a\n", "b\n", "\n", "cc = 1\n"]), max_size=30).map("".join)
    before, after = data.draw(st.one_of(texts, texts.map(lambda text: text + "end"))), data.draw(texts)
    store = GitStore(tmp_path_factory.mktemp("store") / "x.git")
    store.create("main")

    change = both(store, {"f": before, "g": "1\n"}, {"f": after, "g": "2\n"})

    assert played({"f": before, "g": "1\n"}, script_of(change)) == {
        "f": after,
        "g": "2\n",
    }


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ({"a": "1"}, {"a": "1"}, "changes nothing"),
        ({"a": "1"}, {"a": b"\xff"}, "a is not UTF-8"),
        ({"a": "1"}, {"a": b"\0"}, "a is binary"),
        ({"a": "1\n"}, {"a": "1\n2"}, "a loses the end of its last line"),
        ({"a": "1"}, {"a": ("120000", "b")}, "a is a link"),
        ({"a": "1"}, {"a": ("100755", "1")}, "a becomes or ceases to be executable"),
        ({}, {"a": ("100755", "1")}, "a becomes or ceases to be executable"),
        ({}, {".github/workflows/a.yml": "1"}, "a.yml is protected"),
    ],
)
def test_what_no_tool_makes_is_left_out(store, before, after, why):
    """What the tools are not there for is said, and not counted as a difference."""
    with pytest.raises(Unplayable, match=why):
        script_of(both(store, before, after))


@pytest.mark.parametrize(
    ("got", "words"),
    [
        ({"a": "1\n2\n", "b": "1"}, ""),
        ({"a": "1\n2\n"}, "b: missing"),
        ({"a": "1\n2\n", "b": "1", "c": "1"}, "c: too much"),
        ({"a": "1\n3\n", "b": "1"}, "a: line 2 is b'3' instead of b'2'"),
        ({"a": "1\n2", "b": "1"}, "a: line 3 is b'(end)' instead of b''"),
        ({"a": "1\n2\n", "b": ("100755", "1")}, "b: mode 100755 instead of 100644"),
    ],
)
def test_the_first_difference_is_named(store, got, words):
    """Paths, bytes and modes are compared, and the first that differs is told."""
    wanted = a_tree(store, {"a": "1\n2\n", "b": "1"})

    assert first_difference(store, wanted, store, a_tree(store, got)) == words


def test_the_sum_is_bad_news_where_one_differs(capsys):
    """What was left out does not count; one difference fails the whole, and so does a replay of nothing."""
    equal, differs, out = (Row(verdict, "o/x", verdict) for verdict in ("equal", "differs", "left out"))

    assert [conclude(rows) for rows in ([equal, out], [equal, differs], [out])] == [0, 1, 2]
    assert "1 of 2 tasks equal" in capsys.readouterr().out


@pytest.mark.slow
def test_a_replay_of_a_history(store, tmp_path, capsys):
    """The real program makes what a commit made, hunk by hunk, also where a file does not parse between two of them."""
    base = a_commit(store, FILES | {"a.py": "x = 1\n" * 20})
    good = a_commit(store, AFTER | {"a.py": QUOTED}, base)
    (tmp_path / "tasks.json").write_text(json.dumps([{"instance_id": "x", "repo": "o/x", "commit": good}]), "utf-8")
    places = ["--tasks", str(tmp_path / "tasks.json"), "--mirror", str(tmp_path / "mirror")]

    status = main([*places, "--json", str(tmp_path / "rows.json")])

    assert status == 0, capsys.readouterr().out
    [row] = json.loads((tmp_path / "rows.json").read_text("utf-8"))
    counts = {name: row[name] for name in ("verdict", "created", "deleted", "renamed")}
    assert counts == {"verdict": "equal", "created": 1, "deleted": 1, "renamed": 1}
