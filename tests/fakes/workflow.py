"""A workflow as a runner of GitHub reads it: which job starts, what a step is handed, what its shell does."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_PATH = re.compile(r"(?:github|secrets|vars|steps|needs|matrix|inputs)\.[\w.*]+")
_UNTOUCHED = re.compile(r"(?:GITHUB|INPUT|OPENAI|RUNNER|ACTIONS)_")


@dataclass(frozen=True)
class Contexts:
    """What expressions may name: github, secrets, vars, steps, needs, matrix, inputs."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def look_up(self, path: str) -> Any:
        """The value at a dotted path; empty where there is none. `*` is every item of a list."""
        value: Any = self.values
        for name in path.split("."):
            if name != "*":
                value = [one[name] for one in value] if isinstance(value, list) else (value or {}).get(name)
                value = value if isinstance(value, Mapping | list) else value or ""
        return value

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, by its own words in Python's."""
        words = _PATH.sub(lambda found: f"look_up({found.group()!r})", expression)
        words = re.sub(r"(?<!<)!(?!=)", " not ", words.replace("&&", " and ").replace("||", " or "))
        words = re.sub(r"fromJSON\((.*?)\)\.include\[0\] != null", r"bool(fromJSON(\1)['include'])", words)
        functions = {
            "look_up": self.look_up,
            "startsWith": lambda text, start: text.casefold().startswith(start.casefold()),
            "contains": lambda whole, part: part in whole,
            "fromJSON": json.loads,
            "bool": bool,
        }
        return eval(" ".join(words.split()), {"__builtins__": {}}, functions)  # noqa: S307  a file of our own

    def text(self, text: object) -> str:
        """A text with the values of its expressions."""
        return _EXPRESSION.sub(lambda found: str(self.evaluate(found[1])), str(text))

    def holds(self, part: Mapping[str, Any]) -> bool:
        """Whether a job or a step with that `if:` is carried out."""
        return bool(self.evaluate(part["if"])) if "if" in part else True


def jobs_of(path: Path) -> dict[str, dict[str, Any]]:
    """The jobs of a workflow file."""
    jobs: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return jobs


def inputs_of(step: Mapping[str, Any], action: Path, contexts: Contexts) -> dict[str, str]:
    """What the step's `with:` block hands over, and for the rest what `action.yml` has as defaults."""
    declared = yaml.safe_load(action.read_text(encoding="utf-8"))["inputs"]
    given = {name: contexts.text(value) for name, value in step.get("with", {}).items()}
    unknown = given.keys() - declared.keys()
    if unknown:
        msg = f"no inputs of the action: {', '.join(sorted(unknown))}"
        raise ValueError(msg)
    return {name: contexts.text(row.get("default", "")) for name, row in declared.items()} | given


def run_shell(step: Mapping[str, Any], contexts: Contexts, folder: Path, **variables: str) -> tuple[str, str]:
    """What a step's shell prints, and what it appends to its output file. Raises: CalledProcessError."""
    output = folder / "shell-output"
    output.touch()
    mine = {name: value for name, value in os.environ.items() if not _UNTOUCHED.match(name)}
    given = {name: contexts.text(value) for name, value in step.get("env", {}).items()}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", contexts.text(step["run"])],  # noqa: S607
        env={**mine, **given, **variables, "GITHUB_OUTPUT": str(output)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, output.read_text(encoding="utf-8")
