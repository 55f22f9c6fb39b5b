"""The loop of a worker process: one case a line on standard input, one outcome a line on standard output.

A request holds `edit_format`, `answer` and `files`; a reply `files`, `is_refused`, `why`, `ms`, or `crash`.
"""

import io
import json
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Applied:
    """The tree after, and whether the engine said that it could not."""

    files: Mapping[str, str]
    is_refused: bool
    why: str = ""
    ms: float | None = None
    """Measured by the adapter itself; None takes the time of the whole call."""


Apply = Callable[[dict[str, str], str, str], Applied]
"""Files, answer, name of the format -> outcome."""


def serve(apply: Apply) -> None:
    """Answer until standard input ends. What the engine prints goes to standard error."""
    requests, replies = sys.stdin.buffer, io.TextIOWrapper(sys.stdout.buffer, encoding="ascii", write_through=True)
    sys.stdout = sys.stderr
    for line in requests:
        replies.write(json.dumps(_reply(apply, json.loads(line))) + "\n")


def _reply(apply: Apply, request: dict[str, object]) -> dict[str, object]:
    files, answer, edit_format = request["files"], request["answer"], request["edit_format"]
    if not (isinstance(files, dict) and isinstance(answer, str) and isinstance(edit_format, str)):
        return {"crash": "malformed request"}
    start = time.perf_counter()
    try:
        applied = apply(dict(files), answer, edit_format)
    except Exception:  # noqa: BLE001  whatever an engine raises is what is being counted
        return {"crash": traceback.format_exc(limit=-6), "ms": (time.perf_counter() - start) * 1000}
    ms = (time.perf_counter() - start) * 1000 if applied.ms is None else applied.ms
    return {"files": dict(applied.files), "is_refused": applied.is_refused, "why": applied.why, "ms": ms}
