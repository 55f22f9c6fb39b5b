"""GitHub's REST API through PyGithub's requester: one place for the token, repeated reads, pages and error sentences.

The requester and not PyGithub's objects: see docs/decisions/0002-github-through-the-requester.md.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import github
import requests
from github.Requester import Requester

from ai_coder.adapters.github_fence import fenced_connections, own_paths
from ai_coder.adapters.github_words import detail, permission_hint, said_by
from ai_coder.adapters.line import Line, OpenLine
from ai_coder.domain.cassette import Asked, Given
from ai_coder.errors import EmptyRepository, ForgeError, NotFound
from ai_coder.ports import Clock

_TIMEOUT_S = 30
_GET_TRIES = 4
_MAX_WAIT_S = 60.0
"""Longest wait that a rate limit may ask for; a longer one ends the run."""
_MAX_PAGES = 50
_PER_PAGE = 100
_GRAPHQL = "/graphql"
_GRAPHQL_HINT = "Give the job the permissions `contents: write` and `pull-requests: write` in the workflow."
_FOUND, _BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN = 302, 400, 401, 403
_NOT_FOUND, _CONFLICT, _TOO_MANY_REQUESTS, _SERVER_ERROR = 404, 409, 429, 500


class GithubApi:
    """One repository's corner of the API. Reads are repeated on a passing fault, writes never."""

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
        return self._read(path, parameters)[1]

    def pages(self, path: str, **parameters: str | int) -> Iterator[Any]:
        """Every item of a list, page by page; pages are counted, the server's own links are not followed."""
        for page in range(1, _MAX_PAGES + 1):
            headers, items = self._read(path, {**parameters, "per_page": _PER_PAGE, "page": page})
            if not isinstance(items, list):
                msg = f"GitHub answered {path} with something that is no list"
                raise ForgeError(msg)
            yield from items
            if 'rel="next"' not in headers.get("link", ""):
                return

    def redirect(self, path: str) -> str:
        """Where GET `path` points to. Raises: ForgeError when it points nowhere."""
        status, headers, text = self._send("GET", path, {}, None)
        if status != _FOUND or "location" not in headers:
            raise self._error("GET", path, status, headers, text)
        return headers["location"]

    def write(self, verb: str, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        """Status and JSON of a POST or PATCH. Sent once; once more only when a rate limit refused it."""
        status, headers, text = self._send(verb, path, {}, body)
        wait_s = _wait_s(status, headers)
        if wait_s is not None and wait_s <= _MAX_WAIT_S:
            self._clock.sleep(wait_s)
            status, headers, text = self._send(verb, path, {}, body)
        if status >= _BAD_REQUEST:
            raise self._error(verb, path, status, headers, text)
        return status, self._json(path, text) if text else None

    def graphql(self, query: str, **variables: str | int | None) -> Any:  # noqa: ANN401  JSON; every caller parses it
        """The data that answers a query or a mutation; a mutation is sent once. Raises: NotFound, ForgeError."""
        body = {"query": query, "variables": variables}
        if query.startswith("mutation"):
            answer = self.write("POST", _GRAPHQL, body)[1]
        else:
            answer = self._read(_GRAPHQL, {}, body)[1]
        errors = answer.get("errors") if isinstance(answer, dict) else None
        if errors:
            said = re.sub(r"\s+", " ", "; ".join(map(detail, errors)))[:500]
            kinds = {str(error.get("type")) for error in errors if isinstance(error, dict)}
            msg = f"GitHub refused a GraphQL request: {said}"
            if "NOT_FOUND" in kinds:
                raise NotFound(msg)
            raise ForgeError(msg, hint=_GRAPHQL_HINT if "FORBIDDEN" in kinds else "")
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
            msg = "GitHub answered a GraphQL request with something that holds no data"
            raise ForgeError(msg)
        return answer["data"]

    def _read(
        self, path: str, parameters: Mapping[str, str | int], query: Mapping[str, Any] | None = None
    ) -> tuple[Mapping[str, str], Any]:
        for attempt in range(1, _GET_TRIES):
            try:
                return self._read_once(path, parameters, query)
            except _PassingFault as fault:
                self._clock.sleep(fault.wait_s if fault.wait_s is not None else 2.0 ** (attempt - 1))
        try:
            return self._read_once(path, parameters, query)
        except _PassingFault as fault:
            raise fault.error from fault

    def _read_once(
        self, path: str, parameters: Mapping[str, str | int], query: Mapping[str, Any] | None
    ) -> tuple[Mapping[str, str], Any]:
        verb = "GET" if query is None else "POST"
        try:
            status, headers, text = self._send(verb, path, parameters, query)
            if status < _BAD_REQUEST:
                return headers, self._json(path, text)
        except ForgeError as error:
            raise _PassingFault(error) from error
        refused = self._error(verb, path, status, headers, text)
        wait_s = _wait_s(status, headers)
        if status >= _SERVER_ERROR or (wait_s is not None and wait_s <= _MAX_WAIT_S):
            raise _PassingFault(refused, wait_s)
        raise refused

    def _send(
        self, verb: str, path: str, parameters: Mapping[str, str | int], body: Mapping[str, Any] | None
    ) -> tuple[int, Mapping[str, str], str]:
        self.requests_made += 1
        target = f"{path}?{urlencode(sorted(parameters.items()))}" if parameters else path
        asked = Asked("forge", verb, target, "" if body is None else json.dumps(body))
        given = self.line.exchange(asked, lambda: self._given(verb, path, parameters, body))
        if given.fault:
            msg = f"GitHub could not be reached at {self._base_url} ({verb} {path}: {given.fault})"
            raise ForgeError(msg, hint="Try again later, and check that GITHUB_API_URL is right.")
        return given.status, given.headers, given.text

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
            raise ForgeError(msg, hint="Try again later; a proxy may stand between.") from error

    def _error(self, verb: str, path: str, status: int, headers: Mapping[str, str], text: str) -> ForgeError:
        said = said_by(text)
        sentence = f"GitHub refused {verb} {path} with {status}: {said}"
        if headers.get("x-github-request-id"):
            sentence += f" (request {headers['x-github-request-id']})"
        if status == _CONFLICT and "empty" in said.lower():
            return EmptyRepository(f"repository {self.repository} has no commit yet")
        if status == _NOT_FOUND:
            return NotFound(sentence)
        if status == _UNAUTHORIZED:
            return ForgeError(sentence, hint="The token is wrong or has expired: check the input `github_token`.")
        if _wait_s(status, headers) is not None:
            return ForgeError(sentence, hint="A rate limit of GitHub is used up; start the run again later.")
        if status == _FORBIDDEN:
            return ForgeError(sentence, hint=permission_hint(verb, path, headers, said))
        return ForgeError(sentence)


class _PassingFault(Exception):
    """A read that may succeed when it is repeated."""

    def __init__(self, error: ForgeError, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s


def _wait_s(status: int, headers: Mapping[str, str]) -> float | None:
    """Seconds until a rate limit lets us go on; None when the answer is no rate limit.

    Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if status not in {_FORBIDDEN, _TOO_MANY_REQUESTS}:
        return None
    if headers.get("retry-after", "").isdigit():
        return float(headers["retry-after"])
    if headers.get("x-ratelimit-remaining") == "0" or status == _TOO_MANY_REQUESTS:
        return float("inf")
    return None
