"""R50: a run that is killed at any request, and run again, leaves what an uninterrupted run leaves."""

from __future__ import annotations

import signal

import pytest

from fakes.crash import BOT, Gate, difference
from fakes.stories import STORIES

STORY = pytest.mark.parametrize(
    "theatre", STORIES, ids=[story.name.replace(" ", "_") for story in STORIES], indirect=True
)
SAMPLE = [STORIES[0], STORIES[1], STORIES[3], next(story for story in STORIES if story.name == "review threads")]


@STORY
def test_killed_anywhere_and_run_again(theatre):
    """Whatever request was the last one to arrive, the same event run again ends as if nothing had happened."""
    problems = []
    for delivery in theatre.acts():
        ran, cuts = theatre.cuts(delivery)
        assert ran.exit_status == 0, ran.log
        whole, end = theatre.picture(), theatre.keep()
        for k, cut in theatre.distinct(cuts):
            theatre.put_back(cut)
            again = theatre.perform(delivery)
            problems += [f"after {k}: {line}" for line in difference(whole, theatre.picture(), again)]
        theatre.put_back(end)
    assert problems == []


@STORY
def test_killed_anywhere_and_swept(theatre):
    """Nobody has to notice that a run was lost: the next schedule finds it and ends what it began."""
    if not theatre.story.is_swept:
        pytest.skip("a schedule looks at accepted issues only")
    problems = []
    for delivery in theatre.acts():
        _, cuts = theatre.cuts(delivery)
        whole, end = theatre.picture("eyes"), theatre.keep()
        for k, cut in theatre.distinct(cuts):
            theatre.put_back(cut)
            if theatre.is_parked and theatre.picture("eyes")["comments"] == whole["comments"]:
                continue  # the answer stands, and a schedule goes on with parked work by itself
            swept = theatre.sweep()
            problems += [f"after {k}: {line}" for line in difference(whole, theatre.picture("eyes"), swept)]
        theatre.put_back(end)
    assert problems == []


@pytest.mark.slow
@pytest.mark.parametrize("theatre", SAMPLE, ids=[story.name.replace(" ", "_") for story in SAMPLE], indirect=True)
def test_a_real_kill_leaves_just_that_world(theatre, forks):
    """SIGKILL to a process of its own at a request leaves what the copy of the world after that request holds."""
    *before, act = theatre.story.acts
    for earlier in (*theatre.story.before, *before):
        theatre.perform(earlier(theatre.stage))
    last, start = act(theatre.stage), theatre.keep()
    _, cuts = theatre.cuts(last)
    whole = theatre.picture()
    for k in range(0, len(cuts), 3):
        theatre.put_back(cuts[k])
        copied = theatre.picture()
        theatre.put_back(start)
        with Gate(theatre.stage, k) as gate:
            killed = forks.run(theatre.environ(last), gate.guard)
        assert killed.exit_status == (-signal.SIGKILL if k < len(cuts) - 1 else 0)
        assert theatre.picture() == copied, f"killed at request {k + 1}"

        again = forks.run(theatre.environ(last))

        assert difference(whole, theatre.picture(), again) == []


def test_nothing_is_swept_while_a_run_works(stage):
    """A run that has just said something is no lost one: the schedule leaves it alone."""
    scene = stage("NO CHANGE: Fine.")
    number = scene.open()
    scene.repo.add_label(number, "ai_coder", actor="mona")
    scene.repo.comment(number, author=BOT, body='<!-- ai_coder:status {"status": "working"} -->\nWorking.')

    ran = scene.run("schedule", {"schedule": "17 * * * *"})

    assert ran.outputs["status"] == "skipped"
    assert scene.model.asked == []
