"""The stage of faulty runs, and the theatre of stories that are cut."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import UTC, datetime
from itertools import count

import pytest

from fakes.clock import FakeClock
from fakes.crash import Theatre
from fakes.stage import Stage


@pytest.fixture(name="stage")
def _stage(tmp_path):
    """Makes a stage whose runs and whose forge have one clock, on which waiting takes no time."""
    numbers = count(1)
    with ExitStack() as stack:

        def make(*replies, **options):
            one = stack.enter_context(Stage(tmp_path / f"stage-{next(numbers)}", replies, **options))
            one.clock = FakeClock(datetime.now(UTC).replace(microsecond=0))
            one.github.world.now = one.clock.now
            return one

        yield make


@pytest.fixture(name="theatre")
def _theatre(tmp_path, request):
    """The story of the test's parameter, before its first act."""
    with closing(Theatre(tmp_path, request.param)) as theatre:
        yield theatre
