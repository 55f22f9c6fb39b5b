"""`ChangeSet` + write set -> violations. One function decides path, mode, size, text, protected class and scope."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator

from pathspec import GitIgnoreSpec

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.source import RepoPath, WriteSet, is_lfs_pointer
from ai_coder.domain.unasked import is_run_unasked
from ai_coder.edits.three_way import unresolved
from ai_coder.generate.policy.cautions import cautions
from ai_coder.generate.policy.characters import unreadable
from ai_coder.generate.policy.dependencies import is_manifest, strange_sources
from ai_coder.generate.policy.keys import line_with_key
from ai_coder.generate.policy.violation import Violation
from ai_coder.settings import WritePolicy

__all__ = ["PROTECTED", "Violation", "cautions", "check", "is_protected", "violation_of"]

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


def check(
    change_set: ChangeSet, write_set: WriteSet, policy: WritePolicy, taken: Collection[RepoPath]
) -> tuple[Violation, ...]:
    """Everything that stands against the change; empty when it may be published. `taken` are the paths of its base."""
    found = [violation for change in change_set.changes if (violation := _violation(change, write_set, policy))]
    found += _obstructed(change_set, taken)
    if len(change_set.changes) > policy.max_files:
        found.append(Violation(change_set.changes[0].path, f"is one of more than {policy.max_files} changed files"))
    if sum(_size_bytes(change) for change in change_set.changes) > policy.max_total_bytes:
        reason = f"and the other files hold more than {policy.max_total_bytes} bytes together"
        found.append(Violation(change_set.changes[0].path, reason))
    return tuple(found)


def unresolved_conflicts(change_set: ChangeSet, write_set: WriteSet) -> tuple[Violation, ...]:
    """The files that a merge left in conflict and that still hold markers; a file that is deleted holds none."""
    after = {change.path: change.after for change in change_set.changes}
    found = []
    for conflict in write_set.conflicts:
        text = after.get(conflict.path, "\n".join(conflict.marks))
        if marks := unresolved(text or "", conflict.marks):
            found.append(Violation(conflict.path, f"still holds conflict markers ({', '.join(map(repr, marks))})"))
    return tuple(found)


def violation_of(path: RepoPath, write_set: WriteSet, policy: WritePolicy) -> Violation | None:
    """What stands against any change of the file at `path`."""
    if is_protected(path):
        return Violation(path, "is protected: ai_coder never changes it")
    if _matches(policy.protected_paths, path.text) or _matches(
        map(str.casefold, policy.protected_paths), path.text.casefold()
    ):
        return Violation(path, "is protected by the input `protected_paths`", setting="protected_paths")
    if policy.allowed_paths and not _matches(policy.allowed_paths, path.text):
        return Violation(path, "is outside of the input `allowed_paths`", setting="allowed_paths")
    if not write_set.holds(path):
        return Violation(path, "is not linked in the issue", "/ai_coder scope repo")
    if is_run_unasked(path) and not write_set.names(path):
        reason = "is run by tools without being asked, and the request does not name it"
        return Violation(path, reason, f"/ai_coder you may change {path}")
    return None


def _violation(change: FileChange, write_set: WriteSet, policy: WritePolicy) -> Violation | None:
    path = change.path
    if found := violation_of(path, write_set, policy):
        return found
    if _size_bytes(change) > policy.max_file_bytes:
        return Violation(path, f"would hold more than {policy.max_file_bytes} bytes")
    if change.after is None:
        return None
    reason = "would be binary" if "\0" in change.after else _in_text(path.text, change.before or "", change.after)
    return Violation(path, reason) if reason else None


def _in_text(path: str, before: str, after: str) -> str:
    """What stands against the new text, as the rest of a sentence; empty for nothing."""
    if is_lfs_pointer(before) or is_lfs_pointer(after):
        return "is, or would be, a pointer of Git LFS"
    if reason := unreadable(path, before, after):
        return reason
    if number := line_with_key(before, after):
        return f"would hold what looks like a key, in line {number}"
    hosts = strange_sources(path, before, after) if is_manifest(path) else ()
    return f"would install packages from {', '.join(hosts)}, which it does not name yet" if hosts else ""


def is_protected(path: RepoPath) -> bool:
    """Whether nothing may change this path; some file systems fold case, so case does not matter."""
    return _PROTECTED.match_file(path.text.casefold())


def _matches(patterns: Iterable[str], text: str) -> bool:
    return GitIgnoreSpec.from_lines(patterns).match_file(text)


def _size_bytes(change: FileChange) -> int:
    return len((change.after or "").encode())


def _obstructed(change_set: ChangeSet, taken: Collection[RepoPath]) -> Iterator[Violation]:
    """New paths that no file system holds beside the others: below a file, over a folder, or alike but for case.

    A tree would take the first two, and lose what stood there.
    """
    new = [change.path for change in change_set.changes if change.after is not None and change.path not in taken]
    if not new:
        return
    gone = {change.path for change in change_set.changes if change.after is None}
    files = {path.text for path in (*taken, *new) if path not in gone}
    folders = {folder for path in (*taken, *new) for folder in path.folders}
    alike: dict[str, list[str]] = {}
    for text in sorted(files):
        alike.setdefault(_folded(text), []).append(text)
    for path in new:
        in_the_way = [f"`{name}`" for name in path.folders if name in files]
        in_the_way += [f"the folder `{path}`"] if path.text in folders else []
        in_the_way += [f"`{name}`" for name in alike[_folded(path.text)] if name != path.text]
        if in_the_way:
            yield Violation(path, f"cannot be created: {in_the_way[0]} stands in its way")


def _folded(text: str) -> str:
    """The path as file systems compare it that fold case and compose letters."""
    return unicodedata.normalize("NFC", text).casefold()
