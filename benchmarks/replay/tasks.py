"""What is replayed: an issue's text, a commit to start from, and what was accepted."""

import fnmatch
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

_BEYOND_EDITS = ("\nnew file mode", "\ndeleted file mode", "\nrename from")
"""What makes a patch of tests worth playing: files that come, go or move."""


@dataclass(frozen=True, slots=True)
class Task:
    """One issue with the change that solved it: patches on the base, or a later commit."""

    task_id: str
    repository: str
    """`owner/name`."""
    text: str
    """Of the issue: its title is the first line. Empty is the goal's own message."""
    base: str
    patches: tuple[str, ...] = ()
    goal: str = ""
    is_undone: bool = False
    """Whether the accepted state is where it begins, and the base where it ends."""

    @property
    def undone(self) -> "Task":
        """The same change backwards: what came goes, and what went comes back."""
        return replace(self, task_id=f"{self.task_id}~undone", is_undone=True)


def read_tasks(place: Path) -> list[Task]:
    """The tasks of a file or of every `*.json` and `*.jsonl` in a folder, one per id. Raises: ValueError, OSError."""
    paths = sorted([*place.glob("*.json"), *place.glob("*.jsonl")]) if place.is_dir() else [place]
    found: dict[str, Task] = {}
    for path in paths:
        for number, fields in enumerate(_records(path), 1):
            try:
                task = _task(fields)
            except (KeyError, TypeError) as error:
                msg = f"{path.name}: task {number}: {error!r} is missing or wrong"
                raise ValueError(msg) from error
            found.setdefault(task.task_id, task)
    return list(found.values())


def choose(tasks: Iterable[Task], pattern: str, limit: int) -> list[Task]:
    """Those whose id matches, by turns of the repositories, at most `limit` (0 is all)."""
    by_repository: dict[str, list[Task]] = {}
    for task in tasks:
        if fnmatch.fnmatchcase(task.task_id, pattern):
            by_repository.setdefault(task.repository, []).append(task)
    turns = chain.from_iterable(zip_longest(*by_repository.values()))
    chosen = [task for task in turns if task is not None]
    return chosen[:limit] if limit else chosen


def _records(path: Path) -> Iterator[Mapping[str, Any]]:
    """The objects of a list, or of lines."""
    text = path.read_text("utf-8")
    if text.lstrip().startswith("["):
        yield from json.loads(text)
    else:
        yield from (json.loads(line) for line in text.split("\n") if line.strip())


def _task(fields: Mapping[str, Any]) -> Task:
    """A task in SWE-bench's own words, or `commit`: one of the repository's history, solved by itself."""
    name, repository = str(fields["instance_id"]), str(fields["repo"])
    if "commit" in fields:
        commit = str(fields["commit"])
        return Task(name, repository, str(fields.get("problem_statement", "")), f"{commit}^", goal=commit)
    accepted = str(fields["patch"] if "patch" in fields else fields["golden_patch"])
    tests = str(fields.get("test_patch") or "")
    patches = (accepted, tests) if any(mark in tests for mark in _BEYOND_EDITS) else (accepted,)
    return Task(name, repository, str(fields["problem_statement"]), str(fields["base_commit"]), patches)
