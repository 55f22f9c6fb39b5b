"""A01 to A16: who may start it. Each through the real entry point, against the embedded GitHub."""

from datetime import timedelta

import pytest

from ai_coder.domain.task import Candidate, Labelled, Person, Role, Skip
from ai_coder.loopback import Answer
from ai_coder.resolve.commands import is_near_miss, parse_command
from ai_coder.resolve.limits import HOUR, limit_until
from ai_coder.resolve.trigger import authorize, decide
from ai_coder.settings import TriggerPolicy
from builders import MONA, NOON, an_event
from fakes.hostile_stage import HostileStage
from fakes.stage import LINK, REPOSITORY
from hypothesis import given
from hypothesis import strategies as st

FINE = "NO CHANGE: Fine."
SPOOF = f"https://github.com/{REPOSITORY}"


def quiet(scene, ran, *, reactions=0, comments=0):
    """The run was skipped: no model was asked, and only so much was written."""
    assert (ran.exit_status, ran.outputs["status"]) == (0, "skipped"), ran.log
    assert scene.model.requests == []
    kinds = [("reactions" if one.path.endswith("/reactions") else "comments") for one in scene.writes]
    assert (kinds.count("reactions"), kinds.count("comments")) == (reactions, comments)


def later(scene, **delta):
    """Let GitHub's clock go on."""
    now = scene.github.world.now
    scene.github.world.now = lambda: now() + timedelta(**delta)


def test_a01_a_strangers_command(stage):
    """A stranger's command costs one reaction, and nothing else."""
    scene = stage()
    number = scene.open(by="mona")
    quiet(scene, scene.comment(number, "/ai_coder fix", by="stan"), reactions=1)


@pytest.mark.parametrize("association", ["OWNER", "MEMBER", "COLLABORATOR", "CONTRIBUTOR", "NONE"])
@pytest.mark.parametrize("permission", ["none", "read", "triage", "write", "maintain", "admin"])
def test_a02_a03_the_permission_decides(stage_of_roles, association, permission):
    """Allowed is exactly who may write by the permission API; what the payload says of the author decides nothing."""
    scene, number = stage_of_roles
    login = f"person-{permission}"
    comment = scene.repo.comment(number, author=login, body="/ai_coder help")
    payload = scene.repo.payload("issue_comment", "created", sender=login, issue=number, comment=comment.id)
    payload["comment"]["author_association"] = payload["issue"]["author_association"] = association

    ran = scene.run("issue_comment", payload)

    allowed = permission in {"write", "maintain", "admin"}
    assert ran.outputs["status"] == ("no_change" if allowed else "skipped"), ran.log


@pytest.fixture(name="stage_of_roles", scope="module")
def _stage_of_roles(tmp_path_factory):
    """One stage for the whole matrix: somebody with each role."""
    with HostileStage(tmp_path_factory.mktemp("roles")) as scene:
        number = scene.open()
        for permission in ("none", "read", "triage", "write", "maintain", "admin"):
            scene.repo.add_person(f"person-{permission}", permission)
        yield scene, number
        scene.look()
