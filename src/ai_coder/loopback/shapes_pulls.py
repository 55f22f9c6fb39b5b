"""JSON shapes of pull requests and their reviews."""

from ai_coder.loopback.http import Json
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.shapes import association, node_id, optional_time, repository, time, user
from ai_coder.loopback.shapes_issues import issue, labels
from ai_coder.loopback.state import PullRequest, Review, User
from ai_coder.loopback.threads import fork_point

SHARED = (
    *("number", "title", "body", "state", "locked", "active_lock_reason", "milestone"),
    *("user", "author_association", "assignee", "assignees"),
    *("comments_url", "created_at", "updated_at", "closed_at"),
)
"""What a pull request says in the same words as its issue."""


def pull_request(repo: Repository, shown: PullRequest) -> Json:
    """A pull request, as in lists."""
    as_issue = issue(repo, shown)
    url, page = f"{repo.api}/pulls/{shown.number}", f"{repo.html}/pull/{shown.number}"
    shape: Json = {name: as_issue[name] for name in SHARED}
    shape |= {
        "id": shown.id,
        "node_id": node_id("PR", shown.id),
        "url": url,
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": as_issue["url"],
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{repo.api}/pulls/comments{{/number}}",
        "statuses_url": f"{repo.api}/statuses/{shown.head_sha}",
        "labels": labels(repo, shown),
        "draft": shown.draft,
        "merged_at": optional_time(shown.merged_at),
        "merge_commit_sha": shown.merge_commit_sha,
        "requested_reviewers": [user(repo.world, who) for who in shown.reviewers],
        "requested_teams": [],
        "head": _head(repo, shown),
        "base": _side(repo, shown.base, base_sha(repo, shown)),
        "auto_merge": None,
    }
    return shape | {"_links": _links(shape)}


def base_sha(repo: Repository, shown: PullRequest) -> str:
    """The head of the base branch; once it is gone, the pull request's own head."""
    return repo.head(shown.base) or shown.head_sha


def commit_names(repo: Repository, shown: PullRequest) -> list[str]:
    """The pull request's own commits, newest first."""
    start = fork_point(repo, shown)
    return repo.store.history(shown.head_sha, since=start or "")


def whole_pull_request(repo: Repository, shown: PullRequest) -> Json:
    """A pull request, as asked for by number."""
    files = repo.store.changes(fork_point(repo, shown), shown.head_sha)
    merger: User | None = shown.closed_by if shown.merged_at else None
    return pull_request(repo, shown) | {
        "merged": shown.merged_at is not None,
        "merged_by": user(repo.world, merger) if merger else None,
        "mergeable": None if shown.merged_at else True,
        "rebaseable": None if shown.merged_at else True,
        "mergeable_state": "unknown" if shown.merged_at else ("draft" if shown.draft else "clean"),
        "maintainer_can_modify": False,
        "comments": len(shown.comments),
        "review_comments": len(shown.review_comments),
        "commits": len(commit_names(repo, shown)),
        "additions": sum(file.additions for file in files),
        "deletions": sum(file.deletions for file in files),
        "changed_files": len(files),
    }


def _head(repo: Repository, shown: PullRequest) -> Json:
    """The branch that is proposed, in the repository that holds it."""
    side = _side(repo, shown.head, shown.head_sha)
    if shown.fork_owner is None:
        return side
    shape = fork(repo, shown.fork_owner)
    return side | {"label": f"{shown.fork_owner.login}:{shown.head}", "user": shape["owner"], "repo": shape}


def fork(repo: Repository, owner: User) -> Json:
    """The user's fork of the repository."""
    shape = repository(repo)
    full_name = f"{owner.login}/{repo.name}"
    urls = {name: value.replace(repo.full_name, full_name) for name, value in shape.items() if isinstance(value, str)}
    return shape | urls | {"id": repo.id + 1_000_000, "owner": user(repo.world, owner), "fork": True}


def _side(repo: Repository, branch: str, sha: str) -> Json:
    return {
        "label": f"{repo.owner.login}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user(repo.world, repo.owner),
        "repo": repository(repo),
    }


def _links(shape: Json) -> Json:
    names = {
        "self": "url",
        "html": "html_url",
        "issue": "issue_url",
        "comments": "comments_url",
        "review_comments": "review_comments_url",
        "review_comment": "review_comment_url",
        "commits": "commits_url",
        "statuses": "statuses_url",
    }
    return {name: {"href": shape[key]} for name, key in names.items()}


def review(repo: Repository, pull: PullRequest, shown: Review) -> Json:
    """A review."""
    page = f"{repo.html}/pull/{pull.number}#pullrequestreview-{shown.id}"
    pull_url = f"{repo.api}/pulls/{pull.number}"
    return {
        "id": shown.id,
        "node_id": node_id("PRR", shown.id),
        "user": user(repo.world, shown.author),
        "author_association": association(repo, shown.author),
        "body": shown.body,
        "state": shown.state,
        "commit_id": shown.commit_id,
        "submitted_at": time(shown.submitted_at),
        "html_url": page,
        "pull_request_url": pull_url,
        "_links": {"html": {"href": page}, "pull_request": {"href": pull_url}},
    }
