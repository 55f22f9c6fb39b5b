"""Cases of an edit engine: a tree, a model's answer, and the tree that has to come out."""

import json
import lzma
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FORMAT_NAMES = {
    "search_replace": "S/R",
    "apply_patch": "V4A",
    "udiff": "udiff",
    "whole_file": "whole",
    "str_replace": "tool",
}
"""What a table calls a format."""


@dataclass(frozen=True, slots=True)
class Case:
    """One answer to apply. Texts are exact: line endings and a missing final newline are part of them."""

    case_id: str
    edit_format: str
    answer: str
    files_before: Mapping[str, str]
    files_after: Mapping[str, str]
    expects_refusal: bool
    accepts_refusal: bool
    """A refusal is as right as the tree."""
    group: str
    """The family of a noise, or the tier of a small case."""
    noise: str = ""
    notes: str = ""

    @property
    def format_name(self) -> str:
        """Short, for a table."""
        return FORMAT_NAMES.get(self.edit_format, self.edit_format)


def read_cases(folder: Path) -> Iterator[Case]:
    """Every case of the folder's `*.jsonl` and `*.jsonl.xz`. Raises: ValueError, with file and line."""
    paths = sorted(path for path in folder.iterdir() if path.name.endswith((".jsonl", ".jsonl.xz")))
    for path in paths:
        content = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
        for number, line in enumerate(content.split(b"\n"), start=1):
            if line.strip():
                yield _case(line, f"{path.name}:{number}")


def _case(line: bytes, where: str) -> Case:
    try:
        fields = json.loads(line)
        return Case(
            case_id=fields["id"],
            edit_format=fields["format"],
            answer=fields.get("answer_canonical") or fields["answer"],
            files_before=fields["files_before"],
            files_after=fields["files_after"],
            expects_refusal=fields["expect"] == "error",
            accepts_refusal="error" in fields.get("accept", ()) or fields.get("tier") == "policy",
            group=fields.get("family") or fields.get("tier") or "other",
            noise=fields.get("noise", ""),
            notes=fields.get("notes", ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{where}: no case: {error!r}"
        raise ValueError(msg) from error
