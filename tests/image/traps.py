"""Foreign modules where a step meets them: in the repository's folder, and in a home that an earlier step filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MODULES = (
    "ai_coder/__init__.py",
    "ai_coder/__main__.py",
    "github.py",
    "json.py",
    "openai.py",
    "requests.py",
    "sitecustomize.py",
    "usercustomize.py",
    "yaml.py",
)
USER_SITE = "home/.local/lib/python3.13/site-packages"
MARKS = "runner_temp"
"""Where a trap that springs leaves its name: the container may write there."""


def set_traps(folder: Path) -> dict[str, str]:
    """Lay every trap below a step's folder; the environment that points Python at them, as a workflow could."""
    for module in MODULES:
        _lay(folder / "workspace" / module)
    for module in ("sitecustomize.py", "usercustomize.py", "openai.py"):
        _lay(folder / USER_SITE / module)
    pth = folder / USER_SITE / "trap.pth"
    pth.write_text("import usercustomize\n", encoding="utf-8")
    (folder / "workspace" / "trap.pth").write_text("import sitecustomize\n", encoding="utf-8")
    return {"PYTHONPATH": "/github/workspace", "PYTHONUSERBASE": "/github/home/.local", "PYTHONSTARTUP": "openai.py"}


def sprung(folder: Path) -> list[str]:
    """The traps that were loaded."""
    return sorted(path.name.removeprefix("sprung-") for path in (folder / MARKS).glob("sprung-*"))


def _lay(path: Path) -> None:
    """A module that leaves its name and otherwise does nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mark = f"/github/runner_temp/sprung-{path.parent.name}-{path.name}"
    path.write_text(f"open({mark!r}, 'w').close()\n", encoding="utf-8")
