"""Commit plans with every field filled, so that a test names only what it is about."""

from collections.abc import Mapping
from typing import Any

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.plan import CommitPlan
from ai_coder.domain.source import RepoPath

Change = tuple[str | None, str | None] | tuple[str | None, str | None, str]
"""Before, after and, where it is no ordinary file, the mode."""


def a_plan(parent: str, changes: Mapping[str, Change], **fields: Any) -> CommitPlan:
    """One commit on `parent` for a new branch, with a pull request to main."""
    made = [FileChange(RepoPath.parse(path), *change) for path, change in changes.items()]
    filled: dict[str, Any] = {
        "branch": "ai_coder/issue-7",
        "base_branch": "main",
        "parent": parent,
        "is_new_branch": True,
        "message": "Greet in Portuguese",
        "change_set": ChangeSet.of(parent, made),
        "title": "Greet in Portuguese",
        "body": "Closes #7",
    }
    return CommitPlan(**filled | fields)
