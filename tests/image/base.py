"""What the image stands on: the base that the Dockerfile pins, or a stand-in where no registry of images is reached.

The stand-in is a minimal Debian of the same release with Debian's Python of the same version, made by mmdebstrap from
the machine's own package mirror. The Dockerfile is used as it is; only its argument BASE names another base.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from image.engine import ROOT, NoEngine, need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from image.engine import Engine

RELEASE = "trixie"
"""The release of Debian that `python:3.13-slim` stands on."""
PACKAGES = ("python3", "python3-pip", "python3-venv", "ca-certificates")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
"""The machine's own: its package index may be known to nobody else."""
SETTINGS = ("PIP_INDEX_URL", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
"""What the machine may say about the way to its package index."""


@dataclass(frozen=True, slots=True)
class Built:
    """The image, and whether its base is the real one."""

    name: str
    has_real_base: bool


def pinned_base() -> str:
    """What the Dockerfile names, digest and all."""
    found = re.search(r"^FROM (\S+@sha256:[0-9a-f]{64}) AS pinned$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    if not found:
        raise AssertionError("the Dockerfile pins no base by digest")
    return found[1]


@contextmanager
def build(engine: Engine) -> Iterator[Built]:
    """The image, until the end. Raises: NoEngine when there is no base to build on."""
    image, base = f"ai_coder_check:{os.getpid()}", f"ai_coder_base:{os.getpid()}"
    has_real_base = not engine.socket and engine.works("pull", "--quiet", pinned_base())
    try:
        if not has_real_base:
            print("image: the pinned base cannot be had here, a stand-in takes its place", flush=True)
            _import_stand_in(engine, base)
        options = [] if has_real_base else ["--build-arg", f"BASE={base}"]
        engine.run("build", "--network", "host", *options, "--tag", image, str(ROOT))
        yield Built(image, has_real_base)
    finally:
        engine.works("image", "rm", "--force", image, base)


def _import_stand_in(engine: Engine, name: str) -> None:
    settings = [f"--change=ENV {key}={os.environ[key]}" for key in SETTINGS if os.environ.get(key)]
    engine.run("import", *settings, str(_stand_in()), name)


def _stand_in() -> Path:
    """A tar archive of the base, made once for each machine's certificates."""
    certificates = CERTIFICATES.read_bytes() if CERTIFICATES.exists() else b""
    key = hashlib.sha256(repr((RELEASE, PACKAGES)).encode() + certificates).hexdigest()[:12]
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "ai_coder")
    path = folder / f"image-base-{RELEASE}-{os.uname().machine}-{key}.tar"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix="making-") as making:
            _make(Path(making, path.name)).rename(path)
    return path


def _make(path: Path) -> Path:
    program = need("mmdebstrap", "mmdebstrap")
    print(f"image: a base is made of Debian {RELEASE}, once", flush=True)
    hooks = ['--customize-hook=ln -s python3 "$1/usr/bin/python"']
    if CERTIFICATES.exists():
        hooks.append(f"--customize-hook=copy-in {CERTIFICATES} {CERTIFICATES.parent}")
    done = subprocess.run(
        [program, "--variant=minbase", f"--include={','.join(PACKAGES)}", *hooks, RELEASE, str(path), _mirror()],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoEngine(f"no base can be made: {done.stderr.strip()[-300:]}")
    return path


def _mirror() -> str:
    """Where this machine has Debian's packages from. Raises: NoEngine."""
    options = ["--format", "$(REPO_URI)", "Created-By: Packages", "Label: Debian", "Component: main"]
    done = subprocess.run(
        ["apt-get", "indextargets", *options],  # noqa: S607 - whichever apt there is
        capture_output=True,
        text=True,
        check=False,
    )
    mirrors = done.stdout.splitlines()
    if not mirrors:
        raise NoEngine("this machine has no mirror of Debian's packages to make a base from")
    return mirrors[0]
