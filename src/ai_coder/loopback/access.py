"""Who may do what: the token's owner, its permissions, the person's role. Refuses as GitHub does."""

from ai_coder.loopback.refusals import Refused, bad_credentials, not_accessible, not_found
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.routing import Call, Route
from ai_coder.loopback.state import PullRequest, Token
from ai_coder.loopback.world import World

LEVELS = ("none", "read", "write")


def identify(world: World, authorization: str) -> Token:
    """The token of an `Authorization` header: `token x` or `Bearer x`. Raises: Refused (401)."""
    _, _, text = authorization.partition(" ")
    token = world.tokens.get(text.strip())
    if token is None:
        raise bad_credentials()
    token.used += 1
    return token


def admit(call: Call, route: Route) -> None:
    """Let the call pass. Raises: Refused (403, 404)."""
    if "repo" not in call.params:
        return
    repo, writes = call.repo, route.method != "GET"
    if call.token.permissions is None:
        _admit_person(call, repo, route.role)
    else:
        _admit_installation(call, repo, route)
    if writes and repo.archived:
        raise Refused(403, "Repository was archived so is read-only.")


def _admit_person(call: Call, repo: Repository, role: str) -> None:
    if not repo.may(call.user, "read"):
        raise not_found()
    if not repo.may(call.user, role):
        raise Refused(403, "Must have admin rights to Repository.")


def _admit_installation(call: Call, repo: Repository, route: Route) -> None:
    """What everybody may read of a public repository, an installation may read too."""
    level = "read" if route.method == "GET" else "write"
    if route.scope in {"none", "metadata"} or (level == "read" and not repo.private):
        return
    scopes = (route.scope, "pull_requests") if _is_about_pull_request(call, route) else (route.scope,)
    granted = max(LEVELS.index((call.token.permissions or {}).get(scope, "none")) for scope in scopes)
    if granted < LEVELS.index(level):
        raise not_accessible("; ".join(f"{scope}={level}" for scope in scopes))


def _is_about_pull_request(call: Call, route: Route) -> bool:
    """Comments and labels of a pull request may be written with either permission."""
    if route.scope != "issues" or "number" not in call.params:
        return False
    number = call.number
    if "/comments/{number}" in route.path:
        number = call.repo.comment(number).number
    return isinstance(call.repo.issues.get(number), PullRequest)
