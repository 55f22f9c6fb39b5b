"""Which sandbox a place has: never a weaker one than was asked for."""

from __future__ import annotations

import os

import pytest

from ai_coder.adapters.sandbox.choice import Surroundings, open_sandbox
from ai_coder.errors import SandboxError
from ai_coder.settings import VerifyPolicy
from fakes.launchers import a_step, launcher

NO_ENGINE = {"DOCKER_HOST": "unix:///no/such.sock", "PATH": os.environ["PATH"], "HOME": "/no/home"}


def opened(place=None, *, test_command="true", **policy):
    """The sandbox for a policy at a place, and what was warned of."""
    warnings = []
    fields = {"environ": NO_ENGINE, "is_runner": False} | (place or {})
    return open_sandbox(
        VerifyPolicy(test_command=test_command, **policy), Surroundings(**fields), warnings.append
    ), warnings


@pytest.mark.parametrize("image", ["", "python:3.13"])
def test_without_a_test_command_nothing_is_looked_at(image):
    """Where nothing is to be run no program is started to see whether it could be, and nobody is warned."""
    sandbox, warnings = opened(
        {"search_path": "/no/such", "is_unsafe_accepted": True}, test_command="", test_image=image
    )

    assert sandbox.objection() == "No `test_command` is set."
    assert warnings == []


@pytest.mark.parametrize("is_runner", [True, False])
def test_an_image_that_cannot_be_used_is_the_end(is_runner):
    """With `test_image` and no engine nothing takes its place, not even where it was said to be fine."""
    sandbox, warnings = opened({"is_runner": is_runner, "is_unsafe_accepted": True}, test_image="python:3.13")

    assert sandbox.name == "container python:3.13"
    assert "`test_image` cannot be used" in sandbox.objection()
    assert warnings == []


def test_a_step_of_root_gets_another_user():
    """In the action's container, commands run as another user, with sockets only where the tests may have them."""
    if os.geteuid():
        pytest.skip("only root can become another user")
    assert opened({"is_runner": True})[0].name == "another user of this container, without sockets"
    assert opened({"is_runner": True}, network=True)[0].name == "another user of this container"


def test_a_person_s_machine_has_bubblewrap():
    """Where bubblewrap holds it is used, and nothing is warned of, whatever was accepted."""
    with a_step() as step:
        if launcher("bubblewrap", step).objection():
            pytest.skip("bubblewrap does not hold here")
    sandbox, warnings = opened({"is_unsafe_accepted": True})
    assert (sandbox.name, warnings) == ("bubblewrap", [])


@pytest.mark.parametrize("is_accepted", [True, False])
def test_without_bubblewrap_nothing_runs_unasked(tmp_path, is_accepted):
    """Without bubblewrap a person has to accept what the tests can do, and is told again; a refusal says what to do."""
    sandbox, warnings = opened({"search_path": str(tmp_path), "is_unsafe_accepted": is_accepted})

    assert bool(warnings) is is_accepted
    assert bool(sandbox.objection()) is not is_accepted
    if is_accepted:
        assert "no sandbox" in sandbox.name
        assert "unconfined" in warnings[0]
    else:
        assert "the program `bwrap` is not here" in sandbox.objection()
        assert "`--unsafe-local-tests`" in sandbox.objection()
        with pytest.raises(SandboxError, match="bwrap"):
            sandbox.open({})
