"""Users, the repository itself, roles, the rate limit."""

from ai_coder.loopback import shapes
from ai_coder.loopback.http import Answer, Json
from ai_coder.loopback.refusals import Refused, not_accessible, not_found
from ai_coder.loopback.routing import REPO, Call, Route

RATE_LIMITS = {True: 1000, False: 5000}
"""Requests an hour of an installation's token (True) and of a person's.

Source: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api.
"""


def get_authenticated_user(call: Call) -> Answer:
    """An installation is no user, so this is not for it."""
    if call.token.permissions is not None:
        raise Refused(403, "Resource not accessible by integration")
    return Answer(200, shapes.whole_user(call.world, call.user))


def get_user(call: Call) -> Answer:
    """Anybody, by login."""
    return Answer(200, shapes.whole_user(call.world, call.world.user(call.params["login"])))


def get_repository(call: Call) -> Answer:
    """The repository."""
    return Answer(200, shapes.whole_repository(call.repo, call.user))


def get_permission(call: Call) -> Answer:
    """Bots and strangers to GitHub are no users here."""
    login = call.params["login"]
    who = call.world.users.get(login.lower())
    if who is None or who.type != "User":
        raise not_found(f"{login} is not a user")
    return Answer(200, shapes.permission(call.repo, who))


def get_workflow_permissions(call: Call) -> Answer:
    """A workflow's token can never have the permission that this needs."""
    if call.token.permissions is not None:
        raise not_accessible("administration=read")
    allowed = call.repo.allow_actions_pull_requests
    return Answer(200, {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": allowed})


def get_rules(call: Call) -> Answer:
    """The active rules for a branch, whether or not it is there."""
    is_default = call.params["branch"] == call.repo.default_branch
    return call.page([] if is_default else call.repo.rules)


def get_ruleset(call: Call) -> Answer:
    """The ruleset of one of these rules; whether who asks is excepted is told here alone."""
    number = int(call.params["number"])
    rules = [rule for rule in call.repo.rules if rule.get("ruleset_id") == number]
    if not rules:
        raise not_found(f"there is no ruleset {number}")
    facts = {"source_type": rules[0]["ruleset_source_type"], "source": rules[0]["ruleset_source"]}
    bypass = call.repo.bypasses.get(number, "never")
    names = {"id": number, "name": f"Ruleset {number}", "target": "branch", "enforcement": "active"}
    return Answer(200, {**names, **facts, "current_user_can_bypass": bypass})


def get_rate_limit(call: Call) -> Answer:
    """What is left of this hour."""
    limits = rate_limit(call)
    return Answer(200, {"resources": {"core": limits, "search": limits}, "rate": limits})


def rate_limit(call: Call) -> Json:
    """Counted, never enforced: a test that wants a limit scripts one."""
    limit = RATE_LIMITS[call.token.permissions is not None]
    reset = (int(call.world.now().timestamp()) // 3600 + 1) * 3600
    return {
        "limit": limit,
        "used": call.token.used,
        "remaining": max(limit - call.token.used, 0),
        "reset": reset,
    }


ROUTES = (
    Route("GET", "/user", get_authenticated_user, "none"),
    Route("GET", "/users/{login}", get_user, "none"),
    Route("GET", "/rate_limit", get_rate_limit, "none"),
    Route("GET", REPO, get_repository),
    Route("GET", f"{REPO}/actions/permissions/workflow", get_workflow_permissions, role="admin"),
    Route("GET", f"{REPO}/rules/branches/{{branch*}}", get_rules),
    Route("GET", f"{REPO}/rulesets/{{number}}", get_ruleset),
    Route("GET", f"{REPO}/collaborators/{{login}}/permission", get_permission),
)
