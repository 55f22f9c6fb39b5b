"""Which changes are not tried out, because they decide what the test command is."""

import pytest

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.source import RepoPath
from ai_coder.settings import VerifyPolicy
from ai_coder.verify.implicit import implicit_files
from fakes.trees import MemoryTree

POLICY = VerifyPolicy(test_command="./ci/run.sh && bin/check fast && pytest tests/test_a.py", working_directory="web")


def found(path, before, after, policy=POLICY):
    """The implicit files of a change of one file."""
    tree = MemoryTree({} if before is None else {path: before})
    change_set = ChangeSet.of("c0", [FileChange(RepoPath(path), before, after)])
    return [str(path) for path in implicit_files(tree, tree, change_set, policy)]


@pytest.mark.parametrize(
    "path",
    [
        *["conftest.py", "tests/unit/conftest.py", "Makefile", "sub/makefile", "GNUmakefile", "rules.mk", "tox.ini"],
        *[".pre-commit-config.yaml", ".npmrc", "web/.npmrc", "pip.conf", ".devcontainer/devcontainer.json", "x/y.pth"],
        *[
            ".vscode/tasks.json",
            ".husky/pre-commit",
            "sitecustomize.py",
            "lib/usercustomize.py",
            "setup.py",
            "build.rs",
        ],
        *["pytest.ini", "jest.config.js", "vitest.config.mts", ".mocharc.json", "noxfile.py", ".cargo/config.toml"],
        *["CONFTEST.PY", "web/ci/run.sh", "web/bin/check", "package.json", "pyproject.toml"],
    ],
)
def test_files_that_run_unasked(path):
    """Whatever a tool runs or obeys by its name alone, new or changed, and the scripts that the commands name."""
    text = '{"scripts": {"test": "true"}}' if path.endswith(".json") else "[build-system]\nrequires = []\n"

    assert found(path, None, text) == [path]


@pytest.mark.parametrize(
    "path",
    ["src/a.py", "tests/test_a.py", "web/tests/test_a.py", "ci/run.sh", "docs/Makefile.md", "src/setup.ts", "a.json"],
)
def test_ordinary_files(path):
    """Sources and tests are tried out, those that the command names too."""
    assert found(path, None, "1\n") == []


@pytest.mark.parametrize(
    ("path", "before", "after", "is_implicit"),
    [
        ("package.json", '{"scripts": {"test": "jest"}}', '{"scripts": {"test": "true"}}', True),
        ("package.json", '{"scripts": {"test": "jest"}}', '{"scripts": {"test": "jest"}, "version": "2"}', False),
        ("package.json", '{"jest": {"bail": 1}}', '{"jest": {"testMatch": []}}', True),
        ("package.json", '{"dependencies": {}}', '{"dependencies": {"left-pad": "1"}}', False),
        ("package.json", "{}", "{", True),
        ("package.json", "{}", "[" * 100_000, True),
        ("web/package.json", '{"scripts": {}}', '{"scripts": {"postinstall": "curl x"}}', True),
        ("pyproject.toml", '[project]\nversion = "1"\n', '[project]\nversion = "2"\n', False),
        ("pyproject.toml", "[tool.ruff]\n", "[tool.ruff]\nline-length = 9\n", False),
        ("pyproject.toml", "[tool.pytest.ini_options]\n", '[tool.pytest.ini_options]\naddopts = "-k x"\n', True),
        ("pyproject.toml", "", '[build-system]\nbackend-path = ["."]\n', True),
        ("pyproject.toml", "[tool.coverage.report]\nfail_under = 9\n", "[tool.coverage.report]\n", True),
        ("Cargo.toml", '[package]\nversion = "1"\n', '[package]\nversion = "2"\n', False),
        ("Cargo.toml", "[package]\n", '[package]\nbuild = "evil.rs"\n', True),
        ("Cargo.toml", "[package]\n", 'package = "build"\n', True),
        ("Cargo.toml", "[package]\n", "package = 1\n", True),
        ("setup.cfg", "[metadata]\nname = a\n", "[metadata]\nname = b\n", False),
        ("setup.cfg", "[tool:pytest]\naddopts = -q\n", "[tool:pytest]\naddopts = -k x\n", True),
        ("Makefile", "a:\n", None, True),
    ],
)
def test_manifests(path, before, after, is_implicit):
    """A manifest counts only where what it makes tools do is different, or cannot be read."""
    assert found(path, before, after) == ([path] if is_implicit else [])


def test_earlier_commits_of_the_branch():
    """What an earlier run changed on our branch counts like what this run changes."""
    base = MemoryTree({"conftest.py": "1", "a.py": "1", "package.json": '{"scripts": {}}'})
    under = MemoryTree(base.files | {"conftest.py": "2", "a.py": "2", "package.json": '{"scripts": {"x": ""}}'}, "c1")
    back = ChangeSet.of("c1", [FileChange(RepoPath("package.json"), "", '{"scripts": {}}')])

    assert [str(path) for path in implicit_files(base, under, ChangeSet("c1"), POLICY)] == [
        "conftest.py",
        "package.json",
    ]
    assert [str(path) for path in implicit_files(base, under, back, POLICY)] == ["conftest.py"]
