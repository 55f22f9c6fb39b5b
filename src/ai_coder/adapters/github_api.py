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
from ai_coder.adapters.github_shape import OddAnswer, Parse, T, nothing, record, records
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
_CREATED, _NO_CONTENT, _FOUND = 201, 204, 302
_WITHOUT_JSON = frozenset({_NO_CONTENT, _FOUND})
_NO_PARAMETERS: Mapping[str, str | int] = {}
_GRAPHQL = "/graphql"
_ODD_HINT = "Try again later, and check that GITHUB_API_URL leads to GitHub itself: a proxy may answer in its place."
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

    def get(self, path: str, parse: Parse[T], **parameters: str | int) -> T:
        """What `parse` makes of the JSON at `path` below the repository. Raises: NotFound, ForgeError."""
        return self._ask("GET", path, parse, parameters)[1]

    def get_written(self, path: str, parse: Parse[T]) -> T:
        """The same of something written a moment ago, which may not be everywhere yet. Raises: NotFound, ForgeError."""
        for _ in range(_TRIES["lag"] - 1):
            try:
                return self.get(path, parse)
            except NotFound:
                self._clock.sleep(1.0)
        return self.get(path, parse)

    def pages(self, path: str, parse: Parse[T], **parameters: str | int) -> Iterator[T]:
        """Every item of a list, page by page; pages are counted, the server's own links are not followed."""
        for page in range(1, _MAX_PAGES + 1):
            counted = {**parameters, "per_page": _PER_PAGE, "page": page}
            answer, items = self._ask("GET", path, lambda data: list(map(parse, records(data))), counted)
            yield from items
            if 'rel="next"' not in answer.headers.get("link", ""):
                return

    def redirect(self, path: str) -> str:
        """Where GET `path` points to. Raises: ForgeError, also when it points nowhere."""
        answer, _ = self._ask("GET", path, nothing)
        if answer.status != _FOUND or "location" not in answer.headers:
            msg = f"GitHub answered GET {path} with {answer.status} and without the address it is asked for"
            raise ForgeError(msg, hint=_ODD_HINT)
        return answer.headers["location"]

    def write(self, verb: str, path: str, body: Mapping[str, Any] | None, parse: Parse[T]) -> T:
        """What `parse` makes of the answer; a write that must not be done twice is not sent again when that is lost.

        Raises: AnswerLost, ForgeLimited, ForgeError.
        """
        return self._ask(verb, path, parse, body=body)[1]

    def add(self, path: str, body: Mapping[str, Any], parse: Parse[T]) -> tuple[T, bool]:
        """The same of a POST that adds what may be there, and whether it was not. Raises: ForgeError."""
        answer, added = self._ask("POST", path, parse, body=body)
        return added, answer.status == _CREATED

    def graphql(self, query: str, parse: Parse[T], **variables: str | int | None) -> T:
        """What `parse` makes of the data of a query or a mutation; what must not be done twice is sent once.

        Raises: NotFound, ForgeError.
        """

        def parse_answer(data: Any) -> T:  # noqa: ANN401  JSON
            if errors := records(data, "errors", absent=[]):
                raise graphql_refusal(errors)
            return parse(record(data, "data"))

        return self._ask("POST", _GRAPHQL, parse_answer, body={"query": query, "variables": variables})[1]

    def _ask(
        self,
        verb: str,
        path: str,
        parse: Parse[T],
        parameters: Mapping[str, str | int] = _NO_PARAMETERS,
        body: Mapping[str, Any] | None = None,
    ) -> tuple[GithubAnswer, T]:
        """The answer and what `parse` makes of its JSON. Raises: ForgeError."""
        query = str((body or {}).get("query")) if path == _GRAPHQL else "mutation"
        is_query = not query.startswith("mutation") or _REPEATABLE_MUTATION.match(query) is not None
        is_repeatable = verb in {"GET", "PATCH"} or is_query or _REPEATABLE.match(path) is not None
        for attempt in range(1, _TRIES["fault"] + 1):
            try:
                answer = self._answer(verb, path, parameters, body)
                if answer.kind != "answer":
                    raise refusal(answer)
                return answer, _parsed(answer, parse)
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


def _parsed(answer: GithubAnswer, parse: Parse[T]) -> T:
    """What `parse` makes of the answer's JSON. Raises: AnswerLost: a write may have had its effect all the same."""
    try:
        data = None if answer.status in _WITHOUT_JSON else json.loads(answer.text)
    except (ValueError, RecursionError) as error:
        msg = f"GitHub answered {answer.asked} with something that is not JSON"
        raise AnswerLost(msg, hint="Try again later; a proxy may stand between.") from error
    try:
        return parse(data)
    except OddAnswer as odd:
        msg = f"GitHub answered {answer.asked} with JSON of another shape: {odd}"
        raise AnswerLost(msg, hint=_ODD_HINT) from odd
