"""Operations of one line, outside of fences: `*** Delete File: x`, `*** Move File: x` + `*** Move to: y`."""

import re

from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.operations import Delete, Move

LINE = re.compile(r"\*\*\* (Delete File|Move File|Move to|Update File|Add File|Begin Patch)\b:?[ \t]*(.*)")


def parse_line(line: str, following: str, number: int) -> Delete | Move | Refusal | None:
    """The operation that begins at `line`; None where it is none. A move reaches over the `following` line, too."""
    found = LINE.fullmatch(line)
    if not found:
        return None
    verb, path = found[1], _bare(found[2])
    if verb == "Delete File":
        return Delete(number, path)
    target = LINE.fullmatch(following)
    if verb in {"Move File", "Update File"} and target and target[1] == "Move to":
        return Move(number, path, _bare(target[2]))
    if verb == "Move File":
        message = "The move names no new path. Put `*** Move to: new/path` on the next line."
        return Refusal(number, path, Code.TRUNCATED, message)
    message = f"A patch (`*** {verb}`) is not read. Answer with SEARCH/REPLACE blocks or with whole files."
    return Refusal(number, path, Code.NO_EDIT, message)


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "`\"'" else text
