"""Connections that ask GitHub for one repository's paths only, wherever the server redirects to."""

from typing import Any, cast
from urllib.parse import urlsplit

import requests
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, RequestsResponse

Allowed = tuple[str, ...]


def own_paths(base_url: str, repository: str, number: str) -> Allowed:
    """Where requests may go: below the repository, below its number after it was renamed, and GraphQL."""
    prefix = urlsplit(base_url).path
    renamed = (f"{prefix}/repositories/{number}",) if number.isdecimal() else ()
    return (f"{prefix}/repos/{repository}", f"{prefix.removesuffix('/v3')}/graphql", *renamed)


def fenced_connections(
    allowed: Allowed,
) -> tuple[type[HTTPRequestsConnectionClass], type[HTTPSRequestsConnectionClass]]:
    """For http and https. PyGithub follows a redirect by itself, with the token, and sends a write once more."""

    class Http(HTTPRequestsConnectionClass):
        def request(self, verb: str, url: str, *rest: Any) -> None:  # noqa: ANN401  handed on
            super().request(verb, _within(url, allowed), *rest)

        def getresponse(self) -> RequestsResponse:
            return _sent(self)

    class Https(HTTPSRequestsConnectionClass):
        def request(self, verb: str, url: str, *rest: Any) -> None:  # noqa: ANN401  handed on
            super().request(verb, _within(url, allowed), *rest)

        def getresponse(self) -> RequestsResponse:
            return _sent(self)

    return Http, Https


def _sent(connection: HTTPRequestsConnectionClass | HTTPSRequestsConnectionClass) -> RequestsResponse:
    """The answer. Proxies and certificates are looked up once: `requests` goes through the environment every time."""
    session, origin = connection.session, f"{connection.protocol}://{connection.host}:{connection.port}"
    if session.trust_env:
        found = session.merge_environment_settings(origin, {}, stream=False, verify=connection.verify, cert=None)
        session.proxies, session.verify, session.trust_env = found["proxies"], found["verify"], False
    headers = {**session.headers, **connection.headers}
    asked = requests.Request(connection.verb, origin + connection.url, headers, data=connection.input).prepare()
    verify = cast(bool | str, session.verify)
    answer = connection.adapter.send(asked, timeout=connection.timeout, verify=verify, proxies=session.proxies)
    return RequestsResponse(answer)


def _within(url: str, allowed: Allowed) -> str:
    """The address. Raises: RuntimeError, as PyGithub does for redirects to other hosts."""
    path = url.partition("?")[0].casefold()
    is_inside = any(path == one.casefold() or path.startswith(f"{one.casefold()}/") for one in allowed)
    if not is_inside or ".." in path.split("/"):
        raise RuntimeError("the way leads out of the repository")
    return url
