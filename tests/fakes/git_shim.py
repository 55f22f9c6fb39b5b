"""A `git` that counts its calls and kills whoever calls it, before or after the real one, at the call it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakes.git_repositories import PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

_SCRIPT = """\
#!/bin/sh
folder=${0%/*}
read -r count < "$folder/count"
read -r number when < "$folder/kill"
count=$((count + 1))
echo "$count" > "$folder/count"
echo "$@" >> "$folder/calls"
if [ "$count" = "$number" ] && [ "$when" = before ]; then kill -KILL "$PPID"; exit 1; fi
'PROGRAM' "$@"
status=$?
if [ "$count" = "$number" ] && [ "$when" = after ]; then kill -KILL "$PPID"; fi
exit "$status"
"""


class GitShim:
    """The program `git` in a folder of its own, to be first in PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        script = folder / "git"
        script.write_text(_SCRIPT.replace("PROGRAM", PROGRAM), encoding="utf-8")
        script.chmod(0o755)
        self.set()

    def set(self, number: int = 0, when: str = "never") -> None:
        """Count from 0 again, and kill at that call."""
        (self.folder / "count").write_text("0\n", encoding="utf-8")
        (self.folder / "kill").write_text(f"{number} {when}\n", encoding="utf-8")
        (self.folder / "calls").write_text("", encoding="utf-8")

    @property
    def calls(self) -> list[str]:
        """With what arguments it was called."""
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()
