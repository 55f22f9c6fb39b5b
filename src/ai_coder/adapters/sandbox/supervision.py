"""A warden and what it runs, watched from outside: output as it comes, an end when it is time."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from ai_coder.adapters.sandbox.warden import Plan
from ai_coder.errors import SandboxError

_WARDEN = (sys.executable, "-I", "-m", "ai_coder.adapters.sandbox.warden")
_LOOK_S = 0.25
"""How often it is asked whether there has been enough."""
_END_TIMEOUT_S = 30.0
_NEVER = float("inf")
_CHUNK_BYTES = 1 << 16
_LOADER = "LD_LIBRARY_PATH"
"""Without it, some builds of Python do not start."""


def supervise(plan: Plan, feed: Callable[[bytes], None], has_enough: Callable[[], bool]) -> int | None:
    """The exit status of the plan's command; None when there was enough before its end. All it started is dead then.

    Raises: SandboxError.
    """
    reading, writing = os.pipe()
    try:
        try:
            process = _started(replace(plan, status_fd=writing))
        finally:
            os.close(writing)
        try:
            was_cut = _read_all(process, feed, has_enough)
        finally:
            _end(process)
        status = os.read(reading, 16)
    finally:
        os.close(reading)
    if not status and not was_cut:
        msg = f"the sandbox itself ended with status {process.returncode}"
        raise SandboxError(msg)
    return int(status) if status else None


def _started(plan: Plan) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [*_WARDEN, plan.text],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[plan.status_fd],
            env={name: os.environ[name] for name in (_LOADER,) if name in os.environ},
            cwd="/",
            start_new_session=True,  # Ctrl+C is for us: we end what runs
        )
    except (OSError, ValueError) as error:
        msg = f"no command can be started in a sandbox: {error}"
        raise SandboxError(msg) from error


def _read_all(process: subprocess.Popen[bytes], feed: Callable[[bytes], None], has_enough: Callable[[], bool]) -> bool:
    """Feed until nobody can write any more; whether it was cut short. Raises: SandboxError."""
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        msg = "what ran in the sandbox has no pipes"
        raise SandboxError(msg)
    poll = select.poll()
    poll.register(stdout, select.POLLIN)
    next_look, give_up = 0.0, _NEVER
    while True:
        if poll.poll(_LOOK_S * 1_000):
            data = os.read(stdout.fileno(), _CHUNK_BYTES)
            if not data:
                return give_up != _NEVER
            feed(data)
        now = time.monotonic()
        if now > give_up:
            msg = "what ran in the sandbox could not be ended"
            raise SandboxError(msg)
        if give_up == _NEVER and now >= next_look:
            next_look = now + _LOOK_S
            if has_enough():
                stdin.close()
                give_up = now + _END_TIMEOUT_S


def _end(process: subprocess.Popen[bytes]) -> None:
    """Say "enough", wait, and let go of the pipes."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(_END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
