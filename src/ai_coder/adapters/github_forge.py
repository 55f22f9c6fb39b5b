"""Branches and commits on GitHub, by the Git Data API: nothing is checked out, nothing is forced."""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_pulls import GithubPulls
from ai_coder.adapters.github_shape import number, record, records, sha, text
from ai_coder.adapters.github_tree import GithubTree
from ai_coder.domain.change import FileChange, TakenOver
from ai_coder.domain.kept import Keep, forget
from ai_coder.domain.plan import ChangedFile, CommitPlan
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Published
from ai_coder.domain.source import REGULAR, SUBMODULE
from ai_coder.errors import BranchMoved, ForgeError, NotFound


class GithubForge:
    """Port `Forge` over one GitHub repository."""

    def __init__(self, api: GithubApi) -> None:
        self._api = api
        self._pulls = GithubPulls(api)

    def default_branch(self) -> str:
        """The default branch as it is now, not as the payload said."""
        return self._api.get("", lambda data: text(data, "default_branch"))

    def head(self, branch: str) -> str | None:
        """The commit at the head of `branch`."""
        try:
            return self._api.get(f"/git/ref/heads/{quote(branch)}", _commit_of)
        except NotFound:
            return None

    def pull_request(self, branch: str) -> PullRequest | None:
        """The open pull request from our own repository's `branch`, else the latest that was closed."""
        return self._pulls.of(branch)

    def tree(self, commit: str) -> GithubTree:
        """The files of `commit`."""
        return GithubTree(self._api, commit)

    def merge_base(self, one: str, other: str) -> str | None:
        """The merge base of a comparison, which GitHub finds no page for when there is none."""
        if one == other:
            return one
        try:
            path = f"/compare/{one}...{other}"
            return self._api.get(path, lambda data: text(data, "merge_base_commit", "sha"), per_page=1)
        except NotFound:
            return None

    def publish(self, plan: CommitPlan, keep: Keep = forget) -> Published:
        """Commit, branch, pull request, extras; then all of it read back."""
        commit = self._ensure_commit(plan, keep)
        found = None if plan.is_new_branch else self.pull_request(plan.branch)
        pull_request, notes = found or PullRequest(base_branch=plan.base_branch), tuple[str, ...]()
        if plan.has_pull_request:
            pull_request, notes = self._pulls.propose(pull_request, plan)
        written = self._api.get_written(f"/commits/{commit}", _written)
        return Published(
            branch=plan.branch,
            commit=written.name,
            pull_request=pull_request,
            is_new_pull_request=found is None and bool(pull_request.number),
            files=plan.own_files(written.files),
            commit_url=written.url,
            is_signed=written.is_signed,
            notes=notes,
        )

    def _ensure_commit(self, plan: CommitPlan, keep: Keep) -> str:
        """The commit of the plan at the head of its branch; one that an earlier try made is adopted."""
        tree = "" if plan.commit else self._write_tree(plan)
        head = None if plan.is_new_branch else self.head(plan.branch)
        if plan.commit and head == plan.commit:
            return plan.commit
        if head not in {None, plan.parent}:
            return self._adopt(plan, tree, str(head))
        commit = plan.commit or self._write_commit(plan, tree)
        keep(commit)
        try:
            if head is None:
                self._api.write("POST", "/git/refs", {"ref": f"refs/heads/{plan.branch}", "sha": commit}, _commit_of)
            else:
                path = f"/git/refs/heads/{quote(plan.branch)}"
                self._api.write("PATCH", path, {"sha": commit, "force": False}, _commit_of)
        except ForgeError as error:
            now = self.head(plan.branch)
            if now == commit:
                return commit
            if now in {None, head}:
                raise
            return self._adopt(plan, tree, str(now), error)
        return commit

    def _write_commit(self, plan: CommitPlan, tree: str) -> str:
        body = {"message": plan.message, "tree": tree, "parents": _parents(plan)}
        return self._api.write("POST", "/git/commits", body, sha)

    def _adopt(self, plan: CommitPlan, tree: str, head: str, cause: ForgeError | None = None) -> str:
        """`head`, when it is just what the plan wants. Raises: BranchMoved."""
        if self._api.get(f"/git/commits/{head}", _held) == (_parents(plan), tree, plan.message):
            return head
        msg = f"branch `{plan.branch}` moved to {head[:12]} while the change was made; nothing was overwritten"
        raise BranchMoved(msg) from cause

    def _write_tree(self, plan: CommitPlan) -> str:
        base = f"/git/commits/{plan.second_parent or plan.parent}"
        base_tree = self._api.get(base, lambda data: text(data, "tree", "sha"))
        entries = [_taken_item(taken) for taken in plan.taken]
        entries += [self._tree_item(change) for change in plan.change_set.changes]
        body = {"base_tree": base_tree, "tree": entries}
        return self._api.write("POST", "/git/trees", body, sha)

    def _tree_item(self, change: FileChange) -> dict[str, Any]:
        if change.after is None:
            return {"path": change.path.text, "mode": REGULAR, "type": "blob", "sha": None}
        content = base64.b64encode(change.after.encode()).decode()
        blob = self._api.write("POST", "/git/blobs", {"content": content, "encoding": "base64"}, sha)
        return {"path": change.path.text, "mode": change.mode, "type": "blob", "sha": blob}


def _parents(plan: CommitPlan) -> list[str]:
    return [plan.parent, plan.second_parent] if plan.second_parent else [plan.parent]


def _taken_item(taken: TakenOver) -> dict[str, Any]:
    kind = "commit" if taken.mode == SUBMODULE else "blob"
    return {"path": taken.path.text, "mode": taken.mode, "type": kind, "sha": taken.blob or None}


def _commit_of(ref: object) -> str:
    return text(ref, "object", "sha")


def _held(commit: object) -> tuple[list[str], str, str]:
    """Parents, tree and message."""
    return list(map(sha, records(commit, "parents"))), text(commit, "tree", "sha"), text(commit, "message")


@dataclass(frozen=True, slots=True)
class _Written:
    """A commit as it is read back."""

    name: str
    url: str
    is_signed: bool
    files: tuple[ChangedFile, ...]


def _written(data: object) -> _Written:
    is_signed = record(data, "commit", "verification", absent={}).get("verified") is True
    files = tuple(map(_changed_file, records(data, "files", absent=[])))
    return _Written(sha(data), text(data, "html_url"), is_signed, files)


def _changed_file(data: object) -> ChangedFile:
    names = text(data, "filename"), text(data, "status")
    return ChangedFile(*names, number(data, "additions"), number(data, "deletions"))
