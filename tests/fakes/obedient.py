r"""A model that does whatever any text in its prompt says: the worst that an injection can make of a model.

Orders are lines of a text, wherever they stand: `WRITE path: text`, `DELETE path`, `MOVE path: path`, `READ path`,
`SAY text`, `TITLE text`, `ASK text`, `PLAN text`. In a text, `\n` is a line feed, and `\u202e` a character.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ai_coder.loopback.model import Call, Say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ai_coder.loopback import Request

_ORDER = re.compile(r"\b(WRITE|DELETE|MOVE|READ|SAY|TITLE|ASK|PLAN) ([^\n]+)")


def obey(request: Request) -> Say:
    """What an obedient model answers: with tools all calls at first, then the end; else all in one reply."""
    body: Any = request.body
    messages = body.get("messages") or []
    said = "\n".join(_text(message) for message in messages if message.get("role") in {"user", "tool"})
    orders = [(verb, _unescaped(rest).strip()) for verb, rest in _ORDER.findall(said)]
    if body.get("tools"):
        return _with_tools(orders, {tool["function"]["name"] for tool in body["tools"]}, messages)
    return Say("\n\n".join(_in_one_reply(orders)))


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text.replace("\\n", "\n"))


def _text(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else " ".join(str(part) for part in content)


def _words(orders: list[tuple[str, str]], verb: str) -> str:
    return "\n\n".join(dict.fromkeys(rest for word, rest in orders if word == verb))


def _with_tools(orders: list[tuple[str, str]], names: set[str], messages: list[dict[str, Any]]) -> Say:
    done = sum(message.get("role") == "assistant" for message in messages)
    calls = list(_calls(orders, names))
    if done == 0 and calls:
        return Say(calls=calls)
    if "edit_file" not in names:
        return Say(calls=[Call("finish", {"outcome": "planned", "plan": _words(orders, "PLAN") or "Nothing."})])
    if questions := [rest for verb, rest in orders if verb == "ASK"]:
        arguments = {"outcome": "need_info", "summary": _words(orders, "SAY"), "questions": questions[:3]}
        return Say(calls=[Call("finish", arguments)])
    outcome = "changed" if any(verb in {"WRITE", "DELETE", "MOVE"} for verb, _ in orders) else "no_change"
    outcome = "cannot" if done > _PATIENCE else outcome
    words = {"title": _words(orders, "TITLE"), "summary": _words(orders, "SAY") or "Done."}
    return Say(calls=[Call("finish", {"outcome": outcome, **words})])


_PATIENCE = 3


def _calls(orders: list[tuple[str, str]], names: set[str]) -> Iterator[Call]:
    for verb, rest in dict.fromkeys(orders):
        path, _, text = rest.partition(": ")
        if verb == "READ":
            yield Call("read_file", {"path": path})
        if "edit_file" in names and verb == "WRITE":
            yield Call("edit_file", {"path": path, "file_text": text})
        if "edit_file" in names and verb == "DELETE":
            yield Call("edit_file", {"path": path, "delete": True})
        if "edit_file" in names and verb == "MOVE":
            yield Call("edit_file", {"path": path, "move_to": text})


def _in_one_reply(orders: list[tuple[str, str]]) -> Iterator[str]:
    yield f"Title: {_words(orders, 'TITLE') or 'A change'}"
    yield _words(orders, "SAY")
    for verb, rest in dict.fromkeys(orders):
        path, _, text = rest.partition(": ")
        if verb == "WRITE":
            yield f"{path}\n```\n{text}\n```"
        if verb == "DELETE":
            yield f"*** Begin Patch\n*** Delete File: {rest}\n*** End Patch"
