"""Branches, commits and pull requests on GitHub, by the Git Data API: nothing is checked out, nothing is forced."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_tree import GithubTree
from ai_coder.domain.change import FileChange, TakenOver
from ai_coder.domain.kept import Keep, forget
from ai_coder.domain.plan import ChangedFile, CommitPlan
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Published
from ai_coder.domain.source import REGULAR, SUBMODULE
from ai_coder.errors import AnswerLost, BranchMoved, ForgeError, NotFound
from ai_coder.resolve.event import parse_person

SECTION_BEGIN, SECTION_END = "<!-- ai_coder:begin -->", "<!-- ai_coder:end -->"
"""Around the part of a pull request's body that is ours to replace; the rest is people's."""

_MARK_READY = """\
mutation ($pull: ID!) {
  markPullRequestReadyForReview(input: {pullRequestId: $pull}) { pullRequest { isDraft } }
}"""
_MAKE_DRAFT = """\
mutation ($pull: ID!) {
  convertPullRequestToDraft(input: {pullRequestId: $pull}) { pullRequest { isDraft } }
}"""


class GithubForge:
    """Port `Forge` over one GitHub repository."""

    def __init__(self, api: GithubApi) -> None:
        self._api = api
        self._owner = api.repository.partition("/")[0]
        self._found: dict[str, PullRequest | None] = {}
        """Pull requests looked up in this run, by branch: one run asks once."""

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
        if not self._found.get(branch):
            self._found[branch] = self._look_up(branch)
        return self._found[branch]

    def _look_up(self, branch: str) -> PullRequest | None:
        items = map(parse_pull_request, self._api.pages("/pulls", head=f"{self._owner}:{branch}", state="all"))
        found = [item for item in items if item.branch == branch and not item.is_from_fork]
        return next((pull_request for pull_request in found if pull_request.is_open), found[0] if found else None)

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
        notes: list[str] = []
        found = None if plan.is_new_branch else self.pull_request(plan.branch)
        pull_request = found or PullRequest(base_branch=plan.base_branch)
        try:
            if plan.has_pull_request:
                pull_request = self._update(found, plan) if found else self._create(plan)
                pull_request = self._turned(pull_request, plan)
                notes += self._extras(pull_request.number, plan)
        except ForgeError as error:
            notes.append(f"The branch `{plan.branch}` stands, but the pull request does not: {error} {error.hint}")
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
            notes=tuple(notes),
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

    def _create(self, plan: CommitPlan) -> PullRequest:
        body = {
            "title": plan.title,
            "head": plan.branch,
            "base": plan.base_branch,
            "body": f"{SECTION_BEGIN}\n{plan.body}\n{SECTION_END}",
            "draft": plan.is_draft,
        }
        try:
            return parse_pull_request(self._api.write("POST", "/pulls", body)[1])
        except ForgeError as error:
            found = self.pull_request(plan.branch)
            if found and found.is_open:
                return found
            is_without_drafts = plan.is_draft and "draft" in str(error).lower()
            if is_without_drafts or isinstance(error, AnswerLost):
                body["draft"] = plan.is_draft and not is_without_drafts
                return parse_pull_request(self._api.write("POST", "/pulls", body)[1])
            raise

    def _update(self, found: PullRequest, plan: CommitPlan) -> PullRequest:
        """Replace our section of the body; title and everything outside the section are people's."""
        before, begin, rest = found.body.partition(SECTION_BEGIN)
        _, end, after = rest.partition(SECTION_END)
        if not (begin and end):
            return parse_pull_request(self._api.get(f"/pulls/{found.number}"))
        body = f"{before}{SECTION_BEGIN}\n{plan.body}\n{SECTION_END}{after}"
        return parse_pull_request(self._api.write("PATCH", f"/pulls/{found.number}", {"body": body})[1])

    def _turned(self, pull_request: PullRequest, plan: CommitPlan) -> PullRequest:
        """Ready for review, or a draft again, as the plan wants it; REST cannot do either."""
        if pull_request.is_draft and not plan.is_draft:
            self._api.graphql(_MARK_READY, pull=pull_request.node_id)
        elif not pull_request.is_draft and plan.is_withdrawn:
            self._api.graphql(_MAKE_DRAFT, pull=pull_request.node_id)
        else:
            return pull_request
        return parse_pull_request(self._api.get(f"/pulls/{pull_request.number}"))

    def _extras(self, number: int, plan: CommitPlan) -> Iterable[str]:
        """Labels, reviewers and assignees; a wrong name is a note, never the end of the run."""
        wishes = (
            ("labels", f"/issues/{number}/labels", "labels", plan.labels),
            ("reviewers", f"/pulls/{number}/requested_reviewers", "reviewers", plan.reviewers),
            ("assignees", f"/issues/{number}/assignees", "assignees", plan.assignees),
        )
        for what, path, key, names in wishes:
            try:
                if names:
                    self._api.write("POST", path, {key: list(names)})
            except ForgeError as error:
                yield f"The {what} {', '.join(names)} could not be set: {error}"


def _parents(plan: CommitPlan) -> list[str]:
    return [plan.parent, plan.second_parent] if plan.second_parent else [plan.parent]


def _taken_item(taken: TakenOver) -> dict[str, Any]:
    kind = "commit" if taken.mode == SUBMODULE else "blob"
    return {"path": taken.path.text, "mode": taken.mode, "type": kind, "sha": taken.blob or None}


def parse_pull_request(data: Mapping[str, Any]) -> PullRequest:
    """A pull request in REST's shape; one whose fork is gone comes from a fork."""
    head = data["head"]
    return PullRequest(
        number=int(data["number"]),
        url=str(data["html_url"]),
        head=str(head["sha"]),
        base_branch=str(data["base"]["ref"]),
        base_commit=str(data["base"]["sha"]),
        body=str(data.get("body") or ""),
        is_open=data.get("state") == "open",
        is_merged=bool(data.get("merged_at")),
        is_draft=data.get("draft") is True,
        node_id=str(data.get("node_id") or ""),
        branch=str(head["ref"]),
        is_from_fork=_full_name(head).casefold() != _full_name(data["base"]).casefold(),
        title=str(data.get("title") or ""),
        author=parse_person(data.get("user") or {}),
    )


def _full_name(head: Mapping[str, Any]) -> str:
    """`owner/name` of a pull request's head or base; empty when the fork is gone."""
    return str((head.get("repo") or {}).get("full_name", ""))


def _changed_file(data: Mapping[str, Any]) -> ChangedFile:
    return ChangedFile(str(data["filename"]), str(data["status"]), int(data["additions"]), int(data["deletions"]))
