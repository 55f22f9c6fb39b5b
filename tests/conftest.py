"""What every test may rely on. A fixture stays beside the tests that use it, unless several folders share it."""

from __future__ import annotations

import pytest
from hypothesis import settings

from fakes.forked import Forks

# The same examples each time: a change is judged by what it changes. No deadline: a machine may be busy.
# Look further with `pytest --hypothesis-profile=search`.
settings.register_profile("house", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=5000)
settings.load_profile("house")


@pytest.fixture(name="forks", scope="session")
def _forks():
    """Where runs are processes of their own."""
    with Forks() as forks:
        yield forks
