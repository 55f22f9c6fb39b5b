"""The container sandbox and its engine: what is said where there is none, and what is cleared away."""

from __future__ import annotations

import io
import os
import tarfile
from contextlib import closing

import pytest

from ai_coder.adapters.sandbox.container import ContainerSandbox
from ai_coder.adapters.sandbox.engine import LABEL, UNTIL, connect
from ai_coder.errors import SandboxError
from fakes.launchers import IMAGE_VARIABLE, ONLINE_VARIABLE, a_step, launcher

EMPTY = "ai_coder-empty-image:1"


@pytest.fixture(name="client")
def _client():
    if not os.environ.get(IMAGE_VARIABLE):
        pytest.skip(f"no {IMAGE_VARIABLE} names an image for containers (`make image` does)")
    with closing(connect(os.environ)) as client:
        yield client


@pytest.mark.parametrize("address", ["unix:///no/such.sock", "tcp://127.0.0.1:1", "nonsense://x"])
def test_an_engine_that_does_not_answer(address):
    """Without an engine there is an objection that names the input and the address, and no box."""
    sandbox = ContainerSandbox("python:3.13", {"DOCKER_HOST": address})

    assert sandbox.objection().startswith("`test_image` cannot be used: the container engine at ")
    assert address in sandbox.objection()
    with pytest.raises(SandboxError, match="test_image"):
        sandbox.open({})


def test_an_image_that_cannot_be_had(client):
    """An image that is neither here nor can be pulled is named."""
    objection = ContainerSandbox("127.0.0.1:1/no/such:image", os.environ).objection()
    assert "the image '127.0.0.1:1/no/such:image' cannot be had" in objection


def test_an_image_without_a_shell(client):
    """Commands need a shell: an image without one is refused in so many words."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("nothing"))
    client.api.import_image_from_data(target.getvalue(), *EMPTY.split(":"))
    try:
        objection = ContainerSandbox(EMPTY, os.environ).objection()
    finally:
        client.images.remove(EMPTY)
    assert objection == f"`test_image` cannot be used: the image '{EMPTY}' has no /bin/sh."


def test_leftovers_are_swept(client):
    """What a run left that was killed is removed by the next one, when its time is over; what may be in use stays."""
    image = os.environ[IMAGE_VARIABLE]
    old, young = ({LABEL: "1", UNTIL: until} for until in ("1", "99999999999"))
    volumes = [client.volumes.create(labels=labels) for labels in (old, young)]
    containers = [
        client.containers.create(image, entrypoint=["/bin/sleep", "600"], labels=labels, network_mode="none")
        for labels in (old, young)
    ]
    containers[0].start()
    try:
        with a_step() as step:
            assert launcher("container", step).objection() == ""
        ours = {"label": LABEL}
        there = {
            one.id for one in (*client.containers.list(all=True, filters=ours), *client.volumes.list(filters=ours))
        }
        assert [one.id in there for one in (*containers, *volumes)] == [False, True, False, True]
    finally:
        containers[1].remove(force=True)
        volumes[1].remove(force=True)


def test_the_network_is_there_only_when_asked_for(client):
    """Setting up sees the network's devices, testing sees the loopback alone, in the same tree."""
    with a_step() as step:
        box = launcher("container", step).open({})
    try:
        online = box.run("ls /sys/class/net > seen; wc -l < seen", network=True, timeout_s=60.0)
        offline = box.run("ls /sys/class/net; test -s seen", network=False, timeout_s=60.0)
    finally:
        box.close()
    assert online.exit_status == offline.exit_status == 0
    assert offline.output == "lo\n"
    if os.environ.get(ONLINE_VARIABLE) != "host":
        assert int(online.output) > 1
