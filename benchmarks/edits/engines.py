"""The engines that can be compared, and the Python that each of them runs in."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_ENVIRONMENTS = ROOT / "benchmarks" / ".envs"
"""Throw-away, ignored by git."""
_PYTHONS = (sys.executable, "python3.12", "python3.11", "python3.10", "python3")
_INSTALL_TIMEOUT_S = 900


class NoEnvironment(Exception):
    """The engine cannot be had on this machine; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Where an engine comes from, and which formats it reads."""

    name: str
    module: str
    formats: frozenset[str]
    requirement: str = ""
    """What pip installs into an environment of its own; empty for what this interpreter finds on its path."""


ENGINES = {
    engine.name: engine
    for engine in (
        Engine(
            "ai_coder",
            "benchmarks.edits.workers.with_ai_coder",
            frozenset({"search_replace", "apply_patch", "udiff", "whole_file", "str_replace"}),
        ),
        Engine(
            "aider",
            "benchmarks.edits.workers.with_aider",
            frozenset({"search_replace", "apply_patch", "udiff", "whole_file"}),
            "aider-chat==0.86.2",
        ),
        Engine(
            "openai-agents",
            "benchmarks.edits.workers.with_openai_agents",
            frozenset({"apply_patch"}),
            "openai-agents",
        ),
    )
}


def python_of(engine: Engine) -> Path:
    """The interpreter that can import the engine; makes its environment once. Raises: NoEnvironment."""
    if not engine.requirement:
        return Path(sys.executable)
    folder = _ENVIRONMENTS / engine.name
    python = folder / "bin" / "python"
    mark = folder / ".installed"
    if mark.is_file() and mark.read_text("utf-8") == engine.requirement:
        return python
    reason = f"no Python of {', '.join(_PYTHONS)} could make it"
    for base in filter(None, map(shutil.which, _PYTHONS)):
        print(f"making an environment for {engine.requirement} with {base}", file=sys.stderr)
        reason = _run(base, "-m", "venv", "--clear", str(folder)) or _run(
            str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-q", engine.requirement
        )
        if not reason:
            mark.write_text(engine.requirement, "utf-8")
            return python
    raise NoEnvironment(reason)


def _run(*command: str) -> str:
    """Empty when it ended well, else the last line that it said."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = [line for line in ended.stderr.splitlines() if line.strip() and not line.startswith("WARNING")]
    return "" if ended.returncode == 0 else (said or [f"{command[0]} ended with status {ended.returncode}"])[-1]
