"""The arguments of an `edit_file` tool call, as JSON: path and old and new text, or the whole text."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.operations import Delete, Move, Operation, Reading, Replace, Write

_PATH = ("path", "file_path", "filename", "file")
_OLD = ("old_text", "old_str", "old_string", "search")
_NEW = ("new_text", "new_str", "new_string", "replace", "replacement")
_TEXT = ("file_text", "content", "contents", "text")
_TARGET = ("new_path", "target", "destination", "move_to", "rename_to")
_WRAPPERS = ("arguments", "input", "parameters")
_CALLS = ("edits", "tool_calls", "calls", "changes")


def read_calls(text: str) -> list[Mapping[str, Any]] | None:
    """The arguments of all calls in the text; None where it holds none."""
    text = text.strip()
    if not text.startswith(("{", "[")):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    calls = list(_unwrapped(found, {}))
    return calls if calls and all(_first(call, _PATH) is not None for call in calls) else None


def _unwrapped(found: object, outer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if isinstance(found, list):
        for item in found:
            yield from _unwrapped(item, outer)
        return
    if isinstance(found, str) and found.lstrip().startswith("{"):
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            return
    if not isinstance(found, dict):
        return
    inner = found.get("function", found)
    inner = inner if isinstance(inner, dict) else found
    for name in (*_WRAPPERS, *_CALLS):
        if isinstance(inner.get(name), dict | list | str) and not any(key in inner for key in (*_OLD, *_NEW, *_TEXT)):
            yield from _unwrapped(inner[name], {key: value for key, value in inner.items() if key in _PATH})
            return
    yield {**outer, **found}


def parse_call(call: Mapping[str, Any], number: int) -> Operation | Refusal:
    """The call as an operation, or why it is none. Some models fill all fields, unused ones with nothing."""
    path, old, new = _first(call, _PATH) or "", _first(call, _OLD), _first(call, _NEW)
    text, target = _first(call, _TEXT), _first(call, _TARGET)
    command = str(call.get("command", call.get("action", ""))).lower()
    if command in {"delete", "remove"} or call.get("delete") is True:
        return Delete(number, path)
    if target and (old or new or text):
        message = "Move the file in one call, and edit it at its new path in the next: a call does one of the two."
        return Refusal(number, path, Code.MALFORMED, message)
    if target:
        return Move(number, path, target)
    if old is None and (text is not None or (command == "create" and new is not None)):
        whole = text if text is not None else new or ""
        lines, is_ended = _lines(whole)
        return Write(number, path, lines, must_be_new=command == "create", is_ended=is_ended)
    if old is None and new is None:
        message = (
            "The call names neither a text to be replaced (`old_text`, `new_text`) nor a whole text (`file_text`)."
        )
        return Refusal(number, path, Code.MALFORMED, message)
    if old is None and command == "insert":
        message = "Lines are not inserted by number. Name the text beside the new one in `old_text`."
        return Refusal(number, path, Code.MALFORMED, message)
    return _replace(path, (old or "").replace("\r\n", "\n"), (new or "").replace("\r\n", "\n"), number)


def _replace(path: str, old: str, new: str, number: int) -> Replace:
    """Both sides as lines; a line break that ends both of them ends their last lines."""
    ends_line = old.endswith("\n") and (new.endswith("\n") or not new)
    if ends_line:
        old, new = old.removesuffix("\n"), new.removesuffix("\n")
    reading = Reading(tuple(old.split("\n")), () if ends_line and not new else tuple(new.split("\n")))
    return Replace(number, path, (reading,), is_inline=True, ends_line=ends_line)


def _lines(text: str) -> tuple[tuple[str, ...], bool]:
    text = text.replace("\r\n", "\n")
    if not text:
        return (), True
    return tuple(text.removesuffix("\n").split("\n")), text.endswith("\n")


def _first(call: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((call[name] for name in names if isinstance(call.get(name), str)), None)
