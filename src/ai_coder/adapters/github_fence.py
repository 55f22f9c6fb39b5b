"""Connections that ask GitHub for one repository's paths only, wherever the server redirects to."""

from typing import Any
from urllib.parse import urlsplit

from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass

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
            _settle(self)
            super().request(verb, _within(url, allowed), *rest)

    class Https(HTTPSRequestsConnectionClass):
        def request(self, verb: str, url: str, *rest: Any) -> None:  # noqa: ANN401  handed on
            _settle(self)
            super().request(verb, _within(url, allowed), *rest)

    return Http, Https


def _settle(connection: HTTPRequestsConnectionClass | HTTPSRequestsConnectionClass) -> None:
    """Look up proxies and certificates once: `requests` goes through the environment for every request."""
    session = connection.session
    if session.trust_env:
        origin = f"{connection.protocol}://{connection.host}:{connection.port}"
        found = session.merge_environment_settings(origin, {}, stream=False, verify=connection.verify, cert=None)
        session.proxies, connection.verify, session.trust_env = found["proxies"], found["verify"], False


def _within(url: str, allowed: Allowed) -> str:
    """The address. Raises: RuntimeError, as PyGithub does for redirects to other hosts."""
    path = url.partition("?")[0].casefold()
    is_inside = any(path == one.casefold() or path.startswith(f"{one.casefold()}/") for one in allowed)
    if not is_inside or ".." in path.split("/"):
        raise RuntimeError("the way leads out of the repository")
    return url
