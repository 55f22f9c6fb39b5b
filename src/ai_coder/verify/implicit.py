"""Files that tools run or obey without being asked: a change of one is not tried out here (C13).

With a changed `conftest.py`, `Makefile` or `scripts` entry, the test command is no longer what the base commit says.
"""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping

from pathspec import GitIgnoreSpec

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.source import RepoPath, decode
from ai_coder.domain.unasked import RUN_UNASKED
from ai_coder.ports import SourceTree
from ai_coder.settings import VerifyPolicy

_STEERS_TESTS = (
    *("setup.py", "fabfile.py", "dodo.py", "pytest.ini", ".coveragerc", "pdm.toml", ".python-version"),
    *("justfile", "Rakefile", "Taskfile.y*ml", "CMakeLists.txt"),
    *(".yarn/", ".pnp.*", ".pnpmfile.*", "binding.gyp", ".nvmrc", ".swcrc", "Gruntfile.*"),
    *("jest.config.*", "vitest.config.*", "vitest.workspace.*", "vite.config.*", "babel.config.*", ".babelrc*"),
    *(".mocharc*", ".nycrc*", ".taprc", ".c8rc*", "karma.conf.*", "ava.config.*", "gulpfile.*", ".proverc"),
    *(".cargo/", "rust-toolchain*", ".bazelrc", "build.gradle*", "settings.gradle*", "gradle/", "gradlew*"),
    *("mvnw*", "pom.xml", ".tool-versions", "mise.toml", ".mise.toml"),
)
"""Patterns as in .gitignore: what decides what a test command does, beside the files that run unasked."""
_IMPLICIT = GitIgnoreSpec.from_lines(pattern.casefold() for pattern in (*RUN_UNASKED, *_STEERS_TESTS))
_PACKAGE_KEYS = ("scripts", "jest", "vitest", "mocha", "ava", "tap", "nyc", "c8", "babel", "husky")
_PYPROJECT_TOOLS = frozenset(
    {"pytest", "coverage", "tox", "nox", "hatch", "setuptools", "poe", "taskipy", "pdm", "poetry", "uv"}
    | {"cibuildwheel"}
)
_SETUP_SECTION = re.compile(r"^\[(?:tool:pytest|aliases|build|build_ext|test|nosetests|coverage:.*|tox:.*)\]$")
_NEXT = frozenset({"", "&&", "||", ";", "|", "exec", "time", "env", "then", "do"})
"""Words before the name of a program."""


def implicit_files(
    base: SourceTree, under: SourceTree, change_set: ChangeSet, policy: VerifyPolicy
) -> tuple[RepoPath, ...]:
    """Those of them that differ between base and result, in order of path. Raises: ForgeError."""
    named = frozenset(_named(policy))
    changed = {path for path in _changed(base, under, change_set) if _is_candidate(path, named)}
    unclear = [path for path in changed if path.name in _MANIFESTS and path.text not in named]
    before, after = _texts(base, unclear), _texts(under, unclear)
    after |= {change.path: change.after for change in change_set.changes if change.path in changed}
    return tuple(
        path
        for path in sorted(changed)
        if path not in unclear or _orders(path, before.get(path)) != _orders(path, after.get(path))
    )


def _changed(base: SourceTree, under: SourceTree, change_set: ChangeSet) -> set[RepoPath]:
    paths = {change.path for change in change_set.changes}
    if base.commit == under.commit:
        return paths
    old, new = base.entries(), under.entries()
    return paths | {path for path in {*old, *new} if old.get(path) != new.get(path)}


def _is_candidate(path: RepoPath, named: frozenset[str]) -> bool:
    return path.name in _MANIFESTS or path.text in named or _IMPLICIT.match_file(path.text.casefold())


def _named(policy: VerifyPolicy) -> Iterator[str]:
    """Paths of shell scripts and programs in the tree that the commands name."""
    for command in (policy.setup_command, policy.test_command):
        try:
            words = shlex.split(command, comments=True)
        except ValueError:
            words = command.split()
        for before, word in zip(["", *words], words, strict=False):
            if word.endswith((".sh", ".bash")) or (before in _NEXT and "/" in word):
                yield "/".join(
                    part for part in f"{policy.working_directory}/{word}".split("/") if part not in {"", "."}
                )


def _texts(tree: SourceTree, paths: list[RepoPath]) -> dict[RepoPath, str | None]:
    return {path: decode(content) for path, content in tree.read(paths).items()} if paths else {}


def _orders(path: RepoPath, text: str | None) -> object:
    """What the manifest makes tools do; the whole text where it cannot be read."""
    if text is None:
        return None
    try:
        return _MANIFESTS[path.name](text)
    except (ValueError, RecursionError):
        return text


def _package_json(text: str) -> object:
    package = json.loads(text)
    return {key: package[key] for key in _PACKAGE_KEYS if key in package} if isinstance(package, Mapping) else text


def _pyproject(text: str) -> object:
    project = tomllib.loads(text)
    tools = project.get("tool", {})
    tools = {name: tools[name] for name in _PYPROJECT_TOOLS if name in tools} if isinstance(tools, Mapping) else tools
    return [project.get("build-system"), tools]


def _cargo(text: str) -> object:
    manifest = tomllib.loads(text)
    package = manifest.get("package", {})
    if not isinstance(package, Mapping):
        return text
    keys = ("build", "links", "metadata")
    return [manifest.get("profile"), {key: package[key] for key in keys if key in package}]


def _setup_cfg(text: str) -> object:
    sections: list[str] = []
    is_inside = False
    for line in text.splitlines():
        is_inside = bool(_SETUP_SECTION.match(line.strip())) if line.startswith("[") else is_inside
        sections += [line.rstrip()] if is_inside and line.strip() else []
    return sections


_MANIFESTS = {
    "package.json": _package_json,
    "pyproject.toml": _pyproject,
    "Cargo.toml": _cargo,
    "setup.cfg": _setup_cfg,
}
