"""Three trees of real repositories, and what a merge makes of them; git itself is asked, too."""

import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_coder.adapters.git_program import GitProgram
from ai_coder.adapters.local_forge import LocalForge
from ai_coder.adapters.local_tree import LocalTree
from ai_coder.domain.change import FileChange
from ai_coder.domain.source import RepoPath
from ai_coder.edits.three_way import Labels
from ai_coder.refresh.merged_tree import MergedTree
from ai_coder.refresh.merging import lay_over, merge_trees
from fakes.git_repositories import PROGRAM, Entry, GitRepository
from fakes.plans import a_plan
from fakes.trees import MemoryTree

LABELS = Labels("branch", "main")
TEXT = b"".join(b"line %d\n" % number for number in range(9))
OURS, THEIRS = TEXT.replace(b"line 2\n", b"ours\n"), TEXT.replace(b"line 6\n", b"theirs\n")
CLASHING = {name: TEXT.replace(b"line 4\n", b"%s\n" % name.encode()) for name in ("ours", "theirs")}
RUN, LINK = Entry(TEXT, "100755"), Entry(b"a.txt", "120000")
MODULE, OTHER_MODULE, THIRD_MODULE = (Entry(digit * 40, "160000") for digit in (b"1", b"2", b"3"))
BINARY = {name: b"\0" + name.encode() for name in ("base", "ours", "theirs")}
REST = {"keep.txt": b"kept\n"}


class Parted:
    """A repository in which a branch and main went on from one commit."""

    def __init__(self, folder, base, ours, theirs):
        self.repository = GitRepository(folder, {**REST, **base}, bare=True)
        self.start = self.repository.head("main")
        self.repository.git("update-ref", "refs/heads/branch", self.start)
        for branch, files in (("branch", ours), ("main", theirs)):
            gone = dict.fromkeys(base.keys() - files.keys())
            self.repository.commit(branch, {**gone, **files})
        self.heads = self.repository.head("branch"), self.repository.head("main")

    @property
    def trees(self):
        """Base, ours, theirs."""
        return (LocalTree(GitProgram(self.repository.folder), commit) for commit in (self.start, *self.heads))

    def merge(self):
        """What becomes of them."""
        return merge_trees(*self.trees, LABELS)

    def git_merge(self):
        """Mode and object name by path as git merges, and the paths it leaves in conflict."""
        command = [PROGRAM, "-C", str(self.repository.folder), "merge-tree", "--write-tree", "--name-only"]
        done = subprocess.run([*command, *self.heads], capture_output=True, check=False)
        assert done.returncode in {0, 1}, done.stderr
        lines = done.stdout.decode().split("\n\n")[0].splitlines()
        return self.repository.entries(lines[0]), {line.partition("~")[0] for line in lines[1:]}


def listed(tree):
    """Mode and object name by path."""
    return {path.text: (entry.mode, entry.blob) for path, entry in tree.entries().items()}


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ({"a.txt": TEXT}, {"a.txt": OURS}, {"a.txt": THEIRS}),
        ({"a.txt": TEXT}, {"a.txt": OURS, "new": b"1\n"}, {"a.txt": THEIRS, "other": b"2\n"}),
        ({"a.txt": TEXT, "b": b"1\n"}, {"a.txt": OURS}, {"a.txt": THEIRS, "b": b"1\n"}),
        ({"a.txt": TEXT}, {"a.txt": Entry(OURS, "100755")}, {"a.txt": THEIRS}),
        ({"a.txt": TEXT}, {"a.txt": RUN}, {"a.txt": THEIRS}),
        ({"a": BINARY["base"]}, {"a": Entry(BINARY["base"], "100755")}, {"a": BINARY["theirs"]}),
        ({"a": BINARY["base"]}, {"a": BINARY["ours"]}, {"a": Entry(BINARY["base"], "100755")}),
        ({"a.txt": RUN}, {"a.txt": OURS}, {"a.txt": Entry(THEIRS, "100755")}),
        ({"a.txt": TEXT}, {"a.txt": OURS, "l": LINK}, {"a.txt": THEIRS, "l": LINK}),
        ({"a.txt": TEXT, "l": LINK}, {"a.txt": OURS}, {"a.txt": THEIRS, "l": LINK}),
        ({"a.txt": TEXT, "m": MODULE}, {"a.txt": OURS, "m": OTHER_MODULE}, {"a.txt": THEIRS, "m": MODULE}),
        ({"a.txt": TEXT, "d": b"1\n"}, {"a.txt": OURS, "d/e": b"1\n"}, {"a.txt": THEIRS, "d": b"1\n"}),
        ({"a.txt": TEXT, "d/e": b"1\n"}, {"a.txt": OURS, "d": b"1\n"}, {"a.txt": THEIRS, "d/e": b"1\n"}),
        ({"a.txt": TEXT}, {"a.txt": OURS}, {"a.txt": OURS.replace(b"line 6", b"six")}),
    ],
)  # fmt: skip
def test_what_git_merges_too(tmp_path, base, ours, theirs):
    """Contents, modes, links, submodules and folders come together as git brings them together, under its names."""
    parted = Parted(tmp_path / "r", base, ours, theirs)

    refresh, (merged, conflicts) = parted.merge(), parted.git_merge()

    assert (refresh.conflicts, refresh.clashes, conflicts) == ((), (), set())
    assert listed(refresh.tree) == merged
    regular = {
        path: parted.repository.git("cat-file", "blob", name)
        for path, (mode, name) in merged.items()
        if mode[:3] == "100"
    }
    assert {path.text: content for path, content in refresh.tree.read(refresh.tree.entries()).items()} == regular


