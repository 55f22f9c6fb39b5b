"""A box in containers: a volume that holds tree, home and temporary files, and one container for each command.

A container that ran with the network is gone before the next is made without: what holds is that it never had one.
Files travel as tar streams, since our paths are not the engine's.
"""

import io
import tarfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import docker
from docker.types import LogConfig, Ulimit
from docker.utils.socket import frames_iter

from ai_coder.adapters.sandbox.engine import discard, kill, labels, told
from ai_coder.adapters.sandbox.output import BoundedOutput
from ai_coder.adapters.sandbox.reports import LEFT_ALONE, MAX_REPORT_BYTES, MAX_REPORTS, is_report
from ai_coder.domain.source import RepoPath
from ai_coder.domain.verification import Ran
from ai_coder.errors import SandboxError
from ai_coder.ports import BoxFile

PLACE, SHELL = "/ai_coder", "/bin/sh"
TREE, HOME, TEMPORARY = f"{PLACE}/tree", f"{PLACE}/home", f"{PLACE}/tmp"  # noqa: S108 - in the volume
_MARK, _LIST = f"{PLACE}/mark", f"{TEMPORARY}/.ai_coder-reports"
_USER = 65_534
"""`nobody`, by which name nearly every image knows him."""
_GIB = 1 << 30
_MAX_CANDIDATES, _MAX_LIST_BYTES = 60, 65_536
_VOLUME_S, _GRACE_S, _SMALL_TIMEOUT_S = 21_600.0, 300.0, 60.0
_SKIPPED = " -o ".join(f"-name {name}" for name in sorted(LEFT_ALONE))
_START = f"""\
exec 2>&1
(sleep "$3"; kill -9 -1) < /dev/null > /dev/null 2>&1 &
cd -- "$1" && {SHELL} -c "$2"
status=$?
kill -9 -1 2> /dev/null
cd {TREE} && find . \\( {_SKIPPED} \\) -prune -o -type f -name '*.xml' -newer {_MARK} -size -2049 -print \\
    2> /dev/null > {_LIST}
exit $status
"""
"""Process 1 of the container. Should we be killed, it ends by itself. What the command left is dead when it looks."""
_REMOVE = """\
while IFS= read -r path; do
    case $path in */*) chmod u+rwx -- "./${path%/*}" 2> /dev/null ;; esac
    rm -rf -- "./$path"
done <<'END'
"""


@dataclass(frozen=True, slots=True)
class Walls:
    """What every container of a box is made of."""

    image: str
    variables: Mapping[str, str]
    directory: str
    """Where commands start."""
    online: str
    """The engine's name for the network of commands that may use one."""


class ContainerBox:
    """Port `Box` over a volume and its containers."""

    def __init__(self, client: docker.DockerClient, walls: Walls) -> None:
        """The client is closed with the box. Raises: SandboxError."""
        self._client, self._walls = client, walls
        with told("no volume for a box can be made"):
            self._volume = client.volumes.create(labels=labels(_VOLUME_S))
        self._waiting: dict[RepoPath, BoxFile] = {}
        self._is_new = self._is_open = True

    def put(self, files: Mapping[RepoPath, BoxFile | None]) -> None:
        """Removals are made at once, by a container of their own; files come with the next command's."""
        gone = [path.text for path, file in files.items() if file is None]
        if gone and not self._is_new:
            self._run(f"{_REMOVE}{chr(10).join(gone)}\nEND\n", TREE, "none", _SMALL_TIMEOUT_S)
        self._waiting = {path: file for path, file in self._waiting.items() if path.text not in gone}
        self._waiting |= {path: file for path, file in files.items() if file is not None}

    def run(self, command: str, *, network: bool, timeout_s: float) -> Ran:
        """Run it in a container of its own; the engine kills all of it together."""
        return self._run(command, self._walls.directory, self._walls.online if network else "none", timeout_s)

    def close(self) -> None:
        """Remove the volume; no container is left by then."""
        if self._is_open:
            self._is_open = False
            discard(self._volume)
            self._client.close()

    def _run(self, command: str, directory: str, network: str, timeout_s: float) -> Ran:
        container = self._made(command, directory, network, timeout_s)
        try:
            self._fill(container)
            status, output, seconds = _watched(container, timeout_s)
            reports = () if status is None else tuple(_reports(container))
        finally:
            discard(container, v=True)
        return Ran(status, output.text, output.cut_bytes, seconds, reports)

    def _made(self, command: str, directory: str, network: str, timeout_s: float) -> Any:  # noqa: ANN401 - the SDK has no types
        with told(f"no container of {self._walls.image!r} can be made"):
            return self._client.containers.create(
                self._walls.image,
                entrypoint=[SHELL, "-c", _START, "box"],
                command=[directory, command, str(int(timeout_s + _GRACE_S))],
                environment=dict(self._walls.variables),
                working_dir="/",
                network_mode=network,
                volumes={self._volume.name: {"bind": PLACE, "mode": "rw"}},
                labels=labels(timeout_s + 2 * _GRACE_S),
                **_WALLS,
            )

    def _fill(self, container: Any) -> None:  # noqa: ANN401 - same
        """Lay what waits into the volume, and a mark that is older than all the command will write."""
        with told("files could not be laid into the box"):
            if not container.put_archive(PLACE, _archive(self._waiting, is_new=self._is_new)):
                msg = "files could not be laid into the box"
                raise SandboxError(msg)
        self._waiting, self._is_new = {}, False


