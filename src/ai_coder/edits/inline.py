"""Old text that begins or ends within lines, as the arguments of a tool call may have it."""

from collections.abc import Sequence

from ai_coder.edits.haystack import MAX_PLACES
from ai_coder.edits.operations import Replace
from ai_coder.edits.text import Hunk


def find_inline(lines: Sequence[str], block: Replace) -> list[Hunk]:
    """The old text's places, each as whole lines that give way to whole lines; at most `MAX_PLACES`."""
    [reading] = block.readings
    text, old, new = "\n".join(lines), "\n".join(reading.old), "\n".join(reading.new)
    found: list[Hunk] = []
    at = text.find(old) if old else -1
    while at >= 0 and len(found) < MAX_PLACES:
        end = at + len(old)
        first = text.rfind("\n", 0, at) + 1
        last = text.find("\n", end)
        last = len(text) if last < 0 else last
        start = text.count("\n", 0, first)
        rows = text.count("\n", first, last) + 1
        changed = text[first:at] + new + text[end:last]
        is_whole = first == at and last == end and not new
        if last == end or not block.ends_line:
            found.append(Hunk(start, start + rows, () if is_whole else tuple(changed.split("\n"))))
        at = text.find(old, at + 1)
    return found
