"""Small projects written by others, with their own tests, as `make peers` brings them; nothing of them is committed."""

from __future__ import annotations

import tarfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fakes.peers import PEERS

if TYPE_CHECKING:
    from pathlib import Path


def sdist(name: str) -> dict[str, bytes]:
    """The files of a project out of the archive that PyPI has of it."""
    [archive] = _there(PEERS / "sdists").glob(f"{name}-*.tar.gz")
    files: dict[str, bytes] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            if content := tar.extractfile(member) if member.isfile() else None:
                _, *parts = PurePosixPath(member.name).parts
                files["/".join(parts)] = content.read()
    return files


def npm_package(name: str) -> dict[str, bytes]:
    """The files of a project as npm has them."""
    folder = _there(PEERS / "node_modules" / name)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _there(folder: Path) -> Path:
    if not folder.is_dir():
        msg = f"{folder.name} is not there: run `make peers`"
        raise RuntimeError(msg)
    return folder
