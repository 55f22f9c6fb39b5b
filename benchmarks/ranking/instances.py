"""Instances: issues with the files and lines that the accepted change touched, and the clones they are read from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Ranges = tuple[tuple[int, int], ...]
"""Lines from, to; counted from 1, both included."""


@dataclass(frozen=True, slots=True)
class Instance:
    """An issue, and what the accepted change touched."""

    id: str
    repo: str
    base_commit: str
    lang: str
    title: str
    body: str
    gold_files: tuple[str, ...]
    gold_lines: Mapping[str, Ranges]


def read_instances(file: Path) -> list[Instance]:
    """One instance a line. Raises: OSError, ValueError."""
    instances = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                instances.append(_instance(json.loads(line)))
            except (KeyError, TypeError) as error:
                raise ValueError(f"line {number} is no instance: {error!r}") from error
    return instances


def _instance(fields: Mapping[str, Any]) -> Instance:
    title, _, body = fields["issue_text"].partition("\n")
    lines = {path: tuple((first, last) for first, last in ranges) for path, ranges in fields["gold_lines"].items()}
    return Instance(
        fields["id"],
        fields["repo"],
        fields["base_commit"],
        fields.get("lang", ""),
        title,
        body,
        tuple(fields["gold_files"]),
        lines,
    )


def clone_of(repo: str, mirror: Path) -> Path | None:
    """The git folder of owner/name below `mirror`: `owner+name`, `owner/name`, with or without `.git` or `/repo`."""
    owner, _, name = repo.partition("/")
    for place in (f"{owner}+{name}", f"{owner}/{name}", f"{owner}__{name}", name):
        for folder in (place, f"{place}.git", f"{place}/.git", f"{place}/repo"):
            if (mirror / folder / "HEAD").is_file():
                return mirror / folder
    return None
