"""The bare repository of the embedded forge: what it reads and decides without git is what git says of it."""

from datetime import UTC, datetime, timedelta

import pytest

from ai_coder.loopback.git_objects import Commit, Entry, Stamp
from ai_coder.loopback.git_refs import ABSENT
from ai_coder.loopback.git_store import GitStore

MAIN = "refs/heads/main"


@pytest.fixture(name="store")
def _store(tmp_path):
    made = GitStore(tmp_path / "made.git")
    made.create("main")
    return made


def add(store, *parents, name="a"):
    """A commit of one file, a second later than its parents."""
    when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=len(store.folder.parts) + len(parents))
    who = Stamp("mona", "mona@example.com", when)
    tree = store.write_tree({name: Entry(name, "100644", store.write("blob", name.encode()))})
    return store.write_commit(Commit("", tree, parents, who, who, name)).sha


def told(store):
    """The refs as git lists them."""
    lines = store.git("for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()
    return [tuple(line.split(" ")) for line in lines]


def test_git_finds_nothing_wrong(store):
    """What is made is a repository to git: bare, on its branch, whole."""
    store.swap(MAIN, add(store), ABSENT)

    assert store.git("rev-parse", "--is-bare-repository", "--symbolic-full-name", "HEAD") == b"true\nrefs/heads/main\n"
    assert store.git("fsck", "--strict", "--full") == b""


@pytest.mark.parametrize("pack", ["nothing", "all", "before a change"])
def test_refs_are_those_that_git_lists(store, pack):
    """Loose or packed, with loose ones over packed ones, the refs are what `git for-each-ref` says."""
    first = add(store)
    for name in (MAIN, "refs/heads/a/b", "refs/heads/a-b", "refs/tags/v1", "refs/pull/1/head"):
        assert store.swap(name, first, ABSENT)
    if pack != "nothing":
        store.git("pack-refs", "--all", "--prune")
    if pack == "before a change":
        assert store.swap(MAIN, add(store, first, name="b"), first)
        assert store.swap("refs/heads/a/b", ABSENT, first)

    assert list(store.refs().items()) == told(store)
    assert [(name, store.ref(name)) for name, _ in told(store)] == told(store)


def test_who_is_slower_changes_nothing(store):
    """A ref that is not where it is said to be stays, and so does one that another process holds."""
    first, second = add(store), add(store, name="b")
    assert store.swap(MAIN, first, ABSENT)

    assert not store.swap(MAIN, second, ABSENT)
    assert not store.swap(MAIN, second, second)
    lock = store.folder / "refs/heads/main.lock"
    lock.touch()
    assert not store.swap(MAIN, second, first)
    assert lock.exists()
    lock.unlink()
    assert store.refs() == {MAIN: first}
    assert store.swap(MAIN, second, first)
    assert [path.name for path in (store.folder / "refs/heads").iterdir()] == ["main"]


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize(
    "name", ["refs/heads/a", "refs/heads/a/b/c", "refs/heads/..", "refs/heads/a..b", "refs/heads/x.lock"]
)
def test_no_ref_where_git_would_have_none(store, name, pack):
    """No ref stands in the folder of another one, and none has a name that git refuses."""
    store.swap("refs/heads/a/b", add(store), ABSENT)
    if pack:
        store.git("pack-refs", "--all", "--prune")
    before = told(store)

    assert not store.swap(name, before[0][1], ABSENT)
    assert told(store) == list(store.refs().items()) == before


def test_a_folder_that_is_left_is_no_obstacle(store):
    """Where the last ref of a folder was removed, the folder's name is free."""
    sha = add(store)
    store.swap("refs/heads/a/b", sha, ABSENT)
    store.swap("refs/heads/a/b", ABSENT, sha)
    (store.folder / "refs/heads/a").mkdir(exist_ok=True)

    assert store.swap("refs/heads/a", sha, ABSENT)
    assert told(store) == [("refs/heads/a", sha)]


@pytest.mark.parametrize("new", ["1" * 40, "tree"])
def test_a_branch_points_to_a_commit(store, new):
    """A branch is never pointed to what is not there, or to a tree."""
    sha = add(store)
    wanted = store.commit(sha).tree if new == "tree" else new

    assert not store.swap(MAIN, wanted, ABSENT)
    assert store.refs() == {}


@pytest.mark.parametrize(
    "text", ["main", "v1", "both", "heads/main", "HEAD", "@", "..", "../tags/v1", "", "config", "-h"]
)
def test_a_name_stands_for_what_git_says(store, text):
    """A branch, a tag of the same name, a path of a ref, and what is no name at all, as `git rev-parse` has them."""
    first, second = add(store), add(store, name="b")
    for name, sha in ((MAIN, first), ("refs/heads/both", first), ("refs/tags/both", second), ("refs/tags/v1", second)):
        store.swap(name, sha, ABSENT)
    expected = {"main": first, "v1": second, "both": second, "heads/main": first, "HEAD": first, "@": first}

    assert store.resolve(text) == expected.get(text)


def test_a_commit_name_stands_for_itself(store):
    """A whole name of a commit, a shortened one, and one that nothing has; a branch of such a name is behind them."""
    sha, other = add(store), add(store, name="b")
    store.swap(MAIN, sha, ABSENT)

    assert store.resolve(sha) == store.resolve(sha[:12]) == sha
    assert store.resolve("1" * 40) is None
    assert store.resolve(store.commit(sha).tree) is None
    store.git("update-ref", f"refs/heads/{sha}", other)
    assert store.resolve(sha) == sha


@pytest.mark.parametrize("known", [True, False])
def test_histories_are_those_that_git_tells(store, known):
    """Of commits in a row, a fork and a merge: what is older, where two meet, what one has and the other has not."""
    root = add(store)
    left = add(store, add(store, root, name="b"), name="c")
    right = add(store, root, name="d")
    merged = add(store, left, right, name="e")
    after = add(store, merged, name="f")
    apart = add(store, name="g")
    asked = store if known else GitStore(store.folder)
    every = (root, left, right, merged, after, apart)

    for one in every:
        assert asked.history(one) == store.git("rev-list", "--topo-order", one).decode().split()
        for other in every:
            listed = store.git("rev-list", "--topo-order", other, f"^{one}").decode().split()
            assert asked.history(other, since=one) == listed
            assert asked.is_ancestor(one, other) == (one in store.git("rev-list", other).decode().split())
            shared = set(asked.history(one)) & set(asked.history(other))
            assert (asked.merge_base(one, other) in shared) if shared else asked.merge_base(one, other) is None
    assert asked.merge_base(left, right) == root
    assert asked.merge_base(merged, left) == asked.merge_base(left, merged) == left
    assert asked.history(after, path="e") == [after, merged]
