"""Removes what no report uses of Pygments from the environment of this Python. Run by the Dockerfile."""

# ruff: noqa: INP001  a script of its own

import importlib
import sys
from pathlib import Path

import pygments

from ai_coder.report.colours import LEXERS, colour

for place in set(LEXERS.values()):
    importlib.import_module(f"pygments.lexers.{place.partition(':')[0]}")
for ending in LEXERS:
    colour(f"a.{ending}", "a = 'b'  # c\n<?php <script>d()</script> <style>e{}</style>\n")
loaded = [module for name, module in sys.modules.items() if name.startswith("pygments")]
used = {Path(module.__file__) for module in loaded if module.__file__}
for path in Path(pygments.__file__).parent.rglob("*.py"):
    if path not in used:
        path.unlink()
