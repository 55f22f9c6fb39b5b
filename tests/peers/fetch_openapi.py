"""GitHub's own OpenAPI description of its REST API, out of the npm package that carries it.

The package unpacks to 385 MB; `npm pack` brings its archive (29 MB), the checksum is compared with the one
below, and the one member the tests read is written to the path given.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from npm import npm_command, npm_environ

PACKAGE = "@octokit/openapi@23.0.2"
INTEGRITY = "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg=="
"""To renew both: `npm view @octokit/openapi version dist.integrity`."""

MEMBER = "package/generated/api.github.com.json"


def pack(folder: Path) -> Path:
    """The package's archive, downloaded into `folder`."""
    command = npm_command("pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder), PACKAGE)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=npm_environ(), cwd=folder)
    [archive] = folder.glob("*.tgz")
    return archive


def integrity(archive: Path) -> str:
    """The checksum in the form npm writes it: `sha512-<base64>`."""
    digest = hashlib.sha512(archive.read_bytes()).digest()
    return "sha512-" + base64.b64encode(digest).decode()


def extract(archive: Path, target: Path) -> None:
    """`MEMBER` of the archive, written whole or not at all."""
    with tarfile.open(archive) as tar:
        member = tar.extractfile(MEMBER)
        if member is None:
            sys.exit(f"{PACKAGE}: {MEMBER} is not a file")
        part = target.with_suffix(".part")
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(member.read())
        part.replace(target)


def main(target: Path) -> None:
    """Download, compare, extract."""
    with tempfile.TemporaryDirectory() as folder:
        archive = pack(Path(folder))
        if (found := integrity(archive)) != INTEGRITY:
            sys.exit(f"{PACKAGE}: its checksum is {found}, expected {INTEGRITY}")
        extract(archive, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
