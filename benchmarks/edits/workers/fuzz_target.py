"""What atheris calls: bytes -> a file and an answer -> the engine. Started by benchmarks/edits/fuzz.py."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import atheris  # type: ignore[import-untyped]  # in an environment of its own

with atheris.instrument_imports(include=["ai_coder"]):
    from ai_coder.edits import FORMATS, apply_answer

from fakes.marker_soup import LINES, MARKERS, PATH, TREE, check_whole

_PIECES = (*MARKERS, *LINES)
_RAW = 3
"""Of four answers one is bytes as they come, the others pieces of formats."""
_SLOW_S = 1.0
"""For an input of a few hundred bytes."""
_MAX_SHRINK_S = 60.0
_found: set[str] = set()


def test_one_input(data: bytes) -> None:
    """One file and one answer; what goes wrong is written down once per place, and the search goes on."""
    text, answer, edit_format = _decode(data)
    signature, account = _try(text, answer, edit_format)
    if signature and signature not in _found:
        _found.add(signature)
        deadline = time.monotonic() + _MAX_SHRINK_S

        def is_same(text: list[str], answer: list[str]) -> bool:
            return time.monotonic() < deadline and _try(text, answer, edit_format)[0] == signature

        answer = _shrink(answer, lambda lines: is_same(text, lines))
        text = _shrink(text, lambda lines: is_same(lines, answer))
        _write(signature, f"{{{PATH!r}: {_join(text)!r}}}\n{_join(answer)!r}\n{edit_format}\n\n{account}")


def _decode(data: bytes) -> tuple[list[str], list[str], str]:
    """The first two bytes choose the format, the kind of answer and where the file ends."""
    if len(data) < 3:  # noqa: PLR2004  the two, and something
        return [], [], FORMATS[0]
    kind, split, rest = data[0], data[1] % 12, data[2:]
    text = [LINES[byte % len(LINES)] for byte in rest[:split]]
    body = rest[split:]
    if kind % 4 == _RAW:
        return text, body.decode("utf-8", "replace").split("\n"), FORMATS[kind // 4 % len(FORMATS)]
    return text, [_PIECES[byte % len(_PIECES)] for byte in body], FORMATS[kind // 4 % len(FORMATS)]


def _try(text: list[str], answer: list[str], edit_format: str) -> tuple[str, str]:
    """Where it went wrong, and the whole story; empty when all is well."""
    files = TREE | {PATH: _join(text)}
    start = time.perf_counter()
    try:
        check_whole(files, apply_answer(files, _join(answer), edit_format=edit_format))
    except Exception as error:  # noqa: BLE001  whatever it raises is a finding
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}-{Path(last.filename).stem}-{last.lineno}", traceback.format_exc()
    seconds = time.perf_counter() - start
    return ("slow", f"{seconds:.1f} s") if seconds > _SLOW_S else ("", "")


def _shrink(lines: list[str], is_same: Callable[[list[str]], bool]) -> list[str]:
    """Fewer lines that end the same way: pieces are left out, large ones first."""
    size = len(lines) // 2
    while size:
        at = 0
        while at < len(lines):
            fewer = lines[:at] + lines[at + size :]
            if is_same(fewer):
                lines = fewer
            else:
                at += size
        size //= 2
    return lines


def _join(lines: Sequence[str]) -> str:
    return "\n".join(lines)


def _write(signature: str, account: str) -> None:
    path = Path(os.environ["FUZZ_FINDINGS"]) / f"{signature}.txt"
    path.write_text(account, "utf-8", "backslashreplace")
    print(f"FINDING {path}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    atheris.Setup(sys.argv, test_one_input)
    atheris.Fuzz()
