"""What files the image holds, and how big they are: read from an export, which every engine gives alike."""

from __future__ import annotations

import os
import subprocess
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from image.engine import Engine

OURS = "opt/ai_coder"
"""The only folder that the Dockerfile adds to its base."""
BASE_BYTES = 126_250_000
"""The size of python:3.13.15-slim-trixie for x86-64. Source: docker-library/repo-info, repos/python/local."""


@dataclass(frozen=True, slots=True)
class Content:
    """Size in bytes of every file by its path, without the leading slash; a link has the size 0."""

    files: Mapping[str, int]

    @property
    def ours(self) -> dict[str, int]:
        """The files that are not of the base."""
        return {path: size for path, size in self.files.items() if path.startswith(f"{OURS}/")}

    def size_bytes(self, *, has_real_base: bool) -> int:
        """Uncompressed, on the real base: measured where it is there, else by what its makers publish."""
        return sum(self.files.values()) if has_real_base else BASE_BYTES + sum(self.ours.values())


def read_content(engine: Engine, image: str) -> Content:
    """Every file of the image."""
    container = f"ai_coder_content_{os.getpid()}"
    engine.run("create", "--name", container, image)
    try:
        return Content(dict(_exported(engine, container)))
    finally:
        engine.run("rm", container)


def _exported(engine: Engine, container: str) -> Iterator[tuple[str, int]]:
    process = subprocess.Popen(engine.command("export", container), stdout=subprocess.PIPE)
    with process, tarfile.open(fileobj=process.stdout, mode="r|") as archive:
        for member in archive:
            if not member.isdir():
                yield member.name, member.size
    assert process.returncode == 0, "the image cannot be exported"
