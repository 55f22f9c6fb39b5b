"""The stage of hostile runs; every run on it is looked at afterwards, and held against GitHub's own description."""

from __future__ import annotations

import pytest

from fakes.hostile_stage import HostileStage
from fakes.stages import Stages


@pytest.fixture(name="stage")
def _stage(tmp_path):
    """Makes stages."""
    with Stages(tmp_path, HostileStage) as stages:
        yield stages
        for one in stages.made:
            one.look()
        assert stages.problems() == []
