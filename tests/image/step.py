"""A step of a job in a container: the mounts, the environment and the signals that a runner gives a Docker action.

Source: ContainerActionHandler of github.com/actions/runner.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from ai_coder.loopback.runner import Ran, collect
from image.engine import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from image.engine import Engine

MOUNTED = ("runner_temp", "home", "workflow", "file_commands", "workspace")
"""Folders of the runner; the container finds each as `/github/<name>`."""
RUNTIME_TOKEN = "runtime-token-that-no-log-may-show"
FROM_RUNNER = re.compile(r"(?:ACTIONS|CI|GITHUB|INPUT|RUNNER)(?:_|$)")
STEP_TIMEOUT_S = 60.0


class Step:
    """One step: its folders and its environment, and the container while it runs."""

    def __init__(self, engine: Engine, image: str, environ: Mapping[str, str]) -> None:
        self.outside = dict(environ)
        """The environment with the names that the files have outside of the container."""
        self.home = Path(environ["GITHUB_WORKSPACE"]).parent
        self._engine, self._image = engine, image
        self._name = f"ai_coder_step_{os.getpid()}_{self.home.parent.name}"
        self._socket = socket.socket(socket.AF_UNIX)
        self.engine_socket = self.home / "docker.sock"
        """What the container finds as the engine's: a socket that nobody listens on."""
        self._process: subprocess.Popen[bytes] | None = None
        for name in MOUNTED:
            (self.home / name).mkdir(exist_ok=True)
        self._socket.bind(str(self.engine_socket))

    def start(self, more: Mapping[str, str] | None = None, entrypoint: tuple[str, ...] = ()) -> None:
        """Start the image, with `more` in its environment; `entrypoint` takes the place of the image's own."""
        environ = self._inside() | dict(more or {})
        volumes = {self.home / name: f"/github/{name}" for name in MOUNTED}
        volumes[self.engine_socket] = "/var/run/docker.sock"
        command = [
            *("run", "--name", self._name, "--rm", "--network", "host", "--workdir", "/github/workspace"),
            *("--env=HOME=/github/home", *(f"--env={name}" for name in environ)),  # the client's own HOME stays
            *(f"--volume={outside}:{inside}" for outside, inside in volumes.items()),
            *(("--entrypoint", entrypoint[0]) if entrypoint else ()),
            *(self._image, *entrypoint[1:]),
        ]
        self._process = subprocess.Popen(
            self._engine.command(*command),
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def signal(self, name: str) -> None:
        """Send a signal to process 1 of the container."""
        self._engine.run("kill", "--signal", name, self._name)

    def is_there(self) -> bool:
        """Whether the container runs."""
        return self._engine.works("top", self._name)

    def processes(self) -> str:
        """The command lines in the container; nothing while there is none."""
        if not self.is_there():
            return ""
        return self._engine.run("top", self._name, "-eo", "pid,args")

    def has_ended(self, timeout_s: float) -> bool:
        """Whether the container ends within that time."""
        assert self._process is not None, "the step was not started"
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> Ran:
        """Wait for the end of the container, and read what it left."""
        assert self._process is not None, "the step was not started"
        log, _ = self._process.communicate(timeout=STEP_TIMEOUT_S)
        return collect(self.outside, self._process.returncode, log.decode("utf-8", "replace"))

    def close(self) -> None:
        """End what still runs, and hand the files, which are root's, to who started this."""
        if self._process is not None and self._process.poll() is None:
            self._engine.works("kill", self._name)
            self._process.communicate()
        self._socket.close()
        owner = f"{os.getuid()}:{os.getgid()}"
        options = ["--rm", "--network", "none", f"--volume={self.home}:/home", "--entrypoint", "chown"]
        self._engine.run("run", *options, self._image, "--recursive", owner, "/home")

    def _inside(self) -> dict[str, str]:
        """The environment of the container: what a runner sets, and nothing of this shell."""
        outside = f"{self.home}/"
        given = {name: value for name, value in self.outside.items() if FROM_RUNNER.match(name)}
        return {name: value.replace(outside, "/github/") for name, value in given.items()} | {
            "ACTIONS_RUNTIME_TOKEN": RUNTIME_TOKEN,
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": "/github/runner_temp",
        }


def default_inputs(token: str) -> dict[str, str]:
    """What the runner fills in where a workflow says nothing: the defaults of action.yml."""
    declared = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    return {name: str(one.get("default", "")).replace("${{ github.token }}", token) for name, one in declared.items()}
