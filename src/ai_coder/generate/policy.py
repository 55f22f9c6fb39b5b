"""`ChangeSet` + write set -> violations. One function decides path, mode, size, protected class and scope."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.source import RepoPath, WriteSet
from ai_coder.settings import WritePolicy

PROTECTED = (
    ".git*",
    "!.github/**",
    ".github/workflows/**",
    ".github/actions/**",
    ".github/instructions/**",
    ".github/dependabot.*",
    ".github/renovate.json*",
    ".github/codeowners",
    ".github/copilot-instructions.md",
    ".github/ai_coder.yml",
    "action.yml",
    "action.yaml",
    "CODEOWNERS",
    "renovate.json*",
    ".renovaterc*",
    "AGENTS.md",
    "CLAUDE.md",
    "GEMINI.md",
    ".cursor/",
    ".cursorrules",
    ".claude/",
    ".windsurfrules",
)
"""Never changed, whatever is asked. Source: the project's catalogue of abuse, C08 to C11 and C14."""
_PROTECTED = GitIgnoreSpec.from_lines(pattern.casefold() for pattern in PROTECTED)
_TEST_AFFIX = re.compile(r"^(test|tests|spec)[_\-.]|[_\-.](test|tests|spec)$", re.IGNORECASE)
_CAMEL_TEST = re.compile(r"^Tests?(?=[A-Z])|(?<=[A-Za-z0-9])(Tests?|TestCase|Spec)$")


@dataclass(frozen=True, slots=True)
class Violation:
    """A change that is refused before anything is published."""

    path: RepoPath
    reason: str
    command: str = ""
    """The comment that would allow it; empty when nothing does."""

    def __str__(self) -> str:
        allow = f" Comment `{self.command}` to allow it." if self.command else ""
        return f"`{self.path}` {self.reason}.{allow}"


def check(change_set: ChangeSet, write_set: WriteSet, policy: WritePolicy) -> tuple[Violation, ...]:
    """Everything that stands against the change; empty when it may be published."""
    found = [violation for change in change_set.changes if (violation := _violation(change, write_set, policy))]
    if len(change_set.changes) > policy.max_files:
        found.append(Violation(change_set.changes[0].path, f"is one of more than {policy.max_files} changed files"))
    if sum(_size_bytes(change) for change in change_set.changes) > policy.max_total_bytes:
        reason = f"and the other files hold more than {policy.max_total_bytes} bytes together"
        found.append(Violation(change_set.changes[0].path, reason))
    return tuple(found)


def _violation(change: FileChange, write_set: WriteSet, policy: WritePolicy) -> Violation | None:
    path = change.path
    if is_protected(path):
        return Violation(path, "is protected: ai_coder never changes it")
    if _matches(policy.protected_paths, path):
        return Violation(path, "is protected by the input `protected_paths`")
    if policy.allowed_paths and not _matches(policy.allowed_paths, path):
        return Violation(path, "is outside of the input `allowed_paths`")
    if not is_inside(path, write_set):
        return Violation(path, "is not linked in the issue", "/ai_coder scope repo")
    if _size_bytes(change) > policy.max_file_bytes:
        return Violation(path, f"would hold more than {policy.max_file_bytes} bytes")
    if change.after is not None and "\0" in change.after:
        return Violation(path, "would be binary")
    return None


def is_protected(path: RepoPath) -> bool:
    """Whether nothing may change this path; some file systems fold case, so case does not matter."""
    return _PROTECTED.match_file(path.text.casefold())


def is_inside(path: RepoPath, write_set: WriteSet) -> bool:
    """Whether the scope allows the path: a linked file, or a test that belongs to one."""
    if write_set.linked is None or path in write_set.linked:
        return True
    return any(is_test_of(path, linked) for linked in write_set.linked)


def is_test_of(path: RepoPath, source: RepoPath) -> bool:
    """Whether the names say so: `test_x.py`, `x.spec.ts`, `XTest.java` belong to `x.py`, `x.ts`, `X.java`."""
    stem, ending = _split(path)
    source_stem, source_ending = _split(source)
    bare = _TEST_AFFIX.sub("", _CAMEL_TEST.sub("", stem))
    return bare != stem and bare == source_stem and ending == source_ending


def _split(path: RepoPath) -> tuple[str, str]:
    stem, dot, ending = path.name.rpartition(".")
    return (stem, ending) if dot else (ending, "")


def _matches(patterns: Iterable[str], path: RepoPath) -> bool:
    return GitIgnoreSpec.from_lines(patterns).match_file(path.text)


def _size_bytes(change: FileChange) -> int:
    return len((change.after or "").encode())
