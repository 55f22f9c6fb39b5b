"""R15: an answer of status 200 whose JSON has another shape is a failure of the forge, told in one sentence."""

from __future__ import annotations

import itertools
import re

import pytest

from ai_coder.loopback import Answer
from builders import a_block
from fakes.pull_requests import submit
from fakes.stage import REPOSITORY

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
MOIN = a_block("hello.py", "print('salut')\n", "print('moin')\n")
LOUD = "Thread T1: fixed: Loud now.\n\n" + a_block("hello.py", "print('salut')\n", "print('SALUT')\n")
FINDING = "Fine.\nFINDING hello.py:1\nLine.\n"
BOT = "github-actions[bot]"
ODD = [Answer(200, body) for body in (b"{}", b"null", b'"fine"', b"[5]")]
"""What is answered in turn: a request is tried again as often, or found anew."""


def answer_oddly(scene, method, path, words=""):
    """From now on requests of that kind have no effect, and answers of another shape; `words` are GraphQL's."""
    odd = itertools.cycle(ODD)

    def intercept(request):
        query = request.body["query"] if request.path == "/graphql" else ""
        asked = request.path.removeprefix(f"/repos/{REPOSITORY}")
        fits = request.method == method and re.fullmatch(path, asked) and words in query
        return next(odd) if fits else None

    scene.github.interceptors.append(intercept)


def said(scene):
    """All that stands in our comments."""
    every = (one for number in scene.repo.state.issues for one in scene.repo.comments(number))
    return [one.body for one in every if one.author.login == BOT]


def reactions(scene):
    """All that stand on the issue and on reviews."""
    reviews = (one for pull in scene.repo.pull_requests for one in pull.reviews)
    return {one.content for thing in (scene.repo.state.issues[1], *reviews) for one in thing.reactions}


def assert_told(scene, ran, path, answers):
    """The run failed as the forge does, without a traceback; `answers` is where that is told beside the log."""
    assert (ran.exit_status, ran.outputs["status"]) == (3, "failed"), ran.log
    assert "Traceback" not in ran.log
    assert re.search(f"GitHub answered [A-Z]+ {path} with JSON of another shape: .+ instead of ", ran.log), ran.log
    assert "GITHUB_API_URL" in ran.log
    told = [one for one in said(scene) if "with JSON of another shape" in one]
    assert len(told) == (answers == "comment")
    assert answers != "reaction" or "confused" in reactions(scene)


def names(rows):
    """Ids for rows of a table: the request."""
    return [" ".join(filter(None, row[:3])) for row in rows]


FIRST = [
    ("GET", "/collaborators/mona/permission", "", "comment"),
    ("POST", "/issues/1/reactions", "", "summary"),
    ("GET", "/pulls", "", "reaction"),
    ("GET", "/issues/1/comments", "", "reaction"),
    ("POST", "/issues/1/comments", "", "reaction"),
    ("GET", "/issues/comments", "", "comment"),
    ("GET", "/issues/events", "", "comment"),
    ("GET", "/git/ref/heads/ai_coder/issue-1", "", "comment"),
    ("GET", "/git/ref/heads/main", "", "comment"),
    ("GET", r"/git/trees/\w+", "", "comment"),
    ("GET", r"/git/blobs/\w+", "", "comment"),
    ("GET", r"/git/commits/\w+", "", "comment"),
    ("POST", "/git/blobs", "", "comment"),
    ("POST", "/git/trees", "", "comment"),
    ("POST", "/git/commits", "", "comment"),
    ("POST", "/git/refs", "", "comment"),
    ("GET", r"/commits/\w+", "", "comment"),
]


@pytest.mark.parametrize(("method", "path", "words", "answers"), FIRST, ids=names(FIRST))
def test_a_first_run(stage, method, path, words, answers):
    """Whatever the run asks for, it ends in one sentence, and in one answer that people see."""
    scene = stage(SALUT)
    number = scene.open()
    answer_oddly(scene, method, path, words)

    assert_told(scene, scene.label(number), path, answers)


