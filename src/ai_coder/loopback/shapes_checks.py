"""JSON shapes of check suites and of workflows' runs, as events tell them.

Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from typing import Any

from ai_coder.loopback.http import Json
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.shapes import node_id, repository, time, user
from ai_coder.loopback.shapes_pulls import fork
from ai_coder.loopback.state import CheckRun, PullRequest, User

APP = "a-checker"
TESTS = ".github/workflows/test.yml"


def check_suite(repo: Repository, last: CheckRun, branch: str, fork_owner: User | None) -> Json:
    """The suite that ended with the check. Of a fork's neither branch nor pull request is told."""
    url = f"{repo.api}/check-suites/{last.id}"
    runs = [run for run in repo.checks if run.commit == last.commit]
    return {
        "id": last.id,
        "node_id": node_id("CS", last.id),
        "head_branch": None if fork_owner else branch,
        "head_sha": last.commit,
        "status": "completed",
        "conclusion": last.conclusion,
        "url": url,
        "before": _parent(repo, last.commit),
        "after": last.commit,
        "pull_requests": [] if fork_owner else _pull_requests(repo, branch),
        "app": _app(repo),
        "created_at": time(last.at),
        "updated_at": time(last.at),
        "latest_check_runs_count": len(runs),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": _commit(repo, last.commit),
    }


def workflow_run(repo: Repository, last: CheckRun, branch: str, fork_owner: User | None) -> Json:
    """The workflow's run whose last job was the check."""
    url = f"{repo.api}/actions/runs/{last.id}"
    names = ("artifacts", "cancel", "jobs", "logs", "rerun")
    actor = user(repo.world, fork_owner or repo.owner)
    return {f"{name}_url": f"{url}/{name}" for name in names} | {
        "id": last.id,
        "name": "test",
        "node_id": node_id("WFR", last.id),
        "check_suite_id": last.id,
        "check_suite_node_id": node_id("CS", last.id),
        "check_suite_url": f"{repo.api}/check-suites/{last.id}",
        "conclusion": last.conclusion,
        "created_at": time(last.at),
        "updated_at": time(last.at),
        "run_started_at": time(last.at),
        "event": "pull_request" if fork_owner else "workflow_dispatch",
        "head_branch": branch,
        "head_commit": _commit(repo, last.commit),
        "head_sha": last.commit,
        "head_repository": fork(repo, fork_owner) if fork_owner else repository(repo),
        "repository": repository(repo),
        "path": TESTS,
        "display_title": "test",
        "html_url": f"{repo.html}/actions/runs/{last.id}",
        "pull_requests": [] if fork_owner else _pull_requests(repo, branch),
        "previous_attempt_url": None,
        "run_number": 1,
        "run_attempt": 1,
        "status": "completed",
        "url": url,
        "workflow_id": repo.id,
        "workflow_url": f"{repo.api}/actions/workflows/{repo.id}",
        "actor": actor,
        "triggering_actor": actor,
    }


def workflow(repo: Repository) -> Json:
    """The workflow that ran."""
    return {
        "id": repo.id,
        "node_id": node_id("W", repo.id),
        "name": "test",
        "path": TESTS,
        "state": "active",
        "created_at": time(repo.created_at),
        "updated_at": time(repo.created_at),
        "url": f"{repo.api}/actions/workflows/{repo.id}",
        "html_url": f"{repo.html}/blob/{repo.default_branch}/{TESTS}",
        "badge_url": f"{repo.html}/workflows/test/badge.svg",
    }


def _pull_requests(repo: Repository, branch: str) -> list[Json]:
    """The open pull requests of the branch, in few words."""
    ours = [pull for pull in repo.pull_requests if pull.head == branch and pull.fork_owner is None]
    return [_pull_request(repo, pull) for pull in ours if pull.state == "open"]


def _pull_request(repo: Repository, pull: PullRequest) -> Json:
    where = {"id": repo.id, "url": repo.api, "name": repo.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{repo.api}/pulls/{pull.number}",
        "head": {"ref": pull.head, "sha": pull.head_sha, "repo": where},
        "base": {"ref": pull.base, "sha": repo.head(pull.base), "repo": where},
    }


def _app(repo: Repository) -> Json:
    return {
        "id": repo.id,
        "slug": APP,
        "node_id": node_id("A", repo.id),
        "owner": user(repo.world, repo.owner),
        "name": APP,
        "description": "",
        "external_url": repo.html,
        "html_url": f"{repo.html}/apps/{APP}",
        "created_at": time(repo.created_at),
        "updated_at": time(repo.created_at),
        "permissions": {"checks": "write", "metadata": "read"},
        "events": [],
    }


def _parent(repo: Repository, sha: str) -> str | None:
    commit = repo.store.commit(sha)
    return commit.parents[0] if commit and commit.parents else None


def _commit(repo: Repository, sha: str) -> dict[str, Any] | None:
    """The commit; None for one of a fork that nobody fetched."""
    commit = repo.store.commit(sha)
    if commit is None:
        return None
    author, committer = ({"name": by.name, "email": by.email} for by in (commit.author, commit.committer))
    return {
        "id": sha,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": time(commit.committer.when),
        "author": author,
        "committer": committer,
    }
