"""A box on this machine: a folder, and commands that run in it under a warden. How one is launched confines it."""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from ai_coder.adapters.sandbox.folder import BoxFolder
from ai_coder.adapters.sandbox.launch import Launch
from ai_coder.adapters.sandbox.output import BoundedOutput
from ai_coder.adapters.sandbox.supervision import supervise
from ai_coder.adapters.sandbox.warden import Plan
from ai_coder.domain.source import RepoPath
from ai_coder.domain.verification import Ran
from ai_coder.errors import SandboxError
from ai_coder.ports import BoxFile

_MAX_DISK_BYTES, _MIN_FREE_BYTES = 8_000_000_000, 200_000_000
_KILLED = 137
_FULL = b"\n[killed: it was filling the disk]\n"


Launcher = Callable[[str, bool], Launch]
"""How a command is started, with the network (True) or without."""


def nothing() -> None:
    """What is done at the end of a box that leaves nothing to do."""


class ChildBox:
    """Port `Box` over a folder of this machine."""

    def __init__(self, folder: BoxFolder, launch: Launcher, on_close: Callable[[], None] = nothing) -> None:
        """`on_close` is called once, at the end."""
        self._folder, self._launch, self._on_close = folder, launch, on_close
        self._is_open = True

    @property
    def uid(self) -> int:
        """The box's user; 0 where it is ours."""
        return self._folder.uid

    def put(self, files: Mapping[RepoPath, BoxFile | None]) -> None:
        """Lay the files over the tree; what is to go goes first, so that a file can take the place of a folder."""
        ordered = sorted(files.items(), key=lambda item: (item[1] is not None, item[0]))
        for path, file in ordered:
            try:
                self._folder.put(path, file)
            except (OSError, RecursionError) as error:
                msg = f"{path.text!r} could not be laid into the box: {error}"
                raise SandboxError(msg) from error

    def run(self, command: str, *, network: bool, timeout_s: float) -> Ran:
        """Run it, killed with all it started when the time is over or the disk is filling up."""
        since_ns = self._folder.moment_ns()
        start = time.monotonic()
        output = BoundedOutput()
        launch = self._launch(command, network)
        limits = launch.limits(timeout_s, os.cpu_count() or 1)
        plan = Plan(launch.argv, 0, launch.uid, launch.is_filtered, limits)
        least_free = max(self._folder.free_bytes() - _MAX_DISK_BYTES, _MIN_FREE_BYTES)
        is_full = False

        def has_enough() -> bool:
            nonlocal is_full
            is_full = self._folder.free_bytes() < least_free
            return is_full or time.monotonic() - start > timeout_s

        status = supervise(plan, output.feed, has_enough)
        if is_full:
            output.feed(_FULL)
            status = _KILLED
        seconds = time.monotonic() - start
        return Ran(status, output.text, output.cut_bytes, seconds, self._folder.reports(since_ns))

    def close(self) -> None:
        """Remove the folder; nothing runs in it."""
        if self._is_open:
            self._is_open = False
            try:
                self._folder.close()
            finally:
                self._on_close()


def open_box(
    parent: str,
    uid: int,
    launcher: Callable[[BoxFolder], Launcher],
    files: Mapping[RepoPath, BoxFile],
    on_close: Callable[[], None] = nothing,
) -> ChildBox:
    """A box with these files, of the user `uid` (0: ours), in a new folder below `parent`.

    Where it cannot be had nothing of it stays, and `on_close` is called. Raises: SandboxError.
    """
    with ExitStack() as undone:
        undone.callback(on_close)
        try:
            folder = BoxFolder(parent, uid)
        except OSError as error:
            msg = f"no folder for a box could be made: {error}"
            raise SandboxError(msg) from error
        undone.callback(folder.close)
        box = ChildBox(folder, launcher(folder), on_close)
        box.put(files)
        undone.pop_all()
    return box
