"""Several files changed as one: all are written beside their places, then moved in, or everything is undone."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class NotPutBack(OSError):
    """Files could not be brought back to where they were; the message says where their contents are."""


class FileSwap:
    """Collects deeds, does them in `commit`, and undoes what was done when the block is left before its end."""

    def __init__(self) -> None:
        self._staged: list[tuple[Path, Path | None]] = []
        """Place, and the file that is to stand there; None where nothing is."""
        self._set_aside: list[tuple[Path, Path]] = []
        """Place, and where its old file waits."""
        self._placed: list[Path] = []
        self._folders: list[Path] = []
        """Made by us, outer ones first."""
        self._is_done = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whatever ends the block early, an interrupt too, leaves the files as they were. Raises: NotPutBack."""
        if not self._is_done and (lost := self._undo()):
            raise NotPutBack("; ".join(f"{str(place)!r} is now {str(aside)!r}" for place, aside in lost)) from error

    def put(self, place: Path, content: bytes, mode: int | None) -> None:
        """Write the content beside its place; without a mode the process's own default holds. Raises: OSError."""
        self._make_folder(place.parent)
        beside = _beside(place)
        self._staged.append((place, beside))
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        if mode is not None:
            beside.chmod(mode)

    def remove(self, place: Path) -> None:
        """Nothing is to stand at this place."""
        self._staged.append((place, None))

    def commit(self) -> None:
        """Move every old file aside and every new one in; then the old ones go. Raises: OSError.

        Each move is noted before it is made, so that an interrupt between the two leaves nothing behind.
        """
        for place, new in self._staged:
            if os.path.lexists(place):
                aside = _beside(place)
                self._set_aside.append((place, aside))
                place.rename(aside)
            if new is not None:
                self._placed.append(place)
                new.rename(place)
        self._is_done = True
        for _, aside in self._set_aside:
            with suppress(OSError):  # the change stands; what remains is an old copy under a name of ours
                aside.unlink()

    def _make_folder(self, folder: Path) -> None:
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for one in reversed(missing):
            one.mkdir()
            self._folders.append(one)

    def _undo(self) -> list[tuple[Path, Path]]:
        """Each step is tried even where another fails. What comes back is which old files still wait aside."""
        for place in reversed(self._placed):
            with suppress(OSError):
                place.unlink()
        for place, aside in reversed(self._set_aside):
            with suppress(OSError):
                aside.replace(place)
        for _, beside in self._staged:
            if beside is not None:
                with suppress(OSError):
                    beside.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()
        return [(place, aside) for place, aside in self._set_aside if os.path.lexists(aside)]


def _beside(place: Path) -> Path:
    """A new name in the same folder, so that a move is one step; short, whatever the place is called."""
    return place.with_name(f".ai_coder-{secrets.token_hex(8)}.tmp")
