"""A container engine on this machine (Docker's, or podman's in Docker's words), through its socket.

Source: https://docs.docker.com/reference/api/engine/
"""

import socket
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import docker
import requests
from docker.errors import DockerException, ImageNotFound, NotFound

from ai_coder.errors import SandboxError

_SOCKETS = ("/var/run/docker.sock", "/run/podman/podman.sock")
LABEL, UNTIL = "ai_coder.box", "ai_coder.box.until"
"""On every container and volume of ours; the second holds the second after which nobody needs it any more."""
_CALL_TIMEOUT_S = 60
_LOCAL = "unix://"


def connect(environ: Mapping[str, str]) -> docker.DockerClient:
    """The engine that DOCKER_HOST names, or whose socket is there. Raises: SandboxError."""
    address = environ.get("DOCKER_HOST") or _found(environ)
    if not address:
        msg = f"no container engine is here: neither DOCKER_HOST is set, nor is there a socket {' or '.join(_SOCKETS)}"
        raise SandboxError(msg)
    with told(f"the container engine at {address!r} does not answer"):
        if address.startswith(_LOCAL):
            with socket.socket(socket.AF_UNIX) as client:  # the SDK never closes one that it could not connect
                client.connect(address.removeprefix(_LOCAL))
        return docker.DockerClient(base_url=address, version="auto", timeout=_CALL_TIMEOUT_S)


def _found(environ: Mapping[str, str]) -> str:
    own = environ.get("XDG_RUNTIME_DIR", "")
    for path in (*_SOCKETS, *([f"{own}/podman/podman.sock"] if own else [])):
        try:
            if stat.S_ISSOCK(Path(path).stat().st_mode):
                return f"{_LOCAL}{path}"
        except OSError:
            continue  # there is none, or it may not be looked at
    return ""


def have_image(client: docker.DockerClient, image: str) -> Mapping[str, str]:
    """See that the image is there, pulled if it is not; the environment it sets. Raises: SandboxError."""
    with told(f"the image {image!r} cannot be had"):
        try:
            found = client.images.get(image)
        except ImageNotFound:
            found = client.images.pull(image, tag=None if _has_version(image) else "latest")
        variables = found.attrs["Config"].get("Env") or []
        return dict(one.split("=", 1) for one in variables if "=" in one)


def _has_version(image: str) -> bool:
    """Whether the name says which one: by a tag or a digest."""
    return ":" in image.rpartition("/")[2]


def sweep(client: docker.DockerClient) -> None:
    """Remove what runs that were killed have left. Raises: SandboxError."""
    with told("what an earlier run left cannot be removed"):
        for container in client.containers.list(all=True, filters={"label": LABEL}, ignore_removed=True):
            if _is_over(container.labels):
                discard(container, v=True)
        for volume in client.volumes.list(filters={"label": LABEL}):
            if _is_over(volume.attrs.get("Labels") or {}):
                discard(volume)


def labels(seconds: float) -> dict[str, str]:
    """For what is needed for so long at most."""
    return {LABEL: "1", UNTIL: str(int(time.time() + seconds))}


def discard(thing: Any, **how: bool) -> None:  # noqa: ANN401 - the SDK has no types
    """Remove a container with what runs in it, or a volume; one that is gone is fine. Raises: SandboxError."""
    with told("a box cannot be removed"), suppress(NotFound):
        thing.remove(force=True, **how)


def kill(container: Any) -> None:  # noqa: ANN401 - the SDK has no types
    """Kill everything in a container. Raises: SandboxError."""
    with told("a container cannot be killed"):
        container.kill()


def _is_over(labels: Mapping[str, str]) -> bool:
    until = labels.get(UNTIL, "")
    return until.isdecimal() and int(until) < time.time()


@contextmanager
def told(what: str) -> Iterator[None]:
    """Everything the SDK raises, as a SandboxError that begins with `what`."""
    try:
        yield
    except (DockerException, requests.RequestException, OSError) as error:
        reason = getattr(error, "explanation", None) or error
        msg = f"{what}: {reason}"
        raise SandboxError(msg) from error
