"""`PullRequest`: a proposal to merge a branch, as the forge reports it."""

from dataclasses import dataclass, field

from ai_coder.domain.task import Person


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as the forge reports it; number 0 where the forge has none (a local repository)."""

    number: int = 0
    url: str = ""
    head: str = ""
    """Commit at its head."""
    base_branch: str = ""
    base_commit: str = ""
    """Head of the base branch when the forge last looked."""
    body: str = ""
    is_open: bool = True
    is_merged: bool = False
    is_draft: bool = False
    branch: str = ""
    """Name of the head branch, in the repository that holds it."""
    is_from_fork: bool = False
    """Whether the head branch is in another repository, or in one that is gone: nothing is ever pushed there."""
    node_id: str = ""
    """Its name in the forge's other API."""
    title: str = ""
    author: Person = field(default_factory=Person)
