"""JSON shapes of issues, comments, labels, reactions and the history of an issue."""

from collections import Counter

from ai_coder.loopback.http import Json
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.shapes import association, node_id, optional_time, time, user
from ai_coder.loopback.state import (
    REACTIONS,
    Comment,
    Issue,
    IssueEvent,
    Label,
    PullRequest,
    Reaction,
    ReviewComment,
)
from ai_coder.loopback.threads import where_now


def label(repo: Repository, shown: Label) -> Json:
    """A label."""
    return {
        "id": shown.id,
        "node_id": node_id("LA", shown.id),
        "url": f"{repo.api}/labels/{shown.name}",
        "name": shown.name,
        "color": shown.color,
        "default": False,
        "description": shown.description,
    }


def labels(repo: Repository, issue: Issue) -> list[Json]:
    """The labels of an issue."""
    return [label(repo, repo.label(name)) for name in issue.labels]


def rollup(url: str, reactions: list[Reaction]) -> Json:
    """How often each reaction was put."""
    counts = Counter(reaction.content for reaction in reactions)
    return {
        "url": f"{url}/reactions",
        "total_count": len(reactions),
        **{name: counts[name] for name in REACTIONS},
    }


def reaction(repo: Repository, shown: Reaction) -> Json:
    """A reaction."""
    return {
        "id": shown.id,
        "node_id": node_id("REA", shown.id),
        "user": user(repo.world, shown.user),
        "content": shown.content,
        "created_at": time(shown.created_at),
    }


def issue(repo: Repository, shown: Issue) -> Json:
    """An issue, or a pull request seen as one."""
    url = f"{repo.api}/issues/{shown.number}"
    page = "pull" if isinstance(shown, PullRequest) else "issues"
    people = [user(repo.world, who) for who in shown.assignees]
    shape: Json = {
        "id": shown.id,
        "node_id": node_id("I", shown.id),
        "url": url,
        "repository_url": repo.api,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": f"{repo.html}/{page}/{shown.number}",
        "number": shown.number,
        "title": shown.title,
        "body": shown.body,
        "user": user(repo.world, shown.author),
        "author_association": association(repo, shown.author),
        "labels": labels(repo, shown),
        "state": shown.state,
        "state_reason": shown.state_reason,
        "locked": shown.locked,
        "active_lock_reason": None,
        "assignee": people[0] if people else None,
        "assignees": people,
        "milestone": None,
        "comments": len(shown.comments),
        "reactions": rollup(url, shown.reactions),
        "performed_via_github_app": None,
        "created_at": time(shown.created_at),
        "updated_at": time(shown.updated_at),
        "closed_at": optional_time(shown.closed_at),
        "closed_by": user(repo.world, shown.closed_by) if shown.closed_by else None,
    }
    return shape | (_pull_key(repo, shown) if isinstance(shown, PullRequest) else {})


def _pull_key(repo: Repository, shown: PullRequest) -> Json:
    page = f"{repo.html}/pull/{shown.number}"
    links: Json = {"url": f"{repo.api}/pulls/{shown.number}", "html_url": page}
    links |= {
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "merged_at": optional_time(shown.merged_at),
    }
    return {"draft": shown.draft, "pull_request": links}


def comment(repo: Repository, shown: Comment) -> Json:
    """A comment under an issue or a pull request."""
    page = "pull" if isinstance(repo.issues[shown.number], PullRequest) else "issues"
    url = f"{repo.api}/issues/comments/{shown.id}"
    return {
        "id": shown.id,
        "node_id": node_id("IC", shown.id),
        "url": url,
        "html_url": f"{repo.html}/{page}/{shown.number}#issuecomment-{shown.id}",
        "issue_url": f"{repo.api}/issues/{shown.number}",
        "user": user(repo.world, shown.author),
        "author_association": association(repo, shown.author),
        "body": shown.body,
        "reactions": rollup(url, shown.reactions),
        "performed_via_github_app": None,
        "created_at": time(shown.created_at),
        "updated_at": time(shown.updated_at),
    }


def review_comment(repo: Repository, shown: ReviewComment) -> Json:
    """A comment on a line of a diff."""
    now = where_now(repo, shown)
    url = f"{repo.api}/pulls/comments/{shown.id}"
    pull_url = f"{repo.api}/pulls/{shown.number}"
    page = f"{repo.html}/pull/{shown.number}#discussion_r{shown.id}"
    shape: Json = {
        "id": shown.id,
        "node_id": node_id("PRRC", shown.id),
        "url": url,
        "html_url": page,
        "pull_request_url": pull_url,
        "pull_request_review_id": shown.review or None,
        "user": user(repo.world, shown.author),
        "author_association": association(repo, shown.author),
        "body": shown.body,
        "path": shown.path,
        "commit_id": repo.pull_request(shown.number).head_sha if now.line else shown.commit_id,
        "original_commit_id": shown.commit_id,
        "diff_hunk": shown.diff_hunk,
        "side": shown.side,
        "start_side": shown.side if shown.start_line else None,
        "subject_type": "line",
        "reactions": rollup(url, shown.reactions),
        "created_at": time(shown.created_at),
        "updated_at": time(shown.updated_at),
        "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull_url}},
    }
    shape |= {"start_line": now.start_line}
    # Once outdated, GitHub says null; its description knows no null here, so both are left out.
    shape |= {"line": now.line, "position": now.line} if now.line else {}
    shape |= {"original_line": shown.line, "original_position": shown.line}
    shape |= {"original_start_line": shown.start_line or None}
    return shape | ({"in_reply_to_id": shown.reply_to} if shown.reply_to else {})


def event(repo: Repository, shown: IssueEvent) -> Json:
    """A line of the history."""
    shape: Json = {
        "id": shown.id,
        "node_id": node_id("EV", shown.id),
        "url": f"{repo.api}/issues/events/{shown.id}",
        "actor": user(repo.world, shown.actor),
        "event": shown.kind,
        "commit_id": None,
        "commit_url": None,
        "created_at": time(shown.created_at),
        "performed_via_github_app": None,
    }
    if shown.label:
        color = repo.label(shown.label).color
        shape["label"] = {"name": shown.label, "color": color}
    if shown.rename:
        shape["rename"] = {"from": shown.rename[0], "to": shown.rename[1]}
    if shown.user:
        shape |= _about_user(repo, shown)
    return shape


def _about_user(repo: Repository, shown: IssueEvent) -> Json:
    actor = user(repo.world, shown.actor)
    about = user(repo.world, shown.user) if shown.user else None
    if shown.kind.startswith("review_request"):
        return {"review_requester": actor, "requested_reviewer": about}
    return {"assignee": about, "assigner": actor}
