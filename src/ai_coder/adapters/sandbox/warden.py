"""Runs one command and ends it for certain. A program of its own: `python -I -m ai_coder.adapters.sandbox.warden PLAN`.

Its parent holds the other end of its standard input, and says "enough" by closing it, which also happens when the
parent dies. Then, as when the command ends by itself, whatever the command left behind is killed: all descendants, for
this process adopts orphans; and all processes of the command's own user, if it has one. Nothing else ever runs as
that user. What the command is not to be able to do is set up between fork and exec.
"""

import ctypes
import errno
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NoReturn

from ai_coder.adapters.sandbox.filter import refuse_sockets
from ai_coder.adapters.sandbox.probe import Probe, look

_SET_CHILD_SUBREAPER, _DROP_BOUND, _SET_NO_NEW_PRIVILEGES = 36, 24, 38
"""Source: linux/prctl.h."""
_LAST_CAPABILITY = 63
_END_TIMEOUT_S = 20.0
_CANNOT_START = 127


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run, and what it may not."""

    command: tuple[str, ...] = ()
    """Argument list; its first word is a path."""
    status_fd: int = 0
    """Where the exit status is written to, in digits, unless the command was cut short."""
    uid: int = 0
    """The command's own user, all of whose processes are killed at the end; 0 where it has none."""
    is_filtered: bool = False
    """Whether it is left without sockets."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """By the name of the limit without `RLIMIT_`."""
    probe: Probe | None = None
    """What to look at as `uid`, instead of a command."""

    @property
    def text(self) -> str:
        """The plan as the one argument of this program."""
        return json.dumps(asdict(self))


def parse_plan(text: str) -> Plan:
    """The plan that `text` is."""
    fields = json.loads(text)
    probe = Probe(**fields.pop("probe")) if fields["probe"] else fields.pop("probe")
    return Plan(**fields, probe=probe)


def run(plan: Plan) -> None:
    """Carry out the plan; see above."""
    if plan.status_fd:
        os.set_inheritable(plan.status_fd, False)  # noqa: FBT003 - the command must not say how it ended
    _prctl(_SET_CHILD_SUBREAPER, 1)
    woken, wake = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    child = os.fork()
    if child == 0:
        _start(plan)
    status = _watch(child, woken)
    _end_all(plan.uid)
    if status is not None:
        os.write(plan.status_fd, str(status).encode())


def _watch(child: int, woken: int) -> int | None:
    """The child's exit status as a shell has it; None when the parent has had enough. Orphans are buried meanwhile."""
    while True:
        ready, _, _ = select.select([woken, 0], [], [])
        if 0 in ready:
            return None
        os.read(woken, 4096)
        for pid, status in _buried():
            if pid == child:
                code = os.waitstatus_to_exitcode(status)
                return 128 - code if code < 0 else code


def _buried() -> list[tuple[int, int]]:
    """The children that have ended by now, with how."""
    ended: list[tuple[int, int]] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if not pid:
            return ended
        ended.append((pid, status))


def _end_all(uid: int) -> None:
    """Kill until nobody is left. A process that the kernel does not let go of is given up after a while."""
    end = time.monotonic() + _END_TIMEOUT_S
    while time.monotonic() < end:
        mine, theirs = _left(uid)
        for pid in (*mine, *theirs):
            _kill(pid)
        if theirs:
            _kill_as(uid)
        _buried()
        if not mine and not theirs:
            return
        time.sleep(0.005)


def _left(uid: int) -> tuple[list[int], list[int]]:
    """The children of this process, and the living processes of the user."""
    mine, theirs = [], []
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            state, parent = (process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
            owner = process.stat().st_uid
        except OSError:
            continue  # it has ended
        if int(parent) == os.getpid():
            mine.append(int(process.name))
        elif uid and owner == uid and state != "Z":
            theirs.append(int(process.name))
    return mine, theirs


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _kill_as(uid: int) -> None:
    """Kill all processes of a user at one stroke, so that none can fork in between."""
    try:
        killer = os.fork()
    except OSError:
        return  # the next round has more room
    if killer == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        os.kill(-1, signal.SIGKILL)
        os._exit(0)
    os.waitpid(killer, 0)


def _start(plan: Plan) -> NoReturn:
    """The child: give up what the plan denies, then become the command. Never returns."""
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):  # Python had ignored or handled them
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
        for name, value in plan.limits.items():
            _limit(getattr(resource, f"RLIMIT_{name}"), value)
        if plan.is_filtered:
            refuse_sockets()
        if plan.probe:
            _become(plan.uid)
            look(plan.probe, sys.stdout.buffer)
            os._exit(0)
        os.execve(plan.command[0], plan.command, {})  # noqa: S606 - the shell is inside
    except OSError as error:
        sys.stderr.write(f"{plan.command[:1]} cannot be started: {error}\n")
        sys.stderr.flush()
    os._exit(_CANNOT_START)


def _limit(number: int, value: int) -> None:
    """Set a limit, hard and soft; one that is lower already stays."""
    hard = resource.getrlimit(number)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(number, (value, value))


def _become(uid: int) -> None:
    """What `setpriv` does, for a probe that need not be started: its program may not be readable by that user."""
    for capability in range(_LAST_CAPABILITY + 1):
        _prctl(_DROP_BOUND, capability, absent=errno.EINVAL)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    _prctl(_SET_NO_NEW_PRIVILEGES, 1)


def _prctl(option: int, value: int, absent: int = 0) -> None:
    """Raises: OSError, unless its number is `absent`."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) and ctypes.get_errno() != absent:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    run(parse_plan(sys.argv[1]))
