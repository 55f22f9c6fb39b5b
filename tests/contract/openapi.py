"""GitHub's own description of its REST API, held against an exchange: request and answer.

The description is OpenAPI 3.0, whose `nullable` JSON Schema lacks: it is rewritten once. `make peers` brings it.
"""

from __future__ import annotations

import gc
import json
import re
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from fakes.peers import PEERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ai_coder.loopback import Exchange

Schema = dict[str, Any]

DESCRIPTION = PEERS / "openapi" / "api.github.com.json"
OUTSIDE = ("/graphql", "/_codeload/", "/_logs/")
"""Beginnings of paths that are no part of the REST API."""
EVERYWHERE = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
"""Statuses any operation may end in; the description rarely names them."""
MANY_SEGMENTS = {"ref", "path", "branch", "basehead"}
"""Parameters of a path that may hold slashes, or be left out."""
ROOT = "urn:github"


def check(exchange: Exchange) -> list[str]:
    """What GitHub's description says is wrong with the exchange; empty when nothing is."""
    return [] if exchange.path.startswith(OUTSIDE) else _description().check(exchange)


@cache
def _description() -> Description:
    if not DESCRIPTION.is_file():
        msg = "the description of GitHub's API is not there: run `make peers`"
        raise RuntimeError(msg)
    description = Description(json.loads(DESCRIPTION.read_bytes()))
    gc.freeze()  # a million values that no collection of garbage has to go through
    return description


class Description:
    """The description, with validators made when they are first needed."""

    def __init__(self, document: Schema) -> None:
        self._components = document["components"]
        self._paths = sorted(
            ((path, _pattern(path), operations) for path, operations in document["paths"].items()),
            key=lambda one: (one[1].groups, -len(one[1].pattern)),
        )
        resource = {"components": {"schemas": _as_json_schema(self._components["schemas"])}}
        self._registry = jsonschema_rs.Registry([(ROOT, resource)])
        self._validators: dict[str, jsonschema_rs.Validator] = {}
        self._by_key: dict[tuple[str, str], list[tuple[re.Pattern[str], Schema]]] = {}

    def check(self, exchange: Exchange) -> list[str]:
        """What is wrong, each with the method and path before it."""
        operation = self._operation(exchange)
        if operation is None:
            found: Iterable[str] = ["no such operation"]
        else:
            found = [
                *self._check_query(exchange, operation),
                *self._check_request(exchange, operation),
                *self._check_answer(exchange, operation),
            ]
        return [f"{exchange.method} {exchange.path} {exchange.status}: {one}" for one in found]

    def _operation(self, exchange: Exchange) -> Schema | None:
        """The operation whose path has the fewest parameters, then the most words, of those that fit."""
        method, path = exchange.method.lower(), exchange.path
        for pattern, operations in self._starting_as(path):
            if method in operations and pattern.fullmatch(path):
                operation: Schema = operations[method]
                return operation
        return None

    def _starting_as(self, path: str) -> list[tuple[re.Pattern[str], Schema]]:
        """Those that may fit, in order: to try all thousand takes longer than an exchange."""
        key = _key(path)
        if key not in self._by_key:
            self._by_key[key] = [(pattern, found) for one, pattern, found in self._paths if _may_fit(one, key)]
        return self._by_key[key]

    def _check_query(self, exchange: Exchange, operation: Schema) -> Iterator[str]:
        parameters = [self._resolved(one) for one in operation.get("parameters", ())]
        known = {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}
        for name, value in exchange.query.items():
            if name not in known:
                yield f"query parameter {name!r} is not known"
            else:
                typed = int(value) if known[name].get("type") == "integer" and value.isdecimal() else value
                yield from self._violations(f"query parameter {name!r}", known[name], typed)

    def _check_request(self, exchange: Exchange, operation: Schema) -> Iterator[str]:
        declared = self._resolved(operation.get("requestBody", {}))
        schema = declared.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            if exchange.body is not None:
                yield "a body is sent and none is known"
            return
        if exchange.body is None:
            if declared.get("required"):
                yield "no body is sent"
            return
        body = {"labels": exchange.body} if _is_list_of_labels(exchange) else exchange.body
        yield from self._violations("request", schema, body)
        known = self._resolved(schema).get("properties")
        if known and isinstance(body, dict):
            yield from (f"request property {name!r} is not known" for name in body.keys() - known)

    def _check_answer(self, exchange: Exchange, operation: Schema) -> Iterator[str]:
        answers = operation["responses"]
        if str(exchange.status) not in answers:
            if exchange.status not in EVERYWHERE:
                yield "the status is not declared"
            yield from self._violations("answer", {"$ref": "#/components/schemas/basic-error"}, exchange.answer)
            return
        content = self._resolved(answers[str(exchange.status)]).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema is not None and not isinstance(exchange.answer, bytes):
            yield from self._violations("answer", schema, exchange.answer)

    def _violations(self, where: str, schema: Schema, value: object) -> Iterator[str]:
        validator = self._validator(json.dumps(schema))
        for error in validator.iter_errors(value):
            place = "/".join(str(step) for step in error.instance_path)
            yield f"{where} at {place or 'its root'}: {error.message[:300]}"

    def _validator(self, schema: str) -> jsonschema_rs.Validator:
        if schema not in self._validators:
            self._validators[schema] = jsonschema_rs.Draft202012Validator(
                _as_json_schema(json.loads(schema)), registry=self._registry, validate_formats=True
            )
        return self._validators[schema]

    def _resolved(self, value: Schema) -> Schema:
        """What a reference into the components points to."""
        while "$ref" in value:
            _, _, kind, name = value["$ref"].split("/")
            value = self._components[kind][name]
        return value


def _is_list_of_labels(exchange: Exchange) -> bool:
    """The description takes such a body in words only: "You can also pass an `array` of labels directly"."""
    return exchange.path.endswith("/labels") and isinstance(exchange.body, list)


def _pattern(path: str) -> re.Pattern[str]:
    def segments(found: re.Match[str]) -> str:
        return "(/.+)?" if found[1] in MANY_SEGMENTS else "(/[^/]+)"

    return re.compile(re.sub(r"/\{(\w+)\}", segments, path))


def _key(path: str) -> tuple[str, str]:
    """Its first word, and the one after owner and repository."""
    words = [*path.split("/"), "", "", "", ""]
    return words[1], words[4]


def _may_fit(path: str, key: tuple[str, str]) -> bool:
    first, fourth = _key(path)
    has_many = any(word.strip("{}") in MANY_SEGMENTS for word in path.split("/")[:5] if word.startswith("{"))
    return first == key[0] and (has_many or fourth == key[1] or fourth.startswith("{"))


def _as_json_schema(value: Any) -> Any:
    """The schema with `nullable` told in JSON Schema's words, and with references to the registry."""
    if isinstance(value, list):
        return [_as_json_schema(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: _as_json_schema(one) for name, one in value.items() if name not in {"example", "examples"}}
    if isinstance(made.get("$ref"), str):
        made["$ref"] = ROOT + made["$ref"]
    if made.pop("nullable", False) is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made
