"""A request on its way to its handler: the table's rows, what a handler is given, lists in pages."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal
from urllib.parse import unquote, urlencode

from ai_coder.loopback.http import Answer, Json, Request
from ai_coder.loopback.refusals import Refused, unprocessable
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.state import Token, User
from ai_coder.loopback.world import World

Scope = Literal["none", "metadata", "contents", "issues", "pull_requests", "checks", "actions"]
REPO = "/repos/{owner}/{repo}"
MAX_PER_PAGE = 100


@dataclass(frozen=True)
class Call:
    """What a handler is given. The token was checked, the repository is visible."""

    world: World
    request: Request
    token: Token
    params: Mapping[str, str]
    """What the path held, percent-decoded."""

    @property
    def user(self) -> User:
        """Whose token it is."""
        return self.token.user

    @cached_property
    def repo(self) -> Repository:
        """Raises: Refused (404)."""
        return self.world.repository(f"{self.params['owner']}/{self.params['repo']}")

    @property
    def number(self) -> int:
        """The number or id in the path."""
        return int(self.params["number"])

    @cached_property
    def body(self) -> Json:
        """The JSON object sent; empty when there is none. Raises: Refused (400)."""
        if not self.request.raw:
            return {}
        try:
            body = json.loads(self.request.raw)
        except ValueError:
            raise Refused(400, "Problems parsing JSON") from None
        if not isinstance(body, dict):
            raise Refused(400, "Body should be a JSON object")
        return body

    def text(self, name: str) -> str | None:
        """A string of the body. Raises: Refused (422) for anything else."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, str):
            raise unprocessable(f"Invalid request.\n\nFor 'properties/{name}', {json.dumps(value)} is not a string.")
        return value

    def required(self, name: str) -> str:
        """The same; missing, it is refused."""
        value = self.text(name)
        if value is None:
            raise unprocessable(f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        return value

    def texts(self, name: str) -> list[str]:
        """A list of strings of the body. Raises: Refused (422)."""
        value = self.body.get(name) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise unprocessable(f"Invalid request.\n\nFor 'properties/{name}', {json.dumps(value)} is not an array.")
        return value

    def moment(self, name: str) -> datetime | None:
        """A time of the query, in UTC when it names no zone. Raises: Refused (422)."""
        given = self.request.query.get(name)
        if given is None:
            return None
        try:
            when = datetime.fromisoformat(given)
        except ValueError:
            raise unprocessable(f"Invalid {name}: {given}") from None
        return when if when.tzinfo else when.replace(tzinfo=UTC)

    def page(self, items: Sequence[object]) -> Answer:
        """One page of the list, with `Link` to its neighbours."""
        size = min(max(self._whole("per_page", 30), 1), MAX_PER_PAGE)
        page = max(self._whole("page", 1), 1)
        last = max(-(-len(items) // size), 1)
        neighbours = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        wanted = [name for name, at in neighbours.items() if self._is_linked(name, at, page, last)]
        links = ", ".join(f'<{self._address(neighbours[name])}>; rel="{name}"' for name in wanted)
        headers = {"Link": links} if links else {}
        return Answer(200, list(items[(page - 1) * size : page * size]), headers)

    @staticmethod
    def _is_linked(name: str, at: int, page: int, last: int) -> bool:
        return 1 <= at <= last and at != page and (name in {"prev", "first"}) == (at < page)

    def _address(self, page: int) -> str:
        query = urlencode({**self.request.query, "page": page})
        return f"{self.world.api_url}{self.request.path}?{query}"

    def _whole(self, name: str, default: int) -> int:
        value = self.request.query.get(name, "")
        return int(value) if value.isdecimal() else default


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """A row of the table of routes. `{name}` is one segment, `{name*}` any number of them."""

    method: str
    path: str
    handler: Handler
    scope: Scope = "metadata"
    """The permission an installation token needs; it needs `write` unless the method is GET."""
    role: str = "read"
    """The role a person needs."""
    _pattern: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pattern", re.compile(_regex(self.path)))

    def match(self, request: Request) -> dict[str, str] | None:
        """The values in the path; None when the row is about something else."""
        found = self._pattern.fullmatch(request.path) if request.method == self.method else None
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None


def _regex(path: str) -> str:
    whole = re.sub(r"\{(\w+)\*\}", r"(?P<\1>.*)", path)
    numbers = whole.replace("{number}", r"(?P<number>\\d+)")
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", numbers.replace("\\\\", "\\"))
