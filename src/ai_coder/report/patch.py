"""`ChangeSet` -> a patch that `git apply` takes: what was paid for is not lost when the forge takes nothing."""

import difflib
from collections.abc import Iterator

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.diff import lines_with_ends

MAX_PATCH_BYTES = 900_000
"""A step's summary holds a mebibyte, and more than the patch stands in it."""
_NO_NEWLINE = "\\ No newline at end of file"


def render_patch(change_set: ChangeSet) -> str:
    """The files one after the other; those that do not fit any more are left out whole, and named."""
    parts, size, left_out = list[str](), 0, list[str]()
    for change in change_set.changes:
        part = "\n".join(_file(change)) + "\n"
        part_bytes = len(part.encode("utf-8", "replace"))
        if size + part_bytes > MAX_PATCH_BYTES:
            left_out.append(change.path.text)
        else:
            parts.append(part)
            size += part_bytes
    # git takes words before the first file for a message
    notice = f"Left out, since the patch is too long: {', '.join(left_out)}\n" if left_out else ""
    return notice + "".join(parts)


def _file(change: FileChange) -> Iterator[str]:
    path = change.path.text
    yield f"diff --git a/{path} b/{path}"
    if change.before is None:
        yield f"new file mode {change.mode}"
    if change.after is None:
        yield f"deleted file mode {change.mode}"
    old, new = lines_with_ends(change.before), lines_with_ends(change.after)
    names = (
        "/dev/null" if change.before is None else f"a/{path}",
        "/dev/null" if change.after is None else f"b/{path}",
    )
    for line in difflib.unified_diff(old, new, *names, lineterm="\n"):
        text = line.removesuffix("\n")
        yield text
        if text == line:
            yield _NO_NEWLINE
