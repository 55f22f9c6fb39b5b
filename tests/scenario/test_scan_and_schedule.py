"""What a schedule finds: requests on the pull request, parked work, and more issues than a matrix holds."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout

import pytest

from ai_coder.entry import main
from ai_coder.loopback import Answer
from ai_coder.loopback.model import Call, Say
from builders import a_block
from fakes.pull_requests import BOT, on_lines, talk

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
LOUDER = a_block("hello.py", "print('salut')\n", "print('SALUT')\n")
LOOK = Say("", calls=[Call("list_files")])
SEARCH = Say("", calls=[Call("search", {"pattern": "hello"})])
PULL = 2
JOBS_OF_A_MATRIX = 256


@pytest.fixture(name="scene")
def _scene(stage):
    """Makes a stage on which pull request 2 solves issue 1, and nothing waits."""

    def make(*replies, **inputs):
        scene = stage(SALUT, *replies, **inputs)
        assert scene.label(scene.open()).outputs["status"] == "changed"
        return scene

    return make


@pytest.fixture(name="parked")
def _parked(stage):
    """A stage on which issue 1 is parked at the limit of two steps, and every later run is as well."""
    scene = stage(*[SEARCH, LOOK] * 8, mode="agent", max_steps="2")
    assert scene.label(scene.open()).outputs["status"] == "parked"
    return scene


def scan(scene):
    """Numbers of the issues that `ai_coder scan --json` lists, and what it says beside them."""
    environ = {"GITHUB_TOKEN": scene.github.token_for("mona"), "GITHUB_API_URL": scene.github.url}
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        assert main(["scan", "--repo", scene.repo.full_name, "--json"], environ) == 0
    return [row["issue"] for row in json.loads(out.getvalue())["include"]], err.getvalue()


def schedule(scene, **inputs):
    """The status of a scheduled run."""
    return scene.run("schedule", scene.repo.payload("schedule", sender="mona"), **inputs).outputs["status"]


def thread(scene, by="mona", body="Shout."):
    """A comment on a line; no run starts."""
    return scene.repo.review_comment(PULL, author=by, body=body, path="hello.py", line=1)


def test_nothing_waits(scene):
    """Once all is answered the scan lists nothing and the schedule does nothing; a pull request costs few requests."""
    scene = scene()
    before = len(scene.github.requests)

    assert scan(scene)[0] == []
    assert len(scene.github.requests) - before <= 8
    assert schedule(scene) == "skipped"
    assert len(scene.model.asked) == 1


def test_without_a_pull_request_nobody_asks_for_its_parts(stage):
    """An issue whose answer made no pull request costs one look for one."""
    scene = stage("NO CHANGE: Fine.")
    scene.label(scene.open())
    before = len(scene.github.requests)

    assert scan(scene)[0] == []
    asked = [said.path for said in scene.github.requests[before:]]
    assert [path for path in asked if "/pulls" in path or "graphql" in path] == [
        path for path in asked if path.split("?")[0].endswith("/pulls")
    ]


def test_a_thread_waits(scene):
    """A comment on a line that started no run is found, answered in its thread, and found no more."""
    scene = scene(f"Title: Shout\n\nThread T1: fixed: Loud now.\n\n{LOUDER}")
    thread(scene)

    assert scan(scene)[0] == [1]
    assert schedule(scene) == "changed"
    [[_, (who, said)]] = talk(scene, PULL)
    assert who == BOT
    assert said.startswith("Fixed in ")
    assert scan(scene)[0] == []


def test_a_review_waits(scene):
    """The text of a review is found, answered by a reaction, and found no more; an approval asks for nothing."""
    scene = scene(LOUDER)
    scene.repo.review(PULL, author="mona", body="Fine work.", state="APPROVED")
    assert scan(scene)[0] == []
    scene.repo.review(PULL, author="mona", body="Shout, please.", state="CHANGES_REQUESTED")

    assert scan(scene)[0] == [1]
    assert schedule(scene) == "changed"
    assert "Shout, please." in scene.prompts[-1]
    assert scan(scene)[0] == []


def test_a_comment_in_the_conversation_waits(scene):
    """So is a comment in the pull request's conversation; where commands alone count, it is not."""
    scene = scene(LOUDER)
    scene.repo.comment(PULL, author="mona", body="Shout, please.")

    assert schedule(scene, comment_trigger="command") == "skipped"
    assert scan(scene)[0] == [1]
    assert schedule(scene) == "changed"
    assert scan(scene)[0] == []


