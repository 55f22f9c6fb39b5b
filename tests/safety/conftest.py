"""The stage of hostile runs; every run on it is looked at afterwards, and held against GitHub's own description."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from contract import graphql_schema, openapi
from fakes.hostile_stage import HostileStage


@pytest.fixture(name="stage")
def _stage(tmp_path):
    """Makes a stage: `stage(replies, files=..., **inputs)`."""
    made = []
    with ExitStack() as stack:

        def make(*replies, **options):
            one = stack.enter_context(HostileStage(tmp_path / f"stage-{len(made)}", replies, **options))
            made.append(one)
            return one

        yield make
        for one in made:
            one.look()
        said = [exchange for one in made for exchange in one.github.requests]
        problems = [problem for one in said for problem in (*openapi.check(one), *graphql_schema.check(one))]
        assert problems == []
