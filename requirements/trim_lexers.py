"""Removes Pygments' languages that no report colours from the environment of this Python. Run by the Dockerfile."""

# ruff: noqa: INP001  a script of its own

import importlib
import sys
from pathlib import Path

import pygments.lexers

from ai_coder.report.colours import LEXERS

for place in set(LEXERS.values()):
    module, _, name = place.partition(":")
    getattr(importlib.import_module(f"pygments.lexers.{module}"), name)()
for path in Path(pygments.lexers.__file__).parent.glob("*.py"):
    if path.stem != "__init__" and f"pygments.lexers.{path.stem}" not in sys.modules:
        path.unlink()
