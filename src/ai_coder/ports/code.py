"""Where code is kept: files, branches, commits, pull requests."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from ai_coder.domain.kept import Keep, forget
from ai_coder.domain.listing import Unnamed
from ai_coder.domain.plan import CommitPlan
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Published
from ai_coder.domain.source import RepoPath, TreeEntry


class SourceTree(Protocol):
    """The files of one commit."""

    @property
    def commit(self) -> str:
        """Object name of the commit."""
        ...

    def entries(self) -> Mapping[RepoPath, TreeEntry]:
        """Every entry that is a blob, a link or a submodule, in order of path. Raises: ForgeError."""
        ...

    def unnamed(self) -> frozenset[Unnamed]:
        """Mode, object name and path of entries whose path is not safe to name: to be compared, for no other use.

        Raises: ForgeError.
        """
        ...

    def read(self, paths: Iterable[RepoPath]) -> Mapping[RepoPath, bytes]:
        """The exact bytes of these files; a path that is no file is missing. Raises: ForgeError."""
        ...


class Forge(Protocol):
    """Where code is kept: branches, commits, pull requests."""

    def default_branch(self) -> str:
        """The repository's default branch, as it is now. Raises: ForgeError."""
        ...

    def head(self, branch: str) -> str | None:
        """The commit at the head of `branch`; None when there is no such branch.

        Raises: EmptyRepository, ForgeError.
        """
        ...

    def pull_request(self, branch: str) -> PullRequest | None:
        """The open pull request whose head is our `branch`, else the latest closed one. Raises: ForgeError."""
        ...

    def tree(self, commit: str) -> SourceTree:
        """The files of `commit`; nothing is read before it is asked for."""
        ...

    def merge_base(self, one: str, other: str) -> str | None:
        """The commit at which the histories of two commits parted; None when they never met. Raises: ForgeError."""
        ...

    def publish(self, plan: CommitPlan, keep: Keep = forget) -> Published:
        """Make branch, commit and pull request match `plan`, and read them back; twice is once.

        `keep` is told the commit's name when it stands on the forge and before a branch shows it.

        Raises: BranchMoved, ForgeError.
        """
        ...
