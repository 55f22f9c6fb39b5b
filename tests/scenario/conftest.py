"""The stage of whole runs; whatever was said to the embedded GitHub is held against GitHub's own description."""

from __future__ import annotations

import pytest

from fakes.stage import Stage
from fakes.stages import Stages


@pytest.fixture(name="stage")
def _stage(tmp_path):
    """Makes stages."""
    with Stages(tmp_path, Stage) as stages:
        yield stages
        assert stages.problems() == []