REVIEWED = [
    ("GET", "/collaborators/mona/permission", "", "comment"),
    ("GET", "/pulls/2", "", "comment"),
    ("GET", "/issues/1", "", "comment"),
    ("POST", "/graphql", "addReaction", "summary"),
    ("POST", "/graphql", "viewer {", "summary"),
    ("GET", "/issues/1/comments", "", "reaction"),
    ("POST", "/graphql", "reviews(", "reaction"),
    ("POST", "/graphql", "reviewThreads(", "reaction"),
    ("GET", "/pulls/2/files", "", "reaction"),
    ("GET", r"/compare/\w+\.\.\.\w+", "", "comment"),
    ("PATCH", "/git/refs/heads/ai_coder/issue-1", "", "comment"),
]


@pytest.mark.parametrize(("method", "path", "words", "answers"), REVIEWED, ids=names(REVIEWED))
def test_a_run_for_review_threads(stage, method, path, words, answers):
    """The same holds on a pull request, of REST's answers and of GraphQL's."""
    scene = stage(SALUT, LOUD)
    scene.label(scene.open())
    answer_oddly(scene, method, path, words)

    assert_told(scene, submit(scene, 2, ("hello.py:1", "Louder."), body="Shout."), path, answers)


COMMANDS = [
    ("POST", "/pulls/2/reviews", "/ai_coder review", FINDING),
    ("GET", r"/commits/\w+/check-runs", "/ai_coder fix ci", MOIN),
    ("GET", r"/check-runs/\d+/annotations", "/ai_coder fix ci", MOIN),
]


@pytest.mark.parametrize(("method", "path", "command", "reply"), COMMANDS, ids=[row[1] for row in COMMANDS])
def test_a_command_on_a_pull_request(stage, method, path, command, reply):
    """So it does for what a command alone asks for."""
    scene = stage(SALUT, reply)
    scene.label(scene.open())
    scene.repo.add_check("ai_coder/issue-1", "test", annotations=[("hello.py", 1, "Wrong")])
    answer_oddly(scene, method, path)

    assert_told(scene, scene.comment(2, command), path, "comment")


GOES_ON = [
    ("POST", "/merges", "", ""),
    ("GET", "/rules/branches/ai_coder/issue-1", "", "the rules of the repository could not be read"),
    ("PATCH", r"/issues/comments/\d+", "", "The status comment could not be written"),
    ("POST", "/pulls", "", "the pull request does not"),
]


@pytest.mark.parametrize(("method", "path", "words", "note"), GOES_ON, ids=names(GOES_ON))
def test_a_first_run_goes_on(stage, method, path, words, note):
    """Where the work can be done without the answer it is done, and a note tells of it."""
    scene = stage(SALUT)
    number = scene.open()
    answer_oddly(scene, method, path, words)

    assert_goes_on(scene.label(number), note)


REVIEWED_ON = [
    ("POST", "/graphql", "timelineItems", ""),
    ("PATCH", "/pulls/2", "", "text could not be brought up to date"),
    ("POST", r"/pulls/2/comments/\d+/replies", "", "could not be answered"),
    ("POST", "/graphql", "resolveReviewThread", "could not be resolved"),
]


@pytest.mark.parametrize(("method", "path", "words", "note"), REVIEWED_ON, ids=names(REVIEWED_ON))
def test_a_run_for_review_threads_goes_on(stage, method, path, words, note):
    """So it is on a pull request."""
    scene = stage(SALUT, LOUD)
    scene.label(scene.open())
    answer_oddly(scene, method, path, words)

    assert_goes_on(submit(scene, 2, ("hello.py:1", "Louder.")), note)


def assert_goes_on(ran, note):
    """The work is done, and the summary holds the note."""
    assert (ran.exit_status, ran.outputs["status"]) == (0, "changed"), ran.log
    assert "Traceback" not in ran.log
    assert note in ran.log + ran.summary
