"""Reads what the runner and the action keep in the environment."""

import os
import sys

ALLOWED = {"PATH", "HOME", "LANG", "TMPDIR", "CI", "PWD", "OLDPWD", "SHLVL", "_"}
"""The last four are the shell's own. What the image of a container sets is told by the first argument."""
given = set(sys.argv[1].split(",")) if len(sys.argv) > 1 else set()
found = sorted(name for name in set(os.environ) - ALLOWED - given if not name.startswith("LC_"))
print(f"OUT: sees {found}" if found else "held: the environment holds nothing of the runner's")
sys.exit(42 if found else 0)
