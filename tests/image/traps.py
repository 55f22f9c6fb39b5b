"""Foreign modules where a step meets them: in the repository's folder, and in a home that an earlier step filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ENVIRON = {"PYTHONPATH": "/github/workspace", "PYTHONUSERBASE": "/github/home/.local"}
"""What a workflow may set, or an earlier step by GITHUB_ENV."""
TRAPS = ("ai_coder", "github", "json", "openai", "requests", "sitecustomize", "yaml")
"""Each is a module, but `ai_coder`, which is a package with a `__main__`."""
_USER_SITE = "home/.local/lib/python3.13/site-packages"


def set_traps(home: Path) -> None:
    """Lay them in the folders of a step."""
    for name in TRAPS:
        if name == "ai_coder":
            (home / "workspace" / name).mkdir()
            (home / "workspace" / name / "__init__.py").write_text(_leaves(name), encoding="utf-8")
            (home / "workspace" / name / "__main__.py").write_text(_leaves(name), encoding="utf-8")
            continue
        (home / "workspace" / f"{name}.py").write_text(_leaves(name), encoding="utf-8")
    user_site = home / _USER_SITE
    user_site.mkdir(parents=True)
    for name in ("usercustomize.py", "openai.py", "trap.pth"):
        (user_site / name).write_text(_leaves(name), encoding="utf-8")
    (home / "workspace" / "trap.pth").write_text(_leaves("trap.pth"), encoding="utf-8")


def sprung(home: Path) -> tuple[str, ...]:
    """The names of those that were loaded."""
    return tuple(sorted(path.name.removeprefix("sprung-") for path in (home / "runner_temp").glob("sprung-*")))


def _leaves(name: str) -> str:
    """A line of Python that leaves the name behind. It begins with an import, so that a .pth file runs it, too."""
    return f"import io; io.open('/github/runner_temp/sprung-{name}', 'w').close()\n"
