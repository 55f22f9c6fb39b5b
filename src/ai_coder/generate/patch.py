"""A change as a patch that `git apply` takes. Pure."""

import difflib
from collections.abc import Iterable, Iterator

_MAX_CHARS = 20_000


def patch_of(path: str, before: str | None, after: str | None) -> str:
    """The patch; a long one is cut, and says so."""
    old = "/dev/null" if before is None else f"a/{path}"
    new = "/dev/null" if after is None else f"b/{path}"
    lines = difflib.unified_diff(_split(before), _split(after), old, new)
    text = "".join(_marked(lines)).rstrip("\n")
    return text if len(text) <= _MAX_CHARS else f"{text[:_MAX_CHARS]}\n... (the patch is cut here)"


def _split(text: str | None) -> list[str]:
    """Lines as git counts them, each with its line feed."""
    *lines, rest = (text or "").split("\n")
    return [*(f"{line}\n" for line in lines), *([rest] if rest else [])]


def _marked(lines: Iterable[str]) -> Iterator[str]:
    """The lines; one that ends no line is told as git tells it."""
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
