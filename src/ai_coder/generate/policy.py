"""`ChangeSet` + write set -> violations. One function decides path, mode, size, protected class and scope."""

from collections.abc import Collection, Iterable, Iterator
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


def violation_of(path: RepoPath, write_set: WriteSet, policy: WritePolicy) -> Violation | None:
    """What stands against any change of the file at `path`."""
    if is_protected(path):
        return Violation(path, "is protected: ai_coder never changes it")
    if _matches(policy.protected_paths, path):
        return Violation(path, "is protected by the input `protected_paths`")
    if policy.allowed_paths and not _matches(policy.allowed_paths, path):
        return Violation(path, "is outside of the input `allowed_paths`")
    if not write_set.holds(path):
        return Violation(path, "is not linked in the issue", "/ai_coder scope repo")
    return None


def _violation(change: FileChange, write_set: WriteSet, policy: WritePolicy) -> Violation | None:
    path = change.path
    if found := violation_of(path, write_set, policy):
        return found
    if _size_bytes(change) > policy.max_file_bytes:
        return Violation(path, f"would hold more than {policy.max_file_bytes} bytes")
    if change.after is not None and "\0" in change.after:
        return Violation(path, "would be binary")
    return None


def is_protected(path: RepoPath) -> bool:
    """Whether nothing may change this path; some file systems fold case, so case does not matter."""
    return _PROTECTED.match_file(path.text.casefold())


def _matches(patterns: Iterable[str], path: RepoPath) -> bool:
    return GitIgnoreSpec.from_lines(patterns).match_file(path.text)


def _size_bytes(change: FileChange) -> int:
    return len((change.after or "").encode())


def collisions(change_set: ChangeSet, taken: Collection[RepoPath]) -> Iterator[str]:
    """A sentence for each new path that a file system cannot hold beside the tree `taken`.

    It lies below a file, over a folder, or is spelt like another but for case.
    """
    folded = {path.text.casefold(): path.text for path in taken}
    folders = {"/".join(parts[:n]) for path in taken if (parts := path.text.split("/")) for n in range(1, len(parts))}
    paths, gone = frozenset(taken), {change.path for change in change_set.changes if change.after is None}
    for change in change_set.changes:
        text = change.path.text
        if change.path in taken or change.after is None:
            continue
        above = ["/".join(text.split("/")[:n]) for n in range(1, text.count("/") + 1)]
        in_the_way = [name for name in above if RepoPath(name) in paths - gone]
        in_the_way += [text] if text in folders else []
        twin = folded.get(text.casefold())
        in_the_way += [twin] if twin and RepoPath(twin) not in gone else []
        if in_the_way:
            yield f"`{change.path}` cannot be created: `{in_the_way[0]}` stands in its way."
