"""GitHub's own GraphQL schema, held against an exchange: the query, its variables, and the answer.

The answer is right when running the query over it with GitHub's types gives it back unchanged. `make peers` brings the
schema (npm `@octokit/graphql-schema`).
"""

from __future__ import annotations

import gc
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from graphql import DocumentNode, GraphQLSchema, build_client_schema, execute_sync, parse, validate
from graphql.error import GraphQLError
from graphql.execution.values import get_variable_values

from fakes.peers import PEERS

if TYPE_CHECKING:
    from ai_coder.loopback import Exchange

SCHEMA = PEERS / "node_modules" / "@octokit" / "graphql-schema" / "schema.json"


def check(exchange: Exchange) -> list[str]:
    """What GitHub's schema says is wrong with the exchange; empty when nothing is, or when it is no GraphQL."""
    if exchange.path != "/graphql":
        return []
    body = exchange.body
    if exchange.method != "POST" or not isinstance(body, dict) or body.keys() - {"query", "variables"}:
        return ["a GraphQL request is a POST of `query` and `variables`"]
    return _problems(body["query"], body.get("variables") or {}, exchange.answer)


@cache
def _read(query: str) -> tuple[DocumentNode | None, tuple[str, ...]]:
    """The query, and what is wrong with it by itself."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return None, (error.message,)
    return document, tuple(error.message for error in validate(_schema(), document))


def _problems(query: str, variables: dict[str, Any], answer: object) -> list[str]:
    document, wrong = _read(query)
    found = list(wrong)
    if document is None:
        return found
    operation: Any = document.definitions[0]
    coerced = get_variable_values(_schema(), operation.variable_definitions, variables)
    found += [error.message for error in coerced] if isinstance(coerced, list) else []
    declared = {definition.variable.name.value for definition in operation.variable_definitions}
    found += [f"variable {name!r} is sent and not declared" for name in variables.keys() - declared]
    if found or not isinstance(answer, dict) or answer.get("data") is None:
        return found
    told = execute_sync(_schema(), document, root_value=answer["data"], variable_values=variables)
    found += [error.message for error in told.errors or ()]
    return found or ([] if told.data == answer["data"] else ["the answer holds other fields than were asked for"])


@cache
def _schema() -> GraphQLSchema:
    if not SCHEMA.is_file():
        msg = "GitHub's GraphQL schema is not there: run `make peers`"
        raise RuntimeError(msg)
    told = json.loads(SCHEMA.read_bytes())
    schema = build_client_schema(told.get("data", told), assume_valid=True)
    gc.freeze()  # it stays, and no collection of garbage has to go through it
    return schema
