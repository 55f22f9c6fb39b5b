"""What a user of this machine can reach: looked at as that user, before anything foreign runs as them."""

import json
import os
import socket
import stat
import struct
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

_MAX_FILES, _MAX_FILE_BYTES, _MAX_BYTES = 20_000, 262_144, 67_108_864
_MAX_SECONDS = 3.0
_HEADER = struct.Struct(">II")
_FILTERED = (socket.AF_INET, socket.AF_INET6, socket.AF_PACKET)


@dataclass(frozen=True, slots=True)
class Probe:
    """Where to look."""

    sockets: tuple[str, ...] = ()
    """Paths that must not be connectable."""
    closed: tuple[str, ...] = ()
    """Folders and files that must be out of reach."""
    searched: tuple[str, ...] = ()
    """Folders whose readable files are handed to who started this, to be searched for secrets."""
    is_filtered: bool = False
    """Whether no socket of the network may be made."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen."""

    findings: tuple[str, ...]
    """What can be reached and must not be, as the rest of the sentence "another user can ..."."""
    files: tuple[tuple[str, bytes], ...]
    """The readable files, as far as the bounds went."""


def look(probe: Probe, out: BinaryIO) -> None:
    """Write what this process can reach to `out`."""
    out.write(json.dumps(list(_findings(probe))).encode() + b"\n")
    for path, content in _readable(probe.searched):
        name = os.fsencode(path)
        out.write(_HEADER.pack(len(name), len(content)) + name + content)
    out.flush()


def parse_sight(seen: bytes) -> Sight:
    """What `look` has written. Raises: ValueError when it did not come to its end."""
    line, end, rest = seen.partition(b"\n")
    files, at = [], 0
    while at + _HEADER.size <= len(rest):
        name_size, size = _HEADER.unpack_from(rest, at)
        name_end = at + _HEADER.size + name_size
        files.append((os.fsdecode(rest[at + _HEADER.size : name_end]), rest[name_end : name_end + size]))
        at = name_end + size
    if not end or at != len(rest):
        msg = "a look around ended before its end"
        raise ValueError(msg)
    return Sight(tuple(json.loads(line)), tuple(files))


def _findings(probe: Probe) -> Iterator[str]:
    for path in probe.sockets:
        if _can_connect(path):
            yield f"use the socket {path!r}"
    for path in probe.closed:
        if any(os.access(path, way) for way in (os.R_OK, os.W_OK, os.X_OK)):
            yield f"reach {path!r}"
    if probe.is_filtered and any(map(_can_make, _FILTERED)):
        yield "use the network"


def _can_connect(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1.0)
        try:
            client.connect(path)
        except OSError:
            return False
        return True


def _can_make(family: int) -> bool:
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
    except OSError:
        return False
    return True


def _readable(folders: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Readable regular files below the folders and what processes show of themselves, within the bounds."""
    end, files, size = time.monotonic() + _MAX_SECONDS, 0, 0
    for path in chain(_of_processes(), _below(folders)):
        content = _content(path)
        files, size = files + 1, size + len(content)
        if content:
            yield path, content
        if files >= _MAX_FILES or size >= _MAX_BYTES or time.monotonic() > end:
            return


def _of_processes() -> Iterator[str]:
    own = str(os.getpid())
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and process.name != own:
            yield from (f"{process}/{part}" for part in ("environ", "cmdline"))


def _below(folders: tuple[str, ...]) -> Iterator[str]:
    """The files of all the folders, the outer ones first: the bounds cut off what is hidden deepest."""
    waiting = deque(folders)
    while waiting:
        try:
            with os.scandir(waiting.popleft()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        yield entry.path
        except OSError:
            continue  # this user may not look into it


def _content(path: str) -> bytes:
    """What can be read of a regular file, never waiting; nothing where it may not be read."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(file, _MAX_FILE_BYTES) if stat.S_ISREG(os.fstat(file).st_mode) else b""
    except OSError:
        return b""
    finally:
        os.close(file)
