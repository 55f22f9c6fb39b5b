"""How a command is started in a box on this machine: its user, its environment, what it may use."""

import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ai_coder.errors import SandboxError

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MAX_PROCESSES = 1_024
"""Threads count."""
_UIDS = range(61_184, 65_520)
"""Users that systemd leaves to services that come and go. Source: https://systemd.io/UIDS-GIDS/"""
_GIB = 1 << 30
_LIMITS = {"CORE": 0, "DATA": 4 * _GIB, "FSIZE": _GIB, "NOFILE": 4_096}
"""DATA counts memory that can be written to; address space, which some languages reserve by the terabyte, is free."""
_START = 'cd -- "$0" && exec /bin/sh -c "$1"'
"""The folder is entered as the box's user: whoever planted a link there is not led further than that user may go."""
_START_LIMITED = f"{{ ulimit -p {MAX_PROCESSES} || ulimit -u {MAX_PROCESSES}; }} 2>/dev/null; {_START}"
"""Where users have a name space of their own, they are counted there: the limit is set within it."""


@dataclass(frozen=True, slots=True)
class Launch:
    """A command, ready to be started."""

    argv: tuple[str, ...]
    uid: int = 0
    """The user that nobody else is; 0 where the command keeps ours."""
    is_filtered: bool = False
    """Whether it is left without sockets by a filter."""

    def limits(self, timeout_s: float, processors: int) -> dict[str, int]:
        """Limits by name. Processes are counted by user: with a user of its own, the command can be counted."""
        own = {"NPROC": MAX_PROCESSES} if self.uid else {}
        return {**_LIMITS, **own, "CPU": int(timeout_s * processors) + 1}


def environment(given: Mapping[str, str], *, home: str, temporary: str, path: str = SYSTEM_PATH) -> dict[str, str]:
    """All that a command sees of our environment: the language."""
    language = {name: text for name, text in given.items() if name == "LANG" or name.startswith("LC_")}
    own = {"PATH": f"{home}/.local/bin:{path}", "HOME": home, "TMPDIR": temporary, "CI": "true"}
    return {"LANG": "C.UTF-8"} | language | own


def with_environment(variables: Mapping[str, str]) -> tuple[str, ...]:
    """The words before a command that has these variables only."""
    return (find("env"), "-i", *(f"{name}={text}" for name, text in variables.items()))


def as_user(uid: int) -> tuple[str, ...]:
    """The words before a command of another user, which can never get back what it gave up."""
    return (
        find("setpriv"),
        *("--reuid", str(uid), "--regid", str(uid), "--clear-groups"),
        *("--no-new-privs", "--inh-caps", "-all", "--bounding-set", "-all"),
    )


def in_shell(directory: str, command: str, *, is_limited: bool = False) -> tuple[str, ...]:
    """The command in a shell that starts in the folder."""
    return ("/bin/sh", "-c", _START_LIMITED if is_limited else _START, directory, command)


def find(program: str, search_path: str = SYSTEM_PATH) -> str:
    """The path of a program of the system, never of the caller's search path. Raises: SandboxError."""
    found = shutil.which(program, path=search_path)
    if not found:
        msg = f"the program `{program}` is not here"
        raise SandboxError(msg)
    return found


def free_uid() -> int:
    """A user as whom nothing runs."""
    taken = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                taken.add(entry.stat().st_uid)
            except OSError:
                continue  # it has ended
    return random.choice([uid for uid in _UIDS if uid not in taken])  # noqa: S311 - against collisions, not against guesses
