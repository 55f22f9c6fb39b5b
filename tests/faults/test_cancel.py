"""R48: SIGINT or SIGTERM at any request of a run: it is told at once, and a run started again does the work."""

from __future__ import annotations

import signal

import pytest

from ai_coder.domain.report import STATUS_MARKER
from ai_coder.domain.status_mark import StatusMark
from fakes.crash import BOT, Gate, difference
from fakes.stories import STORIES

MOST_LATER = 6
"""The request under way, the status comment (looked for where its answer was lost, and for a twin), the reaction."""


@pytest.mark.slow
@pytest.mark.parametrize("theatre", [STORIES[0]], ids=["first_run"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_cancelled_anywhere(theatre, forks, number):
    """A few requests after the signal it is told and over, with exit status 1; what was done by then is not undone."""
    [act] = theatre.story.acts
    delivery, start = act(theatre.stage), theatre.keep()
    _, cuts = theatre.cuts(delivery)
    whole, problems, told = theatre.picture("confused"), [], []
    for k in range(number is signal.SIGTERM, len(cuts) - 1, 2):
        theatre.put_back(start)
        with Gate(theatre.stage, k, number) as gate:
            cancelled = forks.run(theatre.environ(delivery), gate.guard)
        ends = [StatusMark.parse(c.body).status for c in theatre.stage.repo.comments(1) if c.author.login == BOT]
        told += ends
        assert all(one.body.startswith(STATUS_MARKER) for one in theatre.stage.repo.comments(1))
        if cancelled.exit_status not in {0, 1} or gate.later > MOST_LATER or len(ends) > 1 or "working" in ends:
            problems.append((k, cancelled.exit_status, gate.later, ends, cancelled.log[-600:]))
        elif cancelled.exit_status == 0 and ends != ["changed"]:
            problems.append((k, "was not cancelled", ends))

        again = forks.run(theatre.environ(delivery))

        problems += [(k, line) for line in difference(whole, theatre.picture("confused"), again)]
    assert problems == []
    assert told.count("cancelled") > len(cuts) // 5
