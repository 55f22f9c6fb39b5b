"""What every test may rely on. A fixture stays beside the tests that use it, unless several folders share it."""

from __future__ import annotations

import gc
import sys

import pytest
from hypothesis import settings

from fakes.forked import Forks

# The same examples each time: a change is judged by what it changes. No deadline: a machine may be busy.
# Look further with `pytest --hypothesis-profile=search`.
settings.register_profile("house", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=5000)
settings.load_profile("house")

# Also where PYTHONDONTWRITEBYTECODE is set: three workers and a hundred processes would compile the same again.
sys.dont_write_bytecode = False


def pytest_collection_finish():
    """No collection of garbage goes through four thousand tests and all that they import."""
    gc.freeze()


@pytest.fixture(name="forks", scope="session")
def _forks():
    """Where runs are processes of their own."""
    with Forks() as forks:
        yield forks
