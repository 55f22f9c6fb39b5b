"""Checks on what the image is made of."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from image.base import pinned_base
from image.content import OURS
from image.engine import ROOT

if TYPE_CHECKING:
    from image.lab import Lab

LIMIT_BYTES = 200_000_000
PYTHON = f"/{OURS}/bin/python"
MIN_AUTHORITIES = 100
NOT_OURS = re.compile(r"/(?:pip|setuptools|wheel|tests?|conftest\.py|hypothesis|pytest|\.git)(?:/|-\d|$)")
LEFT_BEHIND = re.compile(r"root/\.(?:cache|config|local)/|tmp/|build/|var/cache/apt/archives/.*\.deb$")


def is_small(lab: Lab) -> str:
    """The image holds less than 200 MB, uncompressed."""
    size = lab.content.size_bytes(has_real_base=lab.image.has_real_base)
    base = "on the pinned base" if lab.image.has_real_base else "on the pinned base by its published size"
    assert size < LIMIT_BYTES, f"{size / 1e6:.1f} MB"
    return f"{size / 1e6:.1f} MB {base}, {sum(lab.content.ours.values()) / 1e6:.1f} MB of them ours"


def holds_only_what_runs(lab: Lab) -> None:
    """Neither git, nor an installer, a cache, a test or a developer's file of ours is in the image."""
    found = [path for path in lab.content.files if PurePosixPath(path).name == "git" or LEFT_BEHIND.match(path)]
    found += [path for path in lab.content.ours if NOT_OURS.search(f"/{path}")]
    assert not found, found


def holds_byte_code(lab: Lab) -> str:
    """Every module of ours has its byte code, so that no start compiles it."""
    sources = {path.removesuffix(".py") for path in lab.content.ours if path.endswith(".py")}
    compiled = {re.sub(r"__pycache__/(.+)\.cpython-\d+\.pyc$", r"\1", path) for path in lab.content.ours}
    assert f"{OURS}/lib/python3.13/site-packages/ai_coder/__main__" in sources
    assert not sources - compiled, sorted(sources - compiled)
    return f"{len(sources)} modules"


def starts_isolated(lab: Lab) -> None:
    """The entry point is our own Python in its isolated mode, as root, with no secret and no switch of Python set."""
    config = json.loads(lab.engine.run("image", "inspect", "--format", "{{json .Config}}", lab.image.name))
    assert config["Entrypoint"] == [PYTHON, "-I", "-m", "ai_coder"]
    assert not config.get("Cmd")
    assert config.get("User", "") in {"", "0", "root"}
    names = {one.partition("=")[0] for one in config.get("Env") or []}
    assert not [
        name for name in names if re.search(r"KEY|TOKEN|SECRET|PASSWORD|PYTHON(?!_)", name) and name != "GPG_KEY"
    ]
    labels = config["Labels"]
    assert {f"org.opencontainers.image.{name}" for name in ("title", "description", "licenses")} <= labels.keys()


def has_what_runs(lab: Lab) -> str:
    """Inside: Python 3.13, the certificates of the authorities, the default model of action.yml, no git."""
    code = (
        "import json, shutil, ssl, sys\n"
        "from ai_coder.adapters.action_metadata import default_model\n"
        "trusted = ssl.create_default_context().cert_store_stats()['x509_ca']\n"
        "print(json.dumps([sys.version_info[:2], trusted, default_model(), shutil.which('git')]))\n"
    )
    version, trusted, model, git = json.loads(lab.inside(PYTHON, "-I", "-c", code))
    assert version == [3, 13]
    assert trusted >= MIN_AUTHORITIES, f"{trusted} authorities"
    assert model, "no default model: action.yml is not where it is looked for"
    assert git is None
    return f"model {model}, {trusted} authorities"


def is_pinned(_lab: Lab) -> str:
    """The Dockerfile names its base by a digest, and every stage stands on it."""
    stages = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert stages == [pinned_base(), "${BASE}", "${BASE}"], stages
    return pinned_base()


CHECKS = (is_pinned, is_small, holds_only_what_runs, holds_byte_code, starts_isolated, has_what_runs)