class Sha256Tree(MemoryTree):
    """A tree whose objects have long names."""

    def entries(self):
        """Every file, in order."""
        return {path: replace(entry, blob="0" * 64) for path, entry in super().entries().items()}


def test_names_in_a_repository_with_sha256():
    """A merged text is named as git names it there: by the hash of `blob`, its size and its bytes."""
    path, empty = RepoPath("a.txt"), "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"
    tree = MergedTree(MemoryTree({}), Sha256Tree({"a.txt": "old"}), texts=(FileChange(path, "old", ""),))

    assert tree.entries()[path].blob == empty


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "reason"),
    [
        ({"a": TEXT}, {}, {"a": THEIRS}, "was deleted or renamed on the branch and changed on the base branch"),
        ({"a": TEXT}, {"a": OURS}, {}, "was changed on the branch and deleted or renamed on the base branch"),
        ({"a": BINARY["base"]}, {"a": BINARY["ours"]}, {"a": BINARY["theirs"]}, "is binary"),
        ({}, {"a": BINARY["ours"]}, {"a": BINARY["theirs"]}, "is binary"),
        ({"a": BINARY["base"]}, {"a": OURS}, {"a": THEIRS}, "is binary"),
        ({"a": TEXT}, {"a": LINK}, {"a": THEIRS}, "is not a file"),
        ({}, {"a": LINK}, {"a": Entry(b"b.txt", "120000")}, "is a symbolic link"),
        ({"a": MODULE}, {"a": OTHER_MODULE}, {"a": THIRD_MODULE}, "is a submodule"),
        ({}, {"a/b": TEXT}, {"a": TEXT}, "lies in a folder on the branch that is a file on the base branch"),
        ({}, {"a": TEXT}, {"a/b/c": TEXT}, "is a file on the branch and a folder on the base branch"),
    ],
)  # fmt: skip
def test_what_nobody_can_merge(tmp_path, base, ours, theirs, reason):
    """What is no text, or gone on one side, is named with its reason; git does not merge it either."""
    parted = Parted(tmp_path / "r", base, ours, theirs)

    refresh, (_, conflicts) = parted.merge(), parted.git_merge()

    assert [reason in str(clash) for clash in refresh.clashes] == [True]
    assert conflicts


@pytest.mark.parametrize(("path", "names"), [("aux.txt", True), ("ordinary.txt", False)])
def test_what_cannot_be_named_is_not_dropped(tmp_path, path, names):
    """A merge that would drop what the branch has at a path that is not safe to name is left to a person."""
    parted = Parted(tmp_path / "r", {"a": TEXT, path: b"1\n"}, {"a": OURS, path: b"2\n"}, {"a": THEIRS, path: b"1\n"})

    assert parted.merge().hides_changes is names
    assert bool(parted.merge().refusals) is names


