"""JSON shapes of users, organizations and repositories, with every key GitHub sends."""

from datetime import UTC, datetime
from urllib.parse import quote

from ai_coder.loopback.http import Json
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.state import ROLES, User
from ai_coder.loopback.world import World

FOLDED = {"maintain": "write", "triage": "read"}
"""`permission` knows four roles; `role_name` tells them all."""


def time(moment: datetime) -> str:
    """As GitHub writes it: UTC, whole seconds."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def optional_time(moment: datetime | None) -> str | None:
    """The same, or null."""
    return time(moment) if moment else None


def node_id(kind: str, number: int) -> str:
    """An opaque name, unlike for every kind: `PR_kwD0000001`."""
    return f"{kind}_kwD{number:07}"


def user(world: World, who: User) -> Json:
    """A simple user."""
    api = f"{world.api_url}/users/{quote(who.login)}"
    page = f"apps/{who.login.removesuffix('[bot]')}" if who.type == "Bot" else who.login
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node_id("U", who.id),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{who.id}?v=4",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{world.html_url}/{page}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": who.type,
        "user_view_type": "public",
        "site_admin": False,
    }


def whole_user(world: World, who: User) -> Json:
    """A user with the public profile."""
    profile: Json = dict.fromkeys(("name", "company", "location", "email", "hireable", "bio", "twitter_username"))
    counts: Json = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    moment = time(datetime(2020, 1, 1, tzinfo=UTC))
    return user(world, who) | profile | counts | {"blog": "", "created_at": moment, "updated_at": moment}


def organization(world: World, who: User) -> Json:
    """An organization, as in payloads."""
    api = f"{world.api_url}/orgs/{who.login}"
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node_id("O", who.id),
        "url": api,
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events",
        "hooks_url": f"{api}/hooks",
        "issues_url": f"{api}/issues",
        "members_url": f"{api}/members{{/member}}",
        "public_members_url": f"{api}/public_members{{/member}}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{who.id}?v=4",
        "description": None,
    }


URLS = {
    "archive": "/{archive_format}{/ref}",
    "assignees": "/assignees{/user}",
    "blobs": "/git/blobs{/sha}",
    "branches": "/branches{/branch}",
    "collaborators": "/collaborators{/collaborator}",
    "comments": "/comments{/number}",
    "commits": "/commits{/sha}",
    "compare": "/compare/{base}...{head}",
    "contents": "/contents/{+path}",
    "contributors": "/contributors",
    "deployments": "/deployments",
    "downloads": "/downloads",
    "events": "/events",
    "forks": "/forks",
    "git_commits": "/git/commits{/sha}",
    "git_refs": "/git/refs{/sha}",
    "git_tags": "/git/tags{/sha}",
    "hooks": "/hooks",
    "issue_comment": "/issues/comments{/number}",
    "issue_events": "/issues/events{/number}",
    "issues": "/issues{/number}",
    "keys": "/keys{/key_id}",
    "labels": "/labels{/name}",
    "languages": "/languages",
    "merges": "/merges",
    "milestones": "/milestones{/number}",
    "notifications": "/notifications{?since,all,participating}",
    "pulls": "/pulls{/number}",
    "releases": "/releases{/id}",
    "stargazers": "/stargazers",
    "statuses": "/statuses/{sha}",
    "subscribers": "/subscribers",
    "subscription": "/subscription",
    "tags": "/tags",
    "teams": "/teams",
    "trees": "/git/trees{/sha}",
}
COUNTS = ("forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size")
SWITCHES = {
    "allow_auto_merge": False,
    "allow_forking": True,
    "allow_merge_commit": True,
    "allow_rebase_merge": True,
    "allow_squash_merge": True,
    "allow_update_branch": False,
    "delete_branch_on_merge": False,
    "disabled": False,
    "fork": False,
    "has_discussions": False,
    "has_downloads": True,
    "has_pages": False,
    "has_projects": True,
    "has_wiki": True,
    "is_template": False,
    "web_commit_signoff_required": False,
}
NOTHING = ("description", "homepage", "language", "license", "mirror_url")


def repository(repo: Repository) -> Json:
    """A repository, as in lists and payloads."""
    open_issues = sum(issue.state == "open" for issue in repo.issues.values())
    host = repo.html.split("://", 1)[1]
    shape: Json = {
        "id": repo.id,
        "node_id": node_id("R", repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
        "visibility": "private" if repo.private else "public",
        "owner": user(repo.world, repo.owner),
        "url": repo.api,
        "html_url": repo.html,
        "clone_url": f"{repo.html}.git",
        "git_url": f"git://{host}.git",
        "ssh_url": f"git@{host.replace('/', ':', 1)}.git",
        "svn_url": repo.html,
        "default_branch": repo.default_branch,
        "archived": repo.archived,
        "has_issues": repo.has_issues,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "topics": [],
        "custom_properties": {},
        "created_at": time(repo.created_at),
        "updated_at": time(repo.pushed_at),
        "pushed_at": time(repo.pushed_at),
    }
    shape |= {f"{name}_url": repo.api + rest for name, rest in URLS.items()}
    return shape | dict.fromkeys(COUNTS, 0) | SWITCHES | dict.fromkeys(NOTHING)


def whole_repository(repo: Repository, viewer: User) -> Json:
    """A repository, as asked for by name."""
    counts = {"network_count": 0, "subscribers_count": 0}
    return repository(repo) | counts | {"permissions": permissions(repo, viewer)}


def permissions(repo: Repository, who: User) -> Json:
    """The five switches that stand for a role."""
    names = {"read": "pull", "triage": "triage", "write": "push", "maintain": "maintain", "admin": "admin"}
    return {names[role]: repo.may(who, role) for role in ROLES[1:]}


def permission(repo: Repository, who: User) -> Json:
    """What a collaborator may do."""
    role = repo.role(who)
    person = user(repo.world, who) | {"permissions": permissions(repo, who), "role_name": role}
    return {"permission": FOLDED.get(role, role), "role_name": role, "user": person}


def association(repo: Repository, who: User) -> str:
    """How the user stands to the repository, as comments say it."""
    if who == repo.owner:
        return "OWNER"
    return "COLLABORATOR" if who.id in repo.roles else "NONE"