_WALLS: Mapping[str, Any] = {
    "user": f"{_USER}:{_USER}",
    "read_only": True,
    "tmpfs": dict.fromkeys(("/tmp", "/var/tmp", "/run"), "rw,exec,nosuid,nodev,size=256m,mode=1777"),  # noqa: S108 - its own
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "ipc_mode": "private",
    "mem_limit": 4 * _GIB,
    "memswap_limit": 4 * _GIB,
    "pids_limit": 1_024,
    "ulimits": [
        Ulimit(name="fsize", soft=_GIB, hard=_GIB),
        Ulimit(name="nofile", soft=4_096, hard=4_096),
        Ulimit(name="core", soft=0, hard=0),
    ],
    "oom_score_adj": 500,
    "log_config": LogConfig(type="none"),
}
"""The same for setting up and for testing. The engine keeps no log: ten gigabytes of it would be on the host."""


def _watched(container: Any, timeout_s: float) -> tuple[int | None, BoundedOutput, float]:  # noqa: ANN401 - same
    """Start it, and read until it ends or its time is up. Raises: SandboxError."""
    output, start = BoundedOutput(), time.monotonic()
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        with suppress(SandboxError):  # it has just ended by itself
            kill(container)

    with told("a container cannot be run"):
        stream = container.attach_socket(params={"stdout": 1, "stderr": 1, "stream": 1})
        timer = threading.Timer(timeout_s, end)
        try:
            container.start()
            timer.start()
            for _, data in frames_iter(stream, tty=False):
                output.feed(data)
            status = container.wait(timeout=_SMALL_TIMEOUT_S)["StatusCode"]
        finally:
            timer.cancel()
            stream._response.close()  # noqa: SLF001 - the SDK has no other way to end the connection
    return None if is_over.is_set() else status, output, time.monotonic() - start


def _reports(container: Any) -> Iterator[str]:  # noqa: ANN401 - same
    """Texts of the report files on the list that the container left."""
    found = 0
    for line in _content(container, _LIST, _MAX_LIST_BYTES).decode("utf-8", "replace").splitlines()[:_MAX_CANDIDATES]:
        content = _content(container, f"{TREE}/{line.removeprefix('./')}", MAX_REPORT_BYTES)
        if is_report(content) and found < MAX_REPORTS:
            found += 1
            yield content.decode("utf-8", "replace")


def _content(container: Any, path: str, max_bytes: int) -> bytes:  # noqa: ANN401 - same
    """A regular file of the container; nothing of any other, or of a larger one."""
    try:
        stream, state = container.get_archive(path)
        content = b"" if state["size"] > max_bytes else b"".join(stream)
        stream.close()
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            member = archive.next()
            file = archive.extractfile(member) if member and member.isreg() else None
            return file.read() if file else b""
    except (docker.errors.DockerException, tarfile.TarError):
        return b""


def _archive(files: Mapping[RepoPath, BoxFile], *, is_new: bool) -> bytes:
    """The files as a tar archive, each of its folders first: what stands in the way of one is replaced."""
    now = time.time()
    target = io.BytesIO()
    folders = {folder: None for path in sorted(files) for folder in path.folders}
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in (*(("tree", "home", "tmp") if is_new else ()), *(f"tree/{folder}" for folder in folders)):
            archive.addfile(_member(name, now - 2, 0o755, tarfile.DIRTYPE))
        for path, file in sorted(files.items()):
            member = _member(f"tree/{path}", now - 2, 0o755 if file.is_executable else 0o644, tarfile.REGTYPE)
            member.size = len(file.content)
            archive.addfile(member, io.BytesIO(file.content))
        archive.addfile(_member("mark", now, 0o644, tarfile.REGTYPE))
    return target.getvalue()


def _member(name: str, modified: float, mode: int, kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.mtime, member.mode, member.type = modified, mode, kind
    member.uid = member.gid = _USER
    return member
