"""Stands in front of every answer of status 200: what is no answer becomes one `BadAnswer` with one sentence.

The SDK lets all of these pass or raises what is no error of its own: cut JSON, a web page, `choices: []`,
`{"error": ...}`, null content. So it is not asked to parse anything.
"""

import json
from collections.abc import Sequence
from typing import Any

from ai_coder.errors import BadAnswer

Json = dict[str, Any]
"""A JSON object off the wire, read once by a dialect."""
_MAX_QUOTED_CHARS = 300


def json_object(text: str) -> Json:
    """The JSON object of the body. Raises: BadAnswer."""
    start = text.lstrip()[:100].lower()
    if not start:
        raise bad("an empty body")
    if start.startswith("<"):
        raise bad("a web page instead of JSON")
    if start.startswith(("data:", "event:", ": ")):
        raise bad("an event stream that nobody asked for")
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        raise bad("JSON that breaks off or is malformed") from None
    if "\\ud" in text.lower():  # half a character may have been escaped, which no file and no request can hold
        answer = json.loads(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    if not isinstance(answer, dict):
        raise bad("JSON that is no object")
    if answer.get("error"):
        raise bad(f"an error: {error_words(answer)}")
    return answer


def bad(what: str) -> BadAnswer:
    """The failure, in one sentence."""
    return BadAnswer(f"the model's endpoint answered with status 200 and {what}")


def objects(value: object) -> list[Json]:
    """The JSON objects of a list; whatever else stands there is left out."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(value: object) -> str:
    """The text of a content field: a string, or a list of parts with `text` (some servers send those)."""
    if isinstance(value, str):
        return value
    return "".join(part["text"] for part in objects(value) if isinstance(part.get("text"), str))


def arguments_of(value: object) -> str:
    """A tool call's arguments as JSON text; some servers send the object itself."""
    return value if isinstance(value, str) else json.dumps(value if value is not None else {})


def count(answer: object, *names: str) -> int:
    """The number under a chain of names; 0 where there is none."""
    for name in names:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return max(answer, 0) if isinstance(answer, int) else 0


def error_fields(text: str) -> tuple[str, str]:
    """Code and words of an error body, in any of the shapes that endpoints have."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        plain = text.strip()
        return "", "" if plain.startswith("<") else _one_line(plain)
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, dict):
        return "", ""
    inner = body.get("error")
    fields = inner if isinstance(inner, dict) else body
    code = " ".join(str(fields[name]) for name in ("code", "type") if isinstance(fields.get(name), str))
    return code, error_words(body)


def error_words(body: Json) -> str:
    """The message in an error body, on one line."""
    error = body.get("error") or body
    if isinstance(error, str):
        return _one_line(error)
    said: object = None
    if isinstance(error, dict):
        said = error.get("message") or error.get("detail") or error.get("code")
    if isinstance(said, Sequence) and not isinstance(said, str):
        said = "; ".join(str(one.get("msg", "")) for one in objects(list(said)))
    return _one_line(str(said)) if said else "no reason given"


def _one_line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _MAX_QUOTED_CHARS else words[:_MAX_QUOTED_CHARS] + " ..."
