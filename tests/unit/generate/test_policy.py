"""What a change may touch."""

import pytest

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.source import Conflict, RepoPath, WriteSet, is_test_of
from ai_coder.generate.policy import check, unresolved_conflicts
from ai_coder.settings import WritePolicy


def _violations(*paths, linked=None, after="new\n", taken=(), gone=(), **policy):
    changes = [FileChange(RepoPath.parse(path), None, after) for path in paths]
    changes += [FileChange(RepoPath.parse(path), "old\n", None) for path in gone]
    write_set = WriteSet(None if linked is None else frozenset(RepoPath.parse(path) for path in linked))
    base = frozenset(RepoPath.parse(path) for path in (*taken, *gone))
    return [str(violation) for violation in check(ChangeSet.of("c0", changes), write_set, WritePolicy(**policy), base)]


@pytest.mark.parametrize(
    "path",
    [
        *[".github/workflows/ci.yml", ".GitHub/Workflows/ci.yml", ".github/actions/x/action.yml", "action.yml"],
        *["sub/action.yaml", ".gitattributes", "sub/.gitattributes", ".gitmodules", ".gitignore", ".gitlab-ci.yml"],
        *["CODEOWNERS", "docs/CODEOWNERS", ".github/CODEOWNERS", ".github/dependabot.yml", "renovate.json"],
        *["AGENTS.md", "agents.md", "pkg/CLAUDE.md", ".cursor/rules/a.md", ".claude/settings.json"],
        *[".github/copilot-instructions.md", ".github/ai_coder.yml"],
    ],
)
def test_protected_paths(path):
    """What steers workflows, reviews, git or agents is never changed, not even when it is linked."""
    assert "is protected" in _violations(path, linked=[path])[0]


@pytest.mark.parametrize("path", [".github/ISSUE_TEMPLATE/bug.md", ".github/FUNDING.yml", "src/action.py", "git.txt"])
def test_neighbours_of_protected_paths(path):
    """Ordinary files with names alike are ordinary."""
    assert _violations(path) == []


@pytest.mark.parametrize(
    ("path", "linked", "inside"),
    [
        ("src/a.py", ["src/a.py"], True),
        ("src/b.py", ["src/a.py"], False),
        ("tests/test_a.py", ["src/a.py"], True),
        ("src/b.py", None, True),
        ("src/b.py", [], False),
    ],
)
def test_scope(path, linked, inside):
    """With linked files only these and their tests may change; the sentence names the command that allows more."""
    found = _violations(path, linked=linked)
    assert found == [] if inside else "Comment `/ai_coder scope repo`" in found[0]


@pytest.mark.parametrize(
    ("path", "source", "belongs"),
    [
        ("tests/test_a.py", "src/a.py", True),
        ("src/a_test.go", "src/a.go", True),
        ("web/a.spec.ts", "web/a.ts", True),
        ("web/__tests__/a.test.js", "web/a.js", True),
        ("src/test/java/ATest.java", "src/main/java/A.java", True),
        ("tests/test_ab.py", "src/a.py", False),
        ("tests/a.py", "src/a.py", False),
        ("tests/test_a.js", "src/a.py", False),
        ("a.py", "a.py", False),
    ],
)
def test_tests_that_belong_to_a_file(path, source, belongs):
    """A test file is known by its name."""
    assert is_test_of(RepoPath(path), RepoPath(source)) is belongs


def test_allowed_and_protected_inputs():
    """The inputs tighten, with patterns like those of .gitignore."""
    assert _violations("docs/a.md", allowed_paths=("docs/**",)) == []
    assert "`allowed_paths`" in _violations("src/a.py", allowed_paths=("docs/**",))[0]
    assert "`protected_paths`" in _violations("docs/a.md", allowed_paths=("docs/**",), protected_paths=("*.md",))[0]


def test_sizes():
    """Files, their number and their sum are limited, and a binary is none of ours."""
    assert "bytes" in _violations("a", after="x" * 11, max_file_bytes=10)[0]
    assert "more than 1 changed files" in _violations("a", "b", max_files=1)[0]
    assert "together" in _violations("a", "b", after="x" * 6, max_total_bytes=10)[0]
    assert "binary" in _violations("a", after="\0")[0]


@pytest.mark.parametrize(
    ("path", "taken", "obstacle"),
    [
        ("src", ["src/a.py"], "the folder `src`"),
        ("src/a.py/b.py", ["src/a.py"], "`src/a.py`"),
        ("SRC/A.py", ["src/a.py"], "`src/a.py`"),
        ("cafe\u0301.md", ["caf\u00e9.md"], "`caf\u00e9.md`"),
    ],
)
def test_a_new_file_beside_the_others(path, taken, obstacle):
    """A new file never takes the place of a folder or of a file above it, nor a name that some systems take for one."""
    assert _violations(path, taken=taken) == [f"`{path}` cannot be created: {obstacle} stands in its way."]


def test_new_files_beside_each_other():
    """Two new files stand in each other's way like old ones; a file that goes does not."""
    assert "`a` stands in its way" in _violations("a", "a/b")[1]
    assert _violations("A.md", gone=["a.md"]) == []


@pytest.mark.parametrize("path", ["deploy/key.sh", "Deploy/key.sh", "DEPLOY/KEY.SH"])
def test_protected_by_the_input_in_any_case(path):
    """What the input protects is protected also where a file system folds case."""
    assert "`protected_paths`" in _violations(path, protected_paths=("Deploy/",))[0]


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ("resolved\n", []),
        ("a\n======= and more\n", []),
        ("<<<<<<< ours\na\n=======\nb\n>>>>>>> main\n", ["<<<<<<< ours", "=======", ">>>>>>> main"]),
        ("a\r\n=======\r\n", ["======="]),
        (None, []),
    ],
)
def test_conflicts_that_are_left(after, left):
    """A file of a merge may be published once no marker stands in it, or once it is gone."""
    path, marks = RepoPath("a.py"), ("<<<<<<< ours", "=======", ">>>>>>> main")
    write_set = WriteSet(conflicts=(Conflict(path, marks),))

    found = unresolved_conflicts(ChangeSet.of("c0", [FileChange(path, "before\n", after)]), write_set)

    names = ", ".join(map(repr, left))
    assert [str(one) for one in found] == ([f"`a.py` still holds conflict markers ({names})."] if left else [])


def test_a_conflict_that_nobody_touched_is_left():
    """A change that leaves the file of a conflict alone leaves the conflict."""
    write_set = WriteSet(conflicts=(Conflict(RepoPath("a.py"), (">>>>>>> main",)),))
    assert unresolved_conflicts(ChangeSet("c0"), write_set) != ()
