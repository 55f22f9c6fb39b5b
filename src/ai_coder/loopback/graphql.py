"""GraphQL, as far as queries of ours go: a query's text -> its selection; a selection over objects -> the answer.

An object is a dict of fields; a value may be a function of the field's arguments. `__typename` names its type.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ai_coder.loopback.http import Json

_TOKEN = re.compile(r"""[\s,]+|\#[^\n]*|(?P<token>\.\.\.|[A-Za-z_]\w*|-?\d+|"(?:[^"\\]|\\.)*"|[$!:=@{}()\[\]|&])""")
MAX_PER_PAGE = 100
"""Source: https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api."""


class GraphqlError(Exception):
    """The query is refused; the answer holds no data."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Selected:
    """A field with its arguments, or a fragment on a type."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    selection: tuple["Selected", ...] = ()
    is_fragment: bool = False


def parse_query(query: str, variables: Mapping[str, Any]) -> tuple[str, tuple[Selected, ...]]:
    """`query` or `mutation`, and what it selects, with the variables filled in. Raises: GraphqlError."""
    return _Parser(query, variables).operation()


class _Parser:
    def __init__(self, query: str, variables: Mapping[str, Any]) -> None:
        self._tokens = list(_tokens(query))
        self._variables = variables
        self._at = 0

    def operation(self) -> tuple[str, tuple[Selected, ...]]:
        kind = "query"
        while self._peek() not in {"{", ""}:
            word = self._next()
            kind = word if word == "mutation" else kind
            if word == "(":
                self._skip_declarations()
        return kind, self._selection()

    def _skip_declarations(self) -> None:
        while self._next() != ")":
            pass

    def _selection(self) -> tuple[Selected, ...]:
        if self._peek() != "{":
            return ()
        self._next()
        found = []
        while self._peek() != "}":
            found.append(self._selected())
        self._next()
        return tuple(found)

    def _selected(self) -> Selected:
        name = self._next()
        if name == "...":
            if self._next() != "on":
                raise GraphqlError("parse", "only inline fragments are known here")
            return Selected(self._next(), {}, self._selection(), is_fragment=True)
        arguments = self._arguments() if self._peek() == "(" else {}
        return Selected(name, arguments, self._selection())

    def _arguments(self) -> dict[str, Any]:
        self._next()
        return self._pairs(")")

    def _pairs(self, end: str) -> dict[str, Any]:
        pairs = {}
        while self._peek() != end:
            name = self._next()
            self._next()
            pairs[name] = self._value()
        self._next()
        return pairs

    def _value(self) -> Any:  # noqa: ANN401 -- any JSON value
        token = self._next()
        match token:
            case "$":
                return self._variables.get(self._next())
            case "{":
                return self._pairs("}")
            case "[":
                return self._values()
        is_literal = token in {"true", "false", "null"} or not token[0].isalpha()
        return json.loads(token) if is_literal else token

    def _values(self) -> list[Any]:
        values = []
        while self._peek() != "]":
            values.append(self._value())
        self._next()
        return values

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise GraphqlError("parse", "Unexpected end of document")
        self._at += 1
        return token


def _tokens(query: str) -> Iterator[str]:
    at = 0
    while at < len(query):
        found = _TOKEN.match(query, at)
        if found is None:
            raise GraphqlError("parse", f'Unexpected "{query[at]}"')
        if found["token"]:
            yield found["token"]
        at = found.end()


def select(shape: Json, selection: Sequence[Selected]) -> Json:
    """What is selected of the object. Raises: GraphqlError for a field that it lacks."""
    answer: Json = {}
    for one in selection:
        if one.is_fragment:
            answer |= select(shape, one.selection) if one.name == shape["__typename"] else {}
            continue
        if one.name not in shape:
            raise GraphqlError(
                "undefinedField", f"Field '{one.name}' doesn't exist on type '{shape.get('__typename')}'"
            )
        value = shape[one.name]
        answer[one.name] = _selected(value(one.arguments) if callable(value) else value, one.selection)
    return answer


def _selected(value: Any, selection: Sequence[Selected]) -> Any:  # noqa: ANN401 -- any JSON value
    if isinstance(value, list):
        return [_selected(one, selection) for one in value]
    return select(value, selection) if isinstance(value, dict) else value


def connection(name: str, items: Sequence[Json]) -> Callable[[Mapping[str, Any]], Json]:
    """A list in pages: `first` and `after`, or `last`."""

    def page(arguments: Mapping[str, Any]) -> Json:
        first, last = arguments.get("first"), arguments.get("last")
        count = first if first is not None else last
        if count is None:
            raise GraphqlError("MISSING_PAGINATION_BOUNDARIES", f"You must provide a `first` or `last` on `{name}`.")
        if count > MAX_PER_PAGE:
            raise GraphqlError("EXCESSIVE_PAGINATION", f"Requesting {count} records on `{name}` exceeds 100.")
        start = int(arguments.get("after") or 0) if first is not None else max(len(items) - count, 0)
        end = min(start + count, len(items))
        info = {
            "__typename": "PageInfo",
            "hasNextPage": end < len(items),
            "hasPreviousPage": start > 0,
            "endCursor": str(end) if items else None,
            "startCursor": str(start) if items else None,
        }
        return {
            "__typename": name,
            "nodes": list(items[start:end]),
            "pageInfo": info,
            "totalCount": len(items),
        }

    return page
