"""The stage of faulty runs, and the theatre of stories that are cut."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest

from fakes.clock import FakeClock
from fakes.crash import Theatre
from fakes.stage import Stage
from fakes.stages import Stages


class _WithoutWaiting(Stage):
    """Its runs and its forge have one clock, on which waiting takes no time."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.clock = FakeClock(datetime.now(UTC).replace(microsecond=0))
        self.github.world.now = self.clock.now


@pytest.fixture(name="stage")
def _stage(tmp_path):
    """Makes stages."""
    with Stages(tmp_path, _WithoutWaiting) as stages:
        yield stages


@pytest.fixture(name="theatre")
def _theatre(tmp_path, request):
    """The story of the test's parameter, before its first act."""
    with closing(Theatre(tmp_path, request.param)) as theatre:
        yield theatre
