"""GitHub's REST API through PyGithub's requester: one place for the token, what is sent again, and pages.

The requester and not PyGithub's objects: see docs/decisions/0002-github-through-the-requester.md.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import github
import requests
from github.Requester import Requester

from ai_coder.adapters.background import finished
from ai_coder.adapters.github_fence import fenced_connections, own_paths
from ai_coder.adapters.github_refusals import GithubAnswer, Kind, graphql_refusal, refusal
from ai_coder.adapters.line import Line, OpenLine
from ai_coder.domain.cassette import Asked, Given
from ai_coder.errors import AnswerLost, ForgeError, ForgeLimited, NotFound
from ai_coder.ports import Clock

_TIMEOUT_S = 30
_TRIES: Mapping[Kind, int] = {"fault": 4, "lag": 5}
"""How often a request is sent whose fault passes."""
_MAX_LIMIT_WAIT_S = 120.0
"""All waiting of a run for rate limits; a longer one parks the run."""
_MAX_PAGES = 50
_PER_PAGE = 100
_NO_CONTENT, _FOUND = 204, 302
_WITHOUT_JSON = frozenset({_NO_CONTENT, _FOUND})
_GRAPHQL = "/graphql"
_REPEATABLE = re.compile(
    r"/git/(blobs|trees|commits|refs)|/issues/.+/(reactions|labels|assignees)|/pulls/.+/requested_reviewers"
)
"""POSTs that do twice what they do once: objects are named by their content, the others add what may be there."""
_REPEATABLE_MUTATION = re.compile(r"mutation [^{]*\{\s*(addReaction|resolveReviewThread)\(")


class GithubApi:
    """One repository's corner of the API. A passing fault is tried again, unless that could do something twice."""

    def __init__(
        self, base_url: str, token: str, repository: str, clock: Clock, line: Line | None = None, number: str = ""
    ) -> None:
        self.repository = repository
        self._allowed = own_paths(base_url, repository, number)
        self.requests_made = 0
        self.line = line or OpenLine()
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._open: Requester | None = None
        self._limit_wait_s = _MAX_LIMIT_WAIT_S

    @property
    def _requester(self) -> Requester:
        if self._open is None:
            Requester.injectConnectionClasses(*fenced_connections(self._allowed))
            self._open = github.Github(
                auth=github.Auth.Token(self._token),
                base_url=self._base_url,
                timeout=_TIMEOUT_S,
                per_page=_PER_PAGE,
                retry=None,
                seconds_between_requests=0,
                seconds_between_writes=0,
                user_agent="ai_coder",
            ).requester
            Requester.resetConnectionClasses()
        return self._open

    def close(self) -> None:
        """Give the connections back."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def get(self, path: str, **parameters: str | int) -> Any:  # noqa: ANN401  JSON; every caller parses it
        """The JSON at `path` below the repository. Raises: NotFound, ForgeError."""
        return self._ask("GET", path, parameters)[1]

    def get_written(self, path: str) -> Any:  # noqa: ANN401  JSON
        """The JSON at `path` of something written a moment ago, which may not be everywhere yet. Raises: NotFound."""
        for _ in range(_TRIES["lag"] - 1):
            try:
                return self.get(path)
            except NotFound:
                self._clock.sleep(1.0)
        return self.get(path)

    def pages(self, path: str, **parameters: str | int) -> Iterator[Any]:
        """Every item of a list, page by page; pages are counted, the server's own links are not followed."""
        for page in range(1, _MAX_PAGES + 1):
            answer, items = self._ask("GET", path, {**parameters, "per_page": _PER_PAGE, "page": page})
            if not isinstance(items, list):
                msg = f"GitHub answered {path} with something that is no list"
                raise ForgeError(msg)
            yield from items
            if 'rel="next"' not in answer.headers.get("link", ""):
                return

    def redirect(self, path: str) -> str:
        """Where GET `path` points to. Raises: ForgeError when it points nowhere."""
        answer, _ = self._ask("GET", path, {})
        if answer.status != _FOUND or "location" not in answer.headers:
            raise refusal(answer)
        return answer.headers["location"]

    def write(self, verb: str, path: str, body: Mapping[str, Any] | None) -> tuple[int, Any]:
        """Status and JSON of a write; what must not be done twice is not sent again when its answer is lost.

        Raises: AnswerLost, ForgeLimited, ForgeError.
        """
        answer, data = self._ask(verb, path, {}, body)
        return answer.status, data

    def graphql(self, query: str, **variables: str | int | None) -> Any:  # noqa: ANN401  JSON; every caller parses it
        """The data of a query or a mutation; what must not be done twice is sent once. Raises: NotFound, ForgeError."""
        answer = self._ask("POST", _GRAPHQL, {}, {"query": query, "variables": variables})[1]
        errors = answer.get("errors") if isinstance(answer, dict) else None
        if errors:
            raise graphql_refusal(errors)
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
            msg = "GitHub answered a GraphQL request with something that holds no data"
            raise ForgeError(msg)
        return answer["data"]

    def _ask(
        self, verb: str, path: str, parameters: Mapping[str, str | int], body: Mapping[str, Any] | None = None
    ) -> tuple[GithubAnswer, Any]:
        """The answer and its JSON. Raises: ForgeError."""
        query = str((body or {}).get("query")) if path == _GRAPHQL else "mutation"
        is_query = not query.startswith("mutation") or _REPEATABLE_MUTATION.match(query) is not None
        is_repeatable = verb in {"GET", "PATCH"} or is_query or _REPEATABLE.match(path) is not None
        for attempt in range(1, _TRIES["fault"] + 1):
            try:
                answer = self._answer(verb, path, parameters, body)
                if answer.kind != "answer":
                    raise refusal(answer)
                return answer, None if answer.status in _WITHOUT_JSON else self._json(path, answer.text)
            except AnswerLost:
                if not is_repeatable or attempt == _TRIES["fault"]:
                    raise
                self._clock.sleep(2.0 ** (attempt - 1))
        raise AssertionError  # the last round returns or raises

    def _answer(
        self, verb: str, path: str, parameters: Mapping[str, str | int], body: Mapping[str, Any] | None
    ) -> GithubAnswer:
        """What GitHub says once limits and lags are waited for. Raises: AnswerLost, ForgeLimited."""
        for attempt in range(1, _TRIES["lag"] + 1):
            answer = self._send(verb, path, parameters, body)
            if answer.kind == "fault":
                raise AnswerLost(f"GitHub failed at {verb} {path} with {answer.status}: {answer.said}")
            wait_s = answer.wait_s(self._clock.now().timestamp())
            if wait_s is not None:
                self._wait(answer, wait_s)
            elif answer.kind == "lag" and attempt < _TRIES["lag"]:
                self._clock.sleep(1.0)
            else:
                return answer
        raise self._limited(answer, 0.0)

    def _wait(self, answer: GithubAnswer, wait_s: float) -> None:
        """Wait for a rate limit, as long as the run still may. Raises: ForgeLimited."""
        if wait_s > self._limit_wait_s:
            raise self._limited(answer, wait_s)
        self._limit_wait_s -= wait_s
        self._clock.sleep(wait_s)

    def _limited(self, answer: GithubAnswer, wait_s: float) -> ForgeLimited:
        resumes_at = self._clock.now() + timedelta(seconds=wait_s)
        return ForgeLimited(f"a rate limit of GitHub is used up ({answer.sentence})", resumes_at=resumes_at)

    def _send(
        self, verb: str, path: str, parameters: Mapping[str, str | int], body: Mapping[str, Any] | None
    ) -> GithubAnswer:
        self.requests_made += 1
        target = f"{path}?{urlencode(sorted(parameters.items()))}" if parameters else path
        asked = Asked("forge", verb, target, "" if body is None else json.dumps(body))
        given = self.line.exchange(asked, lambda: self._exchanged(verb, path, parameters, body))
        if given.fault:
            msg = f"GitHub could not be reached at {self._base_url} ({verb} {path}: {given.fault})"
            raise AnswerLost(msg, hint="Try again later, and check that GITHUB_API_URL is right.")
        return GithubAnswer(verb, path, given.status, given.text, given.headers)

    def _exchanged(
        self, verb: str, path: str, parameters: Mapping[str, str | int], body: Mapping[str, Any] | None
    ) -> Given:
        """What came back; a write that is under way when the run is interrupted has its effect before that goes on."""
        if verb == "GET":
            return self._given(verb, path, parameters, body)
        return finished(lambda: self._given(verb, path, parameters, body), "forge-write", self._leave_connection)

    def _leave_connection(self) -> None:
        """Open another one for the next request: a write that does not end has this one."""
        self._open = None

    def _given(
        self, verb: str, path: str, parameters: Mapping[str, str | int], body: Mapping[str, Any] | None
    ) -> Given:
        url = self._requester.graphql_url if path == _GRAPHQL else f"/repos/{self.repository}{path}"
        try:
            return Given(*self._requester.requestJson(verb, url, dict(parameters), None, body))
        except (requests.RequestException, RuntimeError, OSError) as error:
            return Given(0, fault=type(error).__name__)

    def _json(self, path: str, text: str) -> Any:  # noqa: ANN401  JSON
        try:
            return json.loads(text)
        except ValueError as error:
            msg = f"GitHub answered {path} with something that is not JSON"
            raise AnswerLost(msg, hint="Try again later; a proxy may stand between.") from error
