"""A runner of GitHub Actions, as far as a step with a Docker action sees it: mounts, environment, files, signals.

Source: https://docs.github.com/en/actions/tutorials/use-containerized-services and the runner's own
ContainerActionHandler (github.com/actions/runner).
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from image.engine import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ai_coder.loopback import GithubServer
    from image.engine import Engine

MOUNTS = {
    "runner_temp": "/github/runner_temp",
    "home": "/github/home",
    "workflow": "/github/workflow",
    "file_commands": "/github/file_commands",
    "workspace": "/github/workspace",
}
"""Folders of the runner, and where the container finds them."""
REPOSITORY = "octo-org/hello"
RUNTIME_TOKEN = "runtime-token-that-no-log-may-show"
STEP_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """What a runner sees of a step that has ended."""

    status: int
    log: str
    outputs: Mapping[str, str]
    summary: str
    report: Mapping[str, Any]
    """The report file in the workspace; empty when there is none."""


class Step:
    """One step of a job: folders, environment, and the container once it runs."""

    def __init__(self, engine: Engine, image: str, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "workspace"
        self._engine, self._image = engine, image
        self._name = f"ai_coder_step_{os.getpid()}_{folder.name}"
        self._socket = socket.socket(socket.AF_UNIX)
        self._process: subprocess.Popen[str] | None = None
        for name in MOUNTS:
            (folder / name).mkdir(parents=True)
        for name in ("output", "summary", "env", "path", "state"):
            (folder / "file_commands" / name).touch()
        self._socket.bind(str(folder / "docker.sock"))

    def start(
        self, event: tuple[str, Mapping[str, Any]], environ: Mapping[str, str], *, entrypoint: tuple[str, ...] = ()
    ) -> None:
        """Run the image on the event, its name and its payload; `entrypoint` takes the place of the image's own."""
        name, payload = event
        (self.folder / "workflow" / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        environ = {**_runner_environ(name), **environ}
        mounts = [f"--volume={self.folder / one}:{path}" for one, path in MOUNTS.items()]
        command = [
            *("run", "--name", self._name, "--rm", "--network", "host", "--workdir", MOUNTS["workspace"]),
            *(option for variable in environ for option in ("--env", variable)),
            *(f"--volume={self.folder / 'docker.sock'}:/var/run/docker.sock", *mounts),
            *(("--entrypoint", entrypoint[0]) if entrypoint else ()),
            *(self._image, *entrypoint[1:]),
        ]
        self._process = subprocess.Popen(
            self._engine.command(*command),
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def signal(self, name: str) -> None:
        """Send a signal to process 1 of the container."""
        self._engine.run("kill", "--signal", name, self._name)

    def end(self) -> Ended:
        """Wait for the end of the container, and read what it left."""
        assert self._process is not None, "the step was not started"
        log, _ = self._process.communicate(timeout=STEP_TIMEOUT_S)
        report = self.workspace / "ai_coder_report" / "report.json"
        return Ended(
            self._process.returncode,
            log,
            read_outputs((self.folder / "file_commands" / "output").read_text("utf-8")),
            (self.folder / "file_commands" / "summary").read_text("utf-8"),
            json.loads(report.read_text("utf-8")) if report.exists() else {},
        )

    def close(self) -> None:
        """End what still runs, and hand the files, which are root's, back to who started this."""
        if self._process is not None and self._process.poll() is None:
            self._engine.works("kill", self._name)
            self._process.communicate()
        self._socket.close()
        owner = f"{os.getuid()}:{os.getgid()}"
        options = ["--rm", "--network", "none", "--volume", f"{self.folder}:/folder", "--entrypoint", "chown"]
        self._engine.run("run", *options, self._image, "--recursive", owner, "/folder")


def inputs(github: GithubServer, **given: str) -> dict[str, str]:
    """The environment that holds the action's inputs: what is given, and the defaults of action.yml for the rest."""
    declared = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    values = {name: str(one.get("default", "")) for name, one in declared.items()} | given
    environ = {
        f"INPUT_{name.upper()}": value.replace("${{ github.token }}", github.token) for name, value in values.items()
    }
    return {**environ, "GITHUB_API_URL": github.url}


def read_outputs(text: str) -> dict[str, str]:
    """The outputs as the runner reads them: `name=value`, or `name<<mark`, lines, and the mark.

    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#multiline-strings
    """
    outputs = {}
    lines = iter(text.splitlines())
    for line in lines:
        heredoc = re.match(r"([^=<]+)<<(.+)", line)
        if not heredoc:
            name, found, value = line.partition("=")
            assert found, f"the runner does not understand the output {line!r}"
            outputs[name] = value
            continue
        held = []
        while (one := next(lines, None)) != heredoc[2]:
            assert one is not None, f"the output {heredoc[1]} has no end"
            held.append(one)
        outputs[heredoc[1]] = "\n".join(held)
    return outputs


def _runner_environ(event: str) -> dict[str, str]:
    """What every container of an action is given, its folders by their names inside."""
    commands = {
        "GITHUB_OUTPUT": "output",
        "GITHUB_STEP_SUMMARY": "summary",
        "GITHUB_ENV": "env",
        "GITHUB_PATH": "path",
        "GITHUB_STATE": "state",
    }
    return {
        **{variable: f"/github/file_commands/{name}" for variable, name in commands.items()},
        "ACTIONS_RUNTIME_TOKEN": RUNTIME_TOKEN,
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": "mona",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_RUN_ID": "4711",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_WORKSPACE": MOUNTS["workspace"],
        "HOME": MOUNTS["home"],
        "RUNNER_OS": "Linux",
        "RUNNER_TEMP": MOUNTS["runner_temp"],
    }
