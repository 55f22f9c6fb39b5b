"""The tools that look, text before -> text after; and the overlay they look at."""

import pytest

from ai_coder.domain.source import EXECUTABLE, REGULAR, RepoPath, TreeEntry
from ai_coder.edits import Change
from ai_coder.generate.arguments import Arguments, Misuse
from ai_coder.generate.looking import MAX_READ_CHARS, MAX_SEARCH_CHARS, list_files, read_file, search
from ai_coder.generate.overlay import Overlay


class MemoryTree:
    """A commit's files, in memory; counts how often it is read."""

    commit = "c0"

    def __init__(self, files):
        self.files = {RepoPath(path): text.encode() for path, text in files.items()}
        self.modes = {}
        self.reads = 0

    def entries(self):
        """Every file, in order."""
        modes = dict.fromkeys(sorted(self.files), REGULAR) | self.modes
        return {path: TreeEntry(path, mode, "0" * 40, len(self.files[path])) for path, mode in modes.items()}

    def read(self, paths):
        """The bytes."""
        self.reads += 1
        return {path: self.files[path] for path in paths if path in self.files}


def over(**files):
    """An overlay on files given as `a_py="text"`."""
    return Overlay(MemoryTree({name.replace("__", "/").replace("_", "."): text for name, text in files.items()}))


def told(tool, overlay, **arguments):
    """What the model is told."""
    return tool(overlay, Arguments(arguments))


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ({}, ["a.py", "src/b.py", "src/c.txt"]),
        ({"folder": "src"}, ["src/b.py", "src/c.txt"]),
        ({"folder": "./src/"}, ["src/b.py", "src/c.txt"]),
        ({"glob": "*.py"}, ["a.py", "src/b.py"]),
        ({"glob": "src/**", "folder": "src"}, ["src/b.py", "src/c.txt"]),
        ({"folder": "nope"}, ["No file matches."]),
    ],
)
def test_listing(arguments, shown):
    """Paths in order, below a folder or by a pattern of .gitignore."""
    assert told(list_files, over(a_py="1", src__b_py="2", src__c_txt="3"), **arguments).splitlines() == shown


@pytest.mark.parametrize("folder", [".github", "./.github", "/.github/", ".github/x"])
def test_a_folder_whose_name_begins_with_a_point(folder):
    """The point belongs to the name; `.` alone is the top of the repository."""
    overlay = Overlay(MemoryTree({".github/x/a.md": "1", "github/b.md": "2"}))

    assert told(list_files, overlay, folder=folder) == ".github/x/a.md"
    assert len(told(list_files, overlay, folder=".").splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ({}, ["a.py, lines 1 to 3 of 3:", "one", "two", "three"]),
        ({"first_line": 2}, ["a.py, lines 2 to 3 of 3:", "two", "three"]),
        ({"first_line": "2", "last_line": "2"}, ["a.py, lines 2 to 2 of 3:", "two"]),
        ({"last_line": 99}, ["a.py, lines 1 to 3 of 3:", "one", "two", "three"]),
        ({"first_line": 9}, ["`a.py` has 3 lines."]),
    ],
)
def test_reading(arguments, shown):
    """A file's lines, all or some, under a line that says which of how many."""
    assert told(read_file, over(a_py="one\r\ntwo\r\nthree\r\n"), path="a.py", **arguments).splitlines() == shown


def test_long_files_are_cut_at_a_line():
    """A long file ends at a whole line, and the model is told how to read on."""
    overlay = over(a_py="".join(f"line {n} {'x' * 90}\n" for n in range(1_000)))
    shown = told(read_file, overlay, path="a.py")
    *_, last = shown.splitlines()
    assert len(shown) < MAX_READ_CHARS + 200
    assert last.startswith("... cut here: read on with `first_line` ")
    following = int(last.rstrip(".").rpartition(" ")[2])
    assert (
        told(read_file, overlay, path="a.py", first_line=following).splitlines()[1].startswith(f"line {following - 1} ")
    )


def test_one_endless_line():
    """A line longer than the limit is shown from its beginning."""
    shown = told(read_file, over(a_js="x" * 100_000), path="a.js")
    assert shown.startswith("a.js, the beginning of line 1 of 1:\nxxx")
    assert len(shown) < MAX_READ_CHARS + 200


