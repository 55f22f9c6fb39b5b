"""The stage of whole runs; whatever was said to the embedded GitHub is held against GitHub's own description."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from contract import graphql_schema, openapi
from fakes.stage import Stage

MAX_REQUESTS = 40
"""Most requests of one run in any story here; a plain run takes fewer than 30."""


@pytest.fixture(name="stage")
def _stage(tmp_path):
    """Makes a stage: `stage(replies, files=..., **inputs)`."""
    made = []
    with ExitStack() as stack:

        def make(*replies, **options):
            one = stack.enter_context(Stage(tmp_path / f"stage-{len(made)}", replies, **options))
            made.append(one)
            return one

        yield make
        said = [exchange for one in made for exchange in one.github.requests]
        problems = [problem for one in said for problem in (*openapi.check(one), *graphql_schema.check(one))]
        assert problems == []
