"""Every sandbox there is on this machine, and a step of a runner beside it that its commands must not reach."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from ai_coder.adapters.sandbox.bubblewrap import BubblewrapSandbox
from ai_coder.adapters.sandbox.container import ContainerSandbox
from ai_coder.adapters.sandbox.engine import connect, have_image
from ai_coder.adapters.sandbox.process import ProcessSandbox
from ai_coder.adapters.sandbox.runner_folders import RunnerFolders
from ai_coder.adapters.sandbox.unconfined import UnconfinedSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ai_coder.ports import Sandbox

PROBES = Path(__file__).parents[1] / "safety" / "probes"
CONFINING = ("process", "bubblewrap", "container")
ALL = (*CONFINING, "unconfined")
OUT = 42
"""Exit status of a probe that got out."""
IMAGE_VARIABLE = "AI_CODER_TEST_IMAGE"
"""Names an image with a shell and python3, for the container sandbox; the engine is found as always."""
ONLINE_VARIABLE = "AI_CODER_TEST_NETWORK"
"""Docker's name for a network that is there, where the engine has no bridge."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a runner gives a step, readable for everybody as long as nobody closes it."""

    folder: Path
    environ: dict[str, str]
    pid: int
    """A process that has the environment."""
    secret: str
    """Every key and token of the step; no other step's, since the self-checks of several may run side by side."""

    @property
    def folders(self) -> list[str]:
        """What the runner mounts."""
        return [str(self.folder / name) for name in ("runner_temp", "home", "workflow", "file_commands", "workspace")]

    @property
    def boxes(self) -> Path:
        """Where boxes of this machine are made."""
        return self.folder / "boxes"

    @property
    def socket(self) -> str:
        """Where the container engine listens."""
        return str(self.folder / "docker.sock")


@contextmanager
def a_step(socket_mode: int = 0o660) -> Iterator[Step]:
    """A step, until the end."""
    with TemporaryDirectory(prefix="ai_coder-step-") as name, socket.socket(socket.AF_UNIX) as engine:
        folder, secret = Path(name), f"canary-{secrets.token_hex(12)}"
        folder.chmod(0o755)
        _fill(folder, secret)
        engine.bind(str(folder / "docker.sock"))
        engine.listen(8)
        (folder / "docker.sock").chmod(socket_mode)
        environ = _environ(folder, secret)
        with subprocess.Popen([sys.executable, "-c", "input()"], env=environ, stdin=subprocess.PIPE) as action:
            try:
                yield Step(folder, environ, action.pid, secret)
            finally:
                action.kill()


def _fill(folder: Path, secret: str) -> None:
    token = f"[http]\n\textraheader = AUTHORIZATION: basic {secret}\n"
    files = {
        "runner_temp/git-credentials-1.config": token,
        "home/.git-credentials": f"https://x:{secret}@example.com\n",
        "workflow/event.json": "{}",
        "file_commands/env": "",
        "file_commands/path": "",
        "file_commands/output": "",
        "workspace/.git/config": token,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "boxes").mkdir()
    for path in folder.rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)


def _environ(folder: Path, secret: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder / "home"),
        "DOCKER_HOST": f"unix://{folder}/docker.sock",
        "GITHUB_WORKSPACE": str(folder / "workspace"),
        "GITHUB_EVENT_PATH": str(folder / "workflow" / "event.json"),
        "GITHUB_ENV": str(folder / "file_commands" / "env"),
        "GITHUB_PATH": str(folder / "file_commands" / "path"),
        "GITHUB_OUTPUT": str(folder / "file_commands" / "output"),
        "RUNNER_TEMP": str(folder / "runner_temp"),
        "GITHUB_TOKEN": secret,
        "INPUT_OPENAI_API_KEY": secret,
        "OPENAI_API_KEY": secret,
        "ACTIONS_RUNTIME_TOKEN": secret,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": secret,
        "ACTIONS_CACHE_URL": "https://cache.example.com",
    }


def launcher(name: str, step: Step, working_directory: str = "", *, has_network: bool = False) -> Sandbox:
    """The sandbox of that name, beside the step. A test is left out where the machine has none."""
    if name == "unconfined":
        return UnconfinedSandbox(step.environ, working_directory=working_directory, parent=str(step.boxes))
    if name == "bubblewrap":
        if not shutil.which("bwrap"):
            pytest.skip("bubblewrap is not installed")
        if subprocess.run(["bwrap", "--ro-bind", "/", "/", "true"], capture_output=True, check=False).returncode:  # noqa: S607 - whichever there is
            pytest.skip("bubblewrap can make no name space here")
        return BubblewrapSandbox(step.environ, working_directory=working_directory, parent=str(step.boxes))
    if name == "container":
        image = os.environ.get(IMAGE_VARIABLE)
        if not image:
            pytest.skip(f"no {IMAGE_VARIABLE} names an image for containers (`make image` does)")
        engine = {"DOCKER_HOST": os.environ["DOCKER_HOST"]} if "DOCKER_HOST" in os.environ else {}
        online = os.environ.get(ONLINE_VARIABLE, "bridge")
        return ContainerSandbox(image, engine, working_directory=working_directory, online=online)
    if os.geteuid():
        pytest.skip("only root can become another user")
    return ProcessSandbox(
        step.environ,
        secrets=(step.secret,),
        working_directory=working_directory,
        has_network=has_network,
        folders=RunnerFolders(step.environ),
        parent=str(step.boxes),
    )


def given_variables(sandbox: Sandbox) -> list[str]:
    """Names of what the image of a container sandbox sets; the others set nothing."""
    if not isinstance(sandbox, ContainerSandbox):
        return []
    with closing(connect(os.environ)) as client:
        return [*have_image(client, os.environ[IMAGE_VARIABLE]), "HOSTNAME"]
