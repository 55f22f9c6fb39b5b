"""Branches and commits on GitHub, by the Git Data API: nothing is checked out, nothing is forced."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_pulls import GithubPulls
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
        return str(self._api.get("")["default_branch"])

    def head(self, branch: str) -> str | None:
        """The commit at the head of `branch`."""
        try:
            data = self._api.get(f"/git/ref/heads/{quote(branch)}")
        except NotFound:
            return None
        return str(data["object"]["sha"])

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
            data = self._api.get(f"/compare/{one}...{other}", per_page=1)
        except NotFound:
            return None
        return str(data["merge_base_commit"]["sha"])

    def publish(self, plan: CommitPlan, keep: Keep = forget) -> Published:
        """Commit, branch, pull request, extras; then all of it read back."""
        commit = self._ensure_commit(plan, keep)
        found = None if plan.is_new_branch else self.pull_request(plan.branch)
        pull_request, notes = found or PullRequest(base_branch=plan.base_branch), tuple[str, ...]()
        if plan.has_pull_request:
            pull_request, notes = self._pulls.propose(pull_request, plan)
        data = self._api.get_written(f"/commits/{commit}")
        files = tuple(_changed_file(item) for item in data.get("files") or ())
        return Published(
            branch=plan.branch,
            commit=str(data["sha"]),
            pull_request=pull_request,
            is_new_pull_request=found is None and bool(pull_request.number),
            files=plan.own_files(files),
            commit_url=str(data["html_url"]),
            is_signed=data["commit"].get("verification", {}).get("verified") is True,
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
                self._api.write("POST", "/git/refs", {"ref": f"refs/heads/{plan.branch}", "sha": commit})
            else:
                self._api.write("PATCH", f"/git/refs/heads/{quote(plan.branch)}", {"sha": commit, "force": False})
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
        return str(self._api.write("POST", "/git/commits", body)[1]["sha"])

    def _adopt(self, plan: CommitPlan, tree: str, head: str, cause: ForgeError | None = None) -> str:
        """`head`, when it is just what the plan wants. Raises: BranchMoved."""
        data = self._api.get(f"/git/commits/{head}")
        parents = [parent["sha"] for parent in data["parents"]]
        if parents == _parents(plan) and data["tree"]["sha"] == tree and data["message"] == plan.message:
            return head
        msg = f"branch `{plan.branch}` moved to {head[:12]} while the change was made; nothing was overwritten"
        raise BranchMoved(msg) from cause

    def _write_tree(self, plan: CommitPlan) -> str:
        base_tree = str(self._api.get(f"/git/commits/{plan.second_parent or plan.parent}")["tree"]["sha"])
        entries = [_taken_item(taken) for taken in plan.taken]
        entries += [self._tree_item(change) for change in plan.change_set.changes]
        body = {"base_tree": base_tree, "tree": entries}
        return str(self._api.write("POST", "/git/trees", body)[1]["sha"])

    def _tree_item(self, change: FileChange) -> dict[str, Any]:
        if change.after is None:
            return {"path": change.path.text, "mode": REGULAR, "type": "blob", "sha": None}
        content = base64.b64encode(change.after.encode()).decode()
        blob = self._api.write("POST", "/git/blobs", {"content": content, "encoding": "base64"})[1]["sha"]
        return {"path": change.path.text, "mode": change.mode, "type": "blob", "sha": str(blob)}


def _parents(plan: CommitPlan) -> list[str]:
    return [plan.parent, plan.second_parent] if plan.second_parent else [plan.parent]


def _taken_item(taken: TakenOver) -> dict[str, Any]:
    kind = "commit" if taken.mode == SUBMODULE else "blob"
    return {"path": taken.path.text, "mode": taken.mode, "type": kind, "sha": taken.blob or None}


def _changed_file(data: Mapping[str, Any]) -> ChangedFile:
    return ChangedFile(str(data["filename"]), str(data["status"]), int(data["additions"]), int(data["deletions"]))
