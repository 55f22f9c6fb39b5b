"""Checks on what holds the tests of a repository: another user in the image, containers beside it, and bubblewrap."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fakes.launchers import IMAGE_VARIABLE, ONLINE_VARIABLE, OUT, PROBES
from image.engine import ROOT, NoEngine, need
from image.files import PYTHON
from image.step import RUNTIME_TOKEN
from image.stories import labelled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from image.lab import Lab

SUITES = (
    "tests/contract/test_sandbox.py",
    "tests/contract/test_sandbox_probes.py",
    "tests/contract/test_sandbox_engine.py",
)
INSIDE = ROOT / "tests" / "image" / "inside.py"


def holds_as_another_user(lab: Lab) -> str:
    """In a step's container no probe gets out as another user, and the runner's folders are as they were."""
    with lab.github() as (github, repo), lab.step(github, labelled(repo)) as step:
        plant(step.home)
        before = modes(step.home)
        address = urlsplit(github.url)
        words = ("/github/workspace/probes", str(address.hostname), str(address.port))

        step.start(entrypoint=(PYTHON, "-I", "/github/workspace/inside.py", *words))
        ended = step.end()

        assert ended.exit_status == 0, ended.log
        seen = json.loads(ended.log.splitlines()[-1])
        assert seen.pop("objection") == "", ended.log
        assert seen.pop("left") == [], seen
        assert seen.pop("with network")[0] == OUT, "the probe of the network cannot get out at all"
        status, tail, cut_bytes = seen.pop("without end")
        assert (status, tail[-2:]) == (None, "y\n")
        assert cut_bytes > 0
        assert not {name: told for name, (status, told) in seen.items() if status != 0 or "held:" not in told}, seen
        assert modes(step.home) == before
        assert (step.home / "file_commands" / "env").read_text("utf-8") == ""
        return f"{len(seen)} probes"


def holds_in_containers(lab: Lab) -> str:
    """The port's suite and every probe, in containers beside the image, through the engine's socket."""
    own = {"DOCKER_HOST": f"unix://{lab.engine.socket}", ONLINE_VARIABLE: "host"} if lab.engine.socket else {}
    return tested("container or engine", {IMAGE_VARIABLE: lab.image.name, **own})


def holds_in_bubblewrap(_lab: Lab) -> str:
    """The same under bubblewrap, where `make test` had none."""
    if shutil.which("bwrap"):
        return "it is installed: `make test` has seen to it"
    try:
        need("bwrap", "bubblewrap")
    except NoEngine as reason:
        return f"left out: {reason}"
    return tested("bubblewrap", {})


def tested(which: str, environ: Mapping[str, str]) -> str:
    """The last line of the suites, run for a launcher; none of its tests may fail or be left out."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "-k", which, *SUITES],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1:]
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-1_000:]
    assert "skipped" not in last[0], done.stdout[-4_000:]
    return last[0]


def plant(home: Path) -> None:
    """The probes, and what a checkout and a runner leave within their reach."""
    shutil.copytree(PROBES, home / "workspace" / "probes")
    shutil.copy(INSIDE, home / "workspace")
    token = f"[http]\n\textraheader = AUTHORIZATION: basic {RUNTIME_TOKEN}\n"
    (home / "workspace" / ".git").mkdir()
    for name in ("workspace/.git/config", "runner_temp/git-credentials-1.config"):
        (home / name).write_text(token, encoding="utf-8")
    for name in ("env", "path", "output"):
        (home / "file_commands" / name).write_text("", encoding="utf-8")
    for path in home.rglob("*"):
        if not path.is_socket():
            path.chmod(0o777 if path.is_dir() else 0o666)


def modes(home: Path) -> dict[str, int]:
    """Of everything a runner mounts."""
    return {str(path.relative_to(home)): path.stat().st_mode for path in home.rglob("*")}


CHECKS = (holds_as_another_user, holds_in_containers, holds_in_bubblewrap)
