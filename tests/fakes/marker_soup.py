"""Pieces of every format, for answers that no model would send, and what must hold of whatever comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_coder.domain.source import RepoPath
from ai_coder.edits import AppliedAnswer, render_feedback

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "src/notes.txt"
TREE = {PATH: "", "src/other.txt": "nothing of the sort\n", "README.md": "# Notes\n"}
LINES = ("", "a", "b", "    a", "\ta", "a  ", "=======", "...", "```", "+a", "-a", "@@", "}")
MARKERS = (
    "<<<<<<< SEARCH",
    "------- SEARCH",
    "=======",
    ">>>>>>> REPLACE",
    "+++++++ REPLACE",
    "<<<<<<< REPLACE",
    "*** Begin Patch",
    f"*** Update File: {PATH}",
    "*** Add File: new.txt",
    f"*** Delete File: {PATH}",
    "*** Move to: moved.txt",
    "*** End of File",
    "*** End Patch",
    "@@",
    "@@ -1,2 +1,3 @@",
    "@@ a",
    f"--- a/{PATH}",
    f"+++ b/{PATH}",
    "--- /dev/null",
    "+++ /dev/null",
    f"diff --git a/{PATH} b/{PATH}",
    "rename from README.md",
    "rename to moved.txt",
    "````python",
    f"```{PATH}",
    "~~~",
    " a",
    "# ... existing code ...",
    "   1 | a",
    "cat <<'EOF' | apply_patch",
    "EOF",
    PATH,
    f"**`{PATH}`**:",
    "File: README.md",
    '{"path": "README.md", "old_text": "# Notes", "new_text": "x"}',
    '{"command": "create", "path": "new.txt", "file_text": "x"}',
    '{"path": ',
    "&lt;&amp;",
    "\ufeff",
    "\r",
    "\x00",
    "\u2028",
)


def check_whole(files: Mapping[str, str], applied: AppliedAnswer) -> None:
    """Refused: nothing differs. Applied: the tree is the old one with the changes, under safe paths.

    Raises: AssertionError.
    """
    assert isinstance(applied, AppliedAnswer)
    if applied.refusals:
        assert dict(applied.files) == dict(files)
        assert applied.changes == ()
        assert render_feedback(applied, files)
        return
    expected = dict(files)
    for change in applied.changes:
        assert change.before != change.after
        assert change.before == files.get(change.path)
        expected.pop(change.path, None)
        if change.after is not None:
            expected[change.path] = change.after
    assert dict(applied.files) == expected
    assert render_feedback(applied, files) == ""
    assert all(RepoPath.parse(path).text == path for path in set(applied.files) - set(files))