def test_a_review_that_was_ordered_is_only_a_review(scene):
    """`/ai_coder review` that nobody answered is carried out as a review, once."""
    scene = scene("Looks fine.\n\nNO FINDINGS")
    scene.repo.comment(PULL, author="mona", body="/ai_coder review")
    head = scene.repo.head("ai_coder/issue-1")

    assert schedule(scene) == "reviewed"
    assert scene.repo.head("ai_coder/issue-1") == head
    assert scan(scene)[0] == []


@pytest.mark.parametrize("who", ["stan", "reed"])
def test_a_strangers_words_wait_for_nothing(scene, who):
    """Comment, review and thread of people who may not write are no requests."""
    scene = scene()
    scene.repo.comment(PULL, author=who, body="/ai_coder Shout.")
    scene.repo.review(PULL, author=who, body="Shout.", lines=on_lines(("hello.py:1", "Louder.")))

    assert scan(scene)[0] == []
    assert schedule(scene) == "skipped"
    assert len(scene.model.asked) == 1


@pytest.mark.parametrize("end", ["closed", "resolved"])
def test_what_is_over_waits_for_nothing(scene, end):
    """Threads of a closed pull request, and resolved ones, are no requests."""
    scene = scene()
    said = thread(scene)
    assert scan(scene)[0] == [1]
    if end == "closed":
        scene.repo.set_state(PULL, "closed", actor="mona")
    else:
        scene.repo.resolve(said.id, actor="mona")

    assert scan(scene)[0] == []


def test_a_thread_is_not_worked_on_for_ever(scene):
    """A thread that a run looked at and failed is left to people: the schedule does not pay for it again and again."""
    scene = scene()
    scene.model.interceptors.append(lambda _: Answer(401, {"error": {"message": "no"}}))
    thread(scene)

    assert schedule(scene) == "failed"
    assert scan(scene)[0] == []
    thread(scene, body="And this.")
    assert scan(scene)[0] == [1]


def test_parked_work_goes_on_three_times(parked):
    """A run that was parked at a limit is gone on with by three scheduled runs; then a person has to say something."""
    assert [schedule(parked) for _ in range(4)] == ["parked", "parked", "parked", "skipped"]
    assert scan(parked)[0] == []

    assert parked.comment(1, "/ai_coder say it loud").outputs["status"] == "parked"
    assert scan(parked)[0] == [1]
    assert schedule(parked) == "parked"
    assert "request, written by mona>\n/ai_coder say it loud" in parked.prompts[-1]


def test_stop_ends_parked_work(parked):
    """After `stop` no schedule goes on with it."""
    assert schedule(parked) == "parked"
    parked.comment(1, "/ai_coder stop")

    assert scan(parked)[0] == []
    assert schedule(parked) == "skipped"


def test_stop_forgets_the_pull_request_too(scene):
    """`stop` answers threads, reviews and comments of the pull request, without a model; nothing resumes them."""
    scene = scene()
    thread(scene)
    scene.repo.review(PULL, author="mona", body="Shout, please.")
    waiting = scene.repo.comment(PULL, author="mona", body="And louder.")
    assert scan(scene)[0] == [1]

    ran = scene.comment(1, "/ai_coder stop")

    assert ran.outputs["status"] == "no_change"
    [[_, (who, said)]] = talk(scene, PULL)
    assert who == BOT
    assert "Stopped, as asked." in said
    assert (BOT, "+1") in scene.repo.reactions(PULL, waiting.id)
    assert scan(scene)[0] == []
    assert len(scene.model.asked) == 1


def test_five_hundred_issues_fan_out(stage):
    """A matrix gets as many issues as it may hold, the oldest first, and the log says that more wait."""
    scene = stage()
    numbers = [scene.open(title=f"[ai_coder] Greet {n}") for n in range(500)]

    listed, log = scan(scene)

    assert listed == numbers[:JOBS_OF_A_MATRIX]
    assert "more than 256 issues wait" in log