def test_searching_says_how_much_is_left_out():
    """Many matches are cut, and their number is told."""
    shown = told(search, over(a_py="needle here\n" * 5_000), pattern="needle")
    assert len(shown) < MAX_SEARCH_CHARS + 200
    assert shown.splitlines()[0] == "a.py:1: needle here"
    assert "more lines: narrow the pattern" in shown.splitlines()[-1]


def test_searching_sees_edits_and_reads_the_tree_once():
    """A search sees what was edited, created and deleted; the tree is read in one go."""
    overlay = over(a_py="old\n", b_py="needle\n", c_py="needle\n")
    told(search, overlay, pattern="x")
    overlay.apply(
        [Change("a.py", "old\n", "needle a\n"), Change("b.py", "needle\n", None), Change("d.py", None, "needle d\n")]
    )

    assert told(search, overlay, pattern="^needle").splitlines() == [
        "a.py:1: needle a",
        "c.py:1: needle",
        "d.py:1: needle d",
    ]
    assert overlay.tree.reads == 1


def test_a_mode_moves_with_its_file():
    """A moved file keeps its mode on every way, and leaves nothing of it at a path that a new file takes."""
    overlay = over(z_sh="1")
    overlay.tree.modes[RepoPath("z.sh")] = EXECUTABLE
    overlay.load_all()
    overlay.apply([Change("b.sh", None, "1", "z.sh"), Change("z.sh", "1", None)])
    overlay.apply([Change("b.sh", "1", None), Change("c.sh", None, "1", "b.sh")])
    overlay.apply([Change("b.sh", None, "2")])

    modes = {str(change.path): change.mode for change in overlay.change_set().changes}
    assert (modes["c.sh"], modes["b.sh"]) == (EXECUTABLE, REGULAR)


@pytest.mark.parametrize("pattern", ["^one$", "one$", "^two$", "o$"])
def test_searching_sees_lines_as_they_are_read(pattern):
    """Neither CRLF nor the mark of an encoding stands between a line and its ends."""
    assert told(search, over(a_py="\ufeffone\r\ntwo\r\n"), pattern=pattern).startswith("a.py:")


def test_what_is_no_text_has_no_lines():
    """Not even a pattern that matches everything finds something in a binary file."""
    assert told(search, over(a_bin="\0", b_py="x"), pattern=".*") == "b.py:1: x"


@pytest.mark.parametrize("pattern", ["(a+)+$", "(x|x)*y", "(.*)*b"])
def test_no_pattern_takes_long(pattern):
    """What makes other engines explode is searched like anything else."""
    assert told(search, over(a_py="a" * 50_000 + "!\n"), pattern=pattern)


@pytest.mark.parametrize("pattern", ["", "(", "a{2000}{2000}", r"(?<=a)b", "x" * 2_000])
def test_patterns_that_are_refused(pattern):
    """An empty, broken, huge or unsupported pattern is refused in a sentence."""
    with pytest.raises(Misuse, match="attern"):
        told(search, over(a_py="a\n"), pattern=pattern)


def test_a_moved_file_keeps_its_history_in_the_change_set():
    """Move, edit, create and undo: the change set holds what differs, and nothing else."""
    overlay = over(a_py="1\n", b_py="2\n", c_py="3\n")
    overlay.load_all()
    overlay.apply([Change("a.py", "1\n", None), Change("n.py", None, "1\n", moved_from="a.py")])
    overlay.apply([Change("b.py", "2\n", "x\n"), Change("t.py", None, "t\n")])
    overlay.apply([Change("b.py", "x\n", "2\n"), Change("t.py", "t\n", None)])

    changes = {change.path.text: (change.before, change.after) for change in overlay.change_set().changes}
    assert changes == {"a.py": ("1\n", None), "n.py": (None, "1\n")}
    assert [path.text for path in overlay.paths] == ["b.py", "c.py", "n.py"]


class MiserlyTree(MemoryTree):
    """Hands over one file at a time."""

    def read(self, paths):
        """The bytes of the first."""
        return super().read(sorted(paths)[:1])


def test_a_file_that_was_left_out_among_many_is_read_alone():
    """A tree may hand over only some of many files (an archive lied); the others are not binary, and can be read."""
    overlay = Overlay(MiserlyTree({"a.md": "1", "b.md": "2"}))

    assert told(search, overlay, pattern="2") == (
        "No line matches.\n1 files could not be searched; read them one by one."
    )
    assert overlay.tree.reads == 1
    assert overlay.objection(RepoPath("b.md")) == ""
    assert told(search, overlay, pattern="2") == "b.md:1: 2"
