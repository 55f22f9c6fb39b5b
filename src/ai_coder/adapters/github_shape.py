"""Typed looks into GitHub's JSON: what has to be there is there and of its kind, or the answer is odd.

Keys lead inwards: `text(data, "head", "sha")`. With `absent`, nothing or null on the way there is that value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")
Parse = Callable[[Any], T]
"""JSON -> what an adapter wants to know. Raises: OddAnswer."""
_NAMES: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}
_NUMBER = re.compile(r"[0-9]{1,18}")
"""GraphQL writes large numbers as text."""


class OddAnswer(Exception):
    """GitHub's answer is JSON of another shape: where, and what stands there."""


def record(data: object, *keys: str, absent: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """The object there. Raises: OddAnswer."""
    return _held(_at(data, keys, absent), dict, keys)


def records(data: object, *keys: str, absent: list[Any] | None = None) -> list[Mapping[str, Any]]:
    """The list of objects there. Raises: OddAnswer."""
    found = _held(_at(data, keys, absent), list, keys)
    for item in found:
        if not isinstance(item, dict):
            msg = f"an item of {_place(keys)} is {_NAMES[type(item)]} instead of {_NAMES[dict]}"
            raise OddAnswer(msg)
    return found


def text(data: object, *keys: str, absent: str | None = None) -> str:
    """The text there, which may be empty. Raises: OddAnswer."""
    return _held(_at(data, keys, absent), str, keys)


def texts(data: object, *keys: str) -> list[str]:
    """The texts that stand side by side there: quicker than one by one, for lists of many. Raises: OddAnswer."""
    inside = record(data)
    found = [inside.get(key) for key in keys]
    if not all(isinstance(one, str) for one in found):
        return [text(data, key) for key in keys]
    return cast(list[str], found)


def flag(data: object, *keys: str) -> bool:
    """Whether it says true there. Raises: OddAnswer."""
    return _held(_at(data, keys, None), bool, keys)


def number(data: object, *keys: str, absent: int | None = None) -> int:
    """The whole number there, written as one or as text. Raises: OddAnswer."""
    found = _at(data, keys, absent)
    if isinstance(found, str) and _NUMBER.fullmatch(found):
        return int(found)
    if isinstance(found, bool):
        raise _odd(found, int, keys)
    return _held(found, int, keys)


def sha(data: object) -> str:
    """The name of a git object. Raises: OddAnswer."""
    return text(data, "sha")


def nothing(_: object) -> None:
    """For an answer of which nothing is needed."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some nodes of a list of GraphQL's."""

    nodes: tuple[T, ...]
    after: str | None
    """Where the next page begins; None for the last one."""


def page(data: object, *keys: str, parse: Parse[T]) -> Page[T]:
    """The page there. Raises: OddAnswer."""
    found = record(data, *keys)
    after = text(found, "pageInfo", "endCursor") if flag(found, "pageInfo", "hasNextPage") else None
    return Page(tuple(map(parse, records(found, "nodes"))), after)


def _at(data: object, keys: tuple[str, ...], absent: object) -> object:
    """What the keys lead to."""
    found = data
    for depth, key in enumerate(keys, 1):
        inside = _held(found, dict, keys[: depth - 1])
        found = inside.get(key)
        if found is None and absent is not None:
            return absent
        if key not in inside:
            raise OddAnswer(f"{_place(keys[:depth])} is missing")
    return found


def _held(found: object, kind: type[T], keys: tuple[str, ...]) -> T:
    """What was found at the keys, which is of that kind."""
    if not isinstance(found, kind):
        raise _odd(found, kind, keys)
    return found


def _odd(found: object, kind: type, keys: tuple[str, ...]) -> OddAnswer:
    return OddAnswer(f"{_place(keys)} is {_NAMES[type(found)]} instead of {_NAMES[kind]}")


def _place(keys: tuple[str, ...]) -> str:
    return f"`{'.'.join(keys)}`" if keys else "it"
