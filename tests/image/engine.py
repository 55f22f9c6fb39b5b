"""A container engine: the one that answers on this machine, or one of our own for as long as the checks last.

Our own is Docker's, from the machine's own packages (Debian, Ubuntu), started by root with everything it writes in
one folder, and without the bridges and packet filters that a bare sandbox refuses it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
FIRST_WITHOUT_BUILDER = 23
"""From this version on, Docker's client needs its plug-in `buildx` for BuildKit. Source: https://docs.docker.com/build/."""


class NoEngine(Exception):
    """No container engine answers here, and none can be brought."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A client of Docker and the engine it talks to."""

    client: str
    socket: str = ""
    """Path of our own engine's socket; empty means the engine that was there before us."""

    def command(self, *args: str) -> list[str]:
        """The argument list of a command of Docker."""
        return [self.client, *(["--host", f"unix://{self.socket}"] if self.socket else []), *args]

    def run(self, *args: str, timeout_s: float = 600.0) -> str:
        """What the command printed. Raises: CalledProcessError, after its error output was shown."""
        environ = {**os.environ, "DOCKER_BUILDKIT": "1"}
        done = subprocess.run(
            self.command(*args), env=environ, capture_output=True, text=True, timeout=timeout_s, check=False
        )
        if done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
            done.check_returncode()
        return done.stdout.strip()

    def works(self, *args: str, timeout_s: float = 300.0) -> bool:
        """Whether the command succeeds, in silence."""
        try:
            done = subprocess.run(self.command(*args), capture_output=True, timeout=timeout_s, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


@contextmanager
def open_engine() -> Iterator[Engine]:
    """An engine that can build, until the end. Raises: NoEngine."""
    there = next(filter(_can_build, _clients()), "")
    if there and Engine(there).works("info", timeout_s=20.0):
        yield Engine(there)
        return
    need("dockerd", "docker.io", "iptables")
    client = next(filter(_can_build, _clients()), "")
    if not client:
        raise NoEngine("Docker's client is here without BuildKit (its plug-in buildx)")
    with (
        TemporaryDirectory(prefix="ai_coder-engine-", ignore_cleanup_errors=True) as name,
        _running(Path(name)) as process,
    ):
        engine = Engine(client, str(Path(name, "docker.sock")))
        _wait_for(engine, process, Path(name, "log"))
        yield engine


def need(program: str, *packages: str) -> str:
    """The path of a program that Debian's packages bring; root on Debian installs it. Raises: NoEngine."""
    found = shutil.which(program, path=_path())
    if found:
        return found
    if os.geteuid() or not shutil.which("apt-get"):
        raise NoEngine(f"there is no {program}, and only root on Debian or Ubuntu can install it here")
    print(f"image: apt-get install {' '.join(packages)}", flush=True)
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", *command],  # noqa: S607 - whichever apt there is
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "SYSTEMD_OFFLINE": "1"},  # no service is started
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoEngine(f"apt-get {command[0]} failed: {done.stderr.strip()[-300:]}")
    return need_now(program)


def need_now(program: str) -> str:
    """The path of a program that is there by now. Raises: NoEngine."""
    found = shutil.which(program, path=_path())
    if not found:
        raise NoEngine(f"{program} was installed and cannot be found")
    return found


def _path() -> str:
    """The search path with the folders of the system's programs, which a person's may lack."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/bin", "/sbin", "/bin"])


def _clients() -> list[str]:
    """Every client of Docker in the search path, first things first."""
    places = (shutil.which("docker", path=folder) for folder in _path().split(os.pathsep))
    return list(dict.fromkeys(place for place in places if place))


def _can_build(client: str) -> bool:
    """Whether a client can have a stage of a Dockerfile left out that nothing needs: BuildKit does that."""
    said = subprocess.run([client, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"version (\d+)", said)
    if version and int(version[1]) < FIRST_WITHOUT_BUILDER:
        return True
    return Engine(client).works("buildx", "version", timeout_s=20.0)


@contextmanager
def _running(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Docker's engine in `folder`, until the end; then nothing of it runs or is mounted."""
    command = [
        need_now("dockerd"),
        *("--iptables=false", "--ip-masq=false", "--bridge=none"),
        *("--data-root", str(folder / "data"), "--exec-root", str(folder / "exec")),
        *("--pidfile", str(folder / "pid"), "--host", f"unix://{folder / 'docker.sock'}"),
    ]
    with (folder / "log").open("wb") as file:
        process = subprocess.Popen(
            command,
            env={**os.environ, "PATH": _path()},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl+C is for us: what runs in the engine is stopped before it
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _unmount(folder)


def _wait_for(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the engine answers. Raises: NoEngine."""
    end = time.monotonic() + START_TIMEOUT_S
    while not engine.works("info", timeout_s=20.0):
        if process.poll() is not None or time.monotonic() > end:
            last = log.read_text("utf-8", "replace").splitlines()[-1:]
            raise NoEngine(f"Docker's engine does not start: {' '.join(last)[-300:]}")
        time.sleep(0.2)


def _unmount(folder: Path) -> None:
    """Everything that is mounted below the folder, the innermost first."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for mount in sorted((one for one in mounts if Path(one).is_relative_to(folder)), reverse=True):
        subprocess.run(["umount", "--lazy", mount], check=False)  # noqa: S607 - whichever umount there is
