"""The embedded GitHub: a world behind an HTTP server, and the log of everything that was asked of it."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from ai_coder.loopback import (
    routes_checks,
    routes_comments,
    routes_contents,
    routes_git,
    routes_graphql,
    routes_issues,
    routes_pulls,
    routes_world,
)
from ai_coder.loopback.access import admit, identify
from ai_coder.loopback.branches import Content, commit_files
from ai_coder.loopback.hosted import HostedRepository
from ai_coder.loopback.http import Answer, Exchange, HttpServer, Request
from ai_coder.loopback.refusals import Refused, not_found
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.routing import Call, Route
from ai_coder.loopback.state import User
from ai_coder.loopback.world import Clock, World, utc_now

ROUTES: tuple[Route, ...] = (
    *routes_world.ROUTES,
    *routes_graphql.ROUTES,
    *routes_comments.ROUTES,
    *routes_issues.ROUTES,
    *routes_pulls.ROUTES,
    *routes_checks.ROUTES,
    *routes_contents.ROUTES,
    *routes_git.ROUTES,
)

Interceptor = Callable[[Request], Answer | None]
"""Sees a request before its effect. An answer ends it; `github.perform(request)` has the effect first."""


class GithubServer:
    """A GitHub of one's own, from `with` until its end. `url` is the root of its API (GITHUB_API_URL)."""

    def __init__(self, folder: Path, clock: Clock = utc_now, html_url: str = "https://github.com") -> None:
        self.world = World(folder, clock, html_url)
        self.interceptors: list[Interceptor] = []
        self.requests: list[Exchange] = []
        """Every exchange, in the order of the answers."""
        self._lock = threading.RLock()
        self._http = HttpServer(self._answer)

    def __enter__(self) -> Self:
        self._http.start()
        self.world.api_url = self._http.url
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    @property
    def url(self) -> str:
        """The root of the API, without a slash at its end."""
        return self.world.api_url

    @property
    def token(self) -> str:
        """The workflow's own token: of `github-actions[bot]`, in the shape `ghs_...`."""
        return self.world.bot_token.text

    def token_for(self, login: str) -> str:
        """A person's token."""
        with self._lock:
            return self.world.personal_token(login).text

    def permit(self, **permissions: str) -> None:
        """Change what the workflow's token may do: `permit(contents="read", issues="none")`."""
        with self._lock:
            self.world.bot_token.permissions = {**(self.world.bot_token.permissions or {}), **permissions}

    @property
    def tree_limit(self) -> int:
        """Entries of a recursive tree before it says `truncated`."""
        return self.world.tree_limit

    @tree_limit.setter
    def tree_limit(self, entries: int) -> None:
        self.world.tree_limit = entries

    def add_user(self, login: str, user_id: int = 0, kind: str = "User") -> User:
        """Somebody with an account and no role anywhere. Another id is another person under the same login."""
        with self._lock:
            return self.world.add_user(login, user_id, kind)

    def create_repository(
        self,
        full_name: str,
        files: Mapping[str, Content] | None = None,
        *,
        default_branch: str = "main",
        private: bool = False,
    ) -> HostedRepository:
        """A repository with one commit that holds `files`; without files, one without a commit.

        Its owner is an organization, unless the login belongs to a user already.
        """
        owner_login, _, name = full_name.partition("/")
        with self._lock:
            known = self.world.users.get(owner_login.lower())
            owner = known or self.world.add_user(owner_login, kind="Organization")
            repo = Repository(self.world, owner, name, default_branch)
            repo.private = private
            if owner.type == "User":
                repo.roles[owner.id] = "admin"
            self.world.repositories[full_name.lower()] = repo
            if files:
                commit_files(repo, default_branch, files, "Begin", owner)
        return HostedRepository(repo, self._lock)

    def perform(self, request: Request) -> Answer:
        """Let the request have its effect, and answer as GitHub does."""
        with self._lock:
            try:
                return self._route(request)
            except Refused as refused:
                return refused.answer

    def _answer(self, request: Request) -> Answer:
        scripted = (interceptor(request) for interceptor in tuple(self.interceptors))
        answer = next((one for one in scripted if one is not None), None) or self.perform(request)
        with self._lock:
            request_id = f"A1:{len(self.requests) + 1:06X}"
            self.requests.append(Exchange(request, answer))
        headers = {"X-GitHub-Request-Id": request_id, "X-GitHub-Media-Type": "github.v3; format=json"}
        return Answer(answer.status, answer.body, {**headers, **answer.headers}, answer.hang_up, answer.delay_s)

    def _route(self, request: Request) -> Answer:
        for route in ROUTES:
            params = route.match(request)
            if params is None:
                continue
            if route.path.startswith(("/_codeload/", f"{routes_checks.LOG_PATH}/")):
                return route.handler(Call(self.world, request, self.world.bot_token, params))
            token = identify(self.world, request.headers.get("authorization", ""))
            call = Call(self.world, request, token, params)
            answer = self._admitted(call, route)
            return Answer(answer.status, answer.body, {**_limits(call), **answer.headers})
        raise not_found()

    @staticmethod
    def _admitted(call: Call, route: Route) -> Answer:
        try:
            admit(call, route)
            return route.handler(call)
        except Refused as refused:
            return refused.answer


def _limits(call: Call) -> dict[str, str]:
    limits = routes_world.rate_limit(call)
    return {f"X-RateLimit-{name.capitalize()}": str(value) for name, value in limits.items()} | {
        "X-RateLimit-Resource": "core"
    }