@pytest.mark.parametrize("base", [{"a.txt": TEXT}, {}])
def test_a_conflict_stands_in_the_text(tmp_path, base):
    """Lines that both sides changed stand between markers in the file, whether it is old or new on both sides."""
    parted = Parted(tmp_path / "r", base, *({"a.txt": CLASHING[name]} for name in ("ours", "theirs")))

    refresh = parted.merge()

    [conflict], path = refresh.conflicts, RepoPath("a.txt")
    assert (conflict.path, conflict.marks) == (path, ("<<<<<<< branch", "=======", ">>>>>>> main"))
    marked = b"line 3\n<<<<<<< branch\nours\n=======\ntheirs\n>>>>>>> main\nline 5\n"
    assert marked in refresh.tree.read([path])[path]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"a.txt": OURS}, {"a.txt": TEXT, "other": b"1\n"}),
        ({"a.txt": TEXT, "mine": b"1\n"}, {"a.txt": THEIRS}),
        ({"a.txt": OURS}, {"a.txt": OURS}),
    ],
)
def test_a_branch_that_can_wait(tmp_path, ours, theirs):
    """Where the sides changed nothing in common, or the same, no merge is needed."""
    assert Parted(tmp_path / "r", {"a.txt": TEXT}, ours, theirs).merge() is None


CONTENTS = [TEXT, OURS, THEIRS, CLASHING["ours"], CLASHING["theirs"], None]
FILES = st.dictionaries(st.sampled_from(["a", "b", "c/d", "c/e"]), st.sampled_from(CONTENTS)).map(
    lambda files: {
        path: Entry(path.encode(), "120000") if text is None else text.replace(b"line", path.encode())
        for path, text in files.items()
    }
)
"""Texts and links that are like nothing under another path: git looks for renames, and we do not."""


@given(FILES, FILES, FILES)
@settings(max_examples=25)
def test_any_three_trees(tmp_path_factory, base, ours, theirs):
    """Whatever the sides did, git and we agree on whether it can be merged and, where it can, on the tree."""
    parted = Parted(tmp_path_factory.mktemp("parted") / "r", base, ours, theirs)
    refresh, (merged, conflicts) = parted.merge(), parted.git_merge()
    if refresh is None:
        assert not conflicts
    elif refresh.conflicts or refresh.clashes:
        assert {found.path.text for found in (*refresh.conflicts, *refresh.clashes)} == conflicts
    else:
        assert (listed(refresh.tree), conflicts) == (merged, set())


def test_the_models_change_lies_on_top(tmp_path):
    """A merge commit holds the branch's own entries by name, the merged texts, and the model's change of either."""
    base = {"a.txt": TEXT, "b.txt": TEXT}
    ours = {"a.txt": OURS, "b.txt": TEXT, "mine": b"mine\n", "gone": b"gone\n"}
    parted = Parted(tmp_path / "r", base, ours, {"a.txt": THEIRS, "b.txt": TEXT})
    merged = parted.merge().tree
    both = merged.read([RepoPath("a.txt")])[RepoPath("a.txt")].decode()
    changes = {"a.txt": (both, both + "more\n"), "gone": ("gone\n", None), "mine": ("mine\n", "my\n")}

    plan = lay_over(a_plan(parted.heads[0], changes, branch="branch", is_new_branch=False), merged)
    published = LocalForge(parted.repository.folder, {}).publish(plan)

    assert parted.repository.parents(published.commit) == list(parted.heads)
    contents = {path: parted.repository.content(published.commit, path) for path in parted.repository.entries("branch")}
    assert contents == REST | {"a.txt": both.encode() + b"more\n", "b.txt": TEXT, "mine": b"my\n"}
    assert plan.taken == ()


def test_a_change_that_gives_up_the_branchs_own(tmp_path):
    """Where the model goes back to the text of the base branch, that file is simply the base branch's."""
    parted = Parted(tmp_path / "r", {"a": TEXT}, {"a": Entry(CLASHING["ours"], "100755")}, {"a": CLASHING["theirs"]})
    merged = parted.merge().tree
    marked = merged.read([RepoPath("a")])[RepoPath("a")].decode()
    changes = {"a": (marked, CLASHING["theirs"].decode(), "100755")}

    plan = lay_over(a_plan(parted.heads[0], changes, branch="branch", is_new_branch=False), merged)
    published = LocalForge(parted.repository.folder, {}).publish(plan)

    assert plan.change_set.changes == ()
    mode, name = parted.repository.entries(published.commit)["a"]
    assert (mode, name) == ("100755", parted.repository.entries("main")["a"][1])
