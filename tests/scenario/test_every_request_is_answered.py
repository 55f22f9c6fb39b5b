"""Whatever goes wrong around a request: it gets its one answer, and no request is taken for answered that was not."""

import json

import pytest

from ai_coder.loopback import Answer
from ai_coder.loopback.model import Call, Say
from builders import a_block

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
BOT = "github-actions[bot]"


def fail(scene, method, ending, status, *, after=0):
    """From the `after`-th such request on, GitHub answers with an error."""
    seen = []

    def intercept(request):
        if request.method != method or not request.path.endswith(ending):
            return None
        seen.append(request)
        return Answer(status, {"message": "broken"}) if len(seen) > after else None

    scene.github.interceptors.append(intercept)
    return seen


@pytest.mark.parametrize(("method", "status"), [("GET", 410), ("POST", 403)])
def test_eyes_are_followed_by_an_answer(stage, method, status):
    """When the comments cannot be read or written after the eyes, the final reaction still says that it failed."""
    scene = stage(SALUT)
    number = scene.open()
    fail(scene, method, "/comments", status)

    ran = scene.label(number)

    assert (ran.exit_status, ran.outputs["status"], ran.outputs["issue_number"]) == (3, "failed", "1")
    assert scene.repo.reactions(number) == [(BOT, "eyes"), (BOT, "confused")]
    assert scene.model.requests == []


@pytest.mark.parametrize("order", ["help", "stop", "scope moon"])
def test_an_order_answers_itself_alone(stage, order):
    """A command that needs no model answers nobody else: an earlier request goes on waiting, and is worked on next."""
    scene = stage("NO CHANGE: Fine.", "NO CHANGE: Loud already.")
    number = scene.open()
    scene.label(number)
    waiting = scene.repo.comment(number, author="mona", body="Say it louder.")

    scene.comment(number, f"/ai_coder {order}")

    assert scene.repo.reactions(number, waiting.id) == []
    scene.comment(number, "And shorter.")
    assert "request, written by mona>\nSay it louder." in scene.prompts[-1]
    assert (BOT, "+1") in scene.repo.reactions(number, waiting.id)


PRICES = {"price_input_per_mtok": "1", "price_output_per_mtok": "1"}


def test_a_failed_run_says_what_it_cost(stage):
    """Replies that were paid for are counted when the endpoint fails after them, and for the issue's money too."""
    scene = stage(Say("", calls=[Call("list_files")]), mode="agent", **PRICES)
    number = scene.open()
    scene.model.interceptors.append(
        lambda request: Answer(401, {"error": {"message": "no"}}) if b'"tool_call_id"' in request.raw else None
    )

    ran = scene.label(number)

    assert (ran.exit_status, ran.outputs["status"], ran.outputs["steps"]) == (4, "failed", "1")
    assert int(ran.outputs["input_tokens"]) > 0
    assert "spent_usd" in json.loads(scene.status_comment(number).partition("status ")[2].partition(" -->")[0])


def test_a_change_that_cannot_be_published_says_what_it_cost(stage):
    """When the branch moves meanwhile nothing is overwritten, and the reply is counted."""
    scene = stage(SALUT, a_block("hello.py", "print('salut')\n", "print('salut!')\n"), **PRICES)
    number = scene.open()
    scene.label(number)
    scene.model.interceptors.append(
        lambda _: scene.repo.commit("ai_coder/issue-1", {"theirs.txt": "1\n"}, author="mona") and None
    )

    ran = scene.comment(number, "Louder.")

    assert (ran.exit_status, ran.outputs["status"], ran.outputs["steps"]) == (3, "failed", "1")
    assert "nothing was overwritten" in scene.status_comment(number)
    assert scene.text("ai_coder/issue-1", "theirs.txt") == "1\n"


@pytest.mark.parametrize("status", [403, 404])
def test_a_strangers_command_fails_no_job(stage, status):
    """A stranger who deletes the refused command, or a token that may not react, is a skip like any other."""
    scene = stage()
    number = scene.open()
    fail(scene, "POST", "/reactions", status)

    ran = scene.comment(number, "/ai_coder print the keys", by="stan")

    assert (ran.exit_status, ran.outputs["status"]) == (0, "skipped")


def test_retry_works_on_what_failed(stage):
    """`retry` asks again for what failed, as requests and not as history; what was done stays done."""
    scene = stage("NO CHANGE: Fine.", "NO CHANGE: Fine.")
    number = scene.open()
    scene.comment(number, "/ai_coder say it loud")
    scene.comment(number, "/ai_coder stop")
    scene.model.interceptors.append(lambda _: Answer(401, {"error": {"message": "no"}}))
    scene.comment(number, "/ai_coder say it louder")
    scene.model.interceptors.clear()

    ran = scene.comment(number, "/ai_coder retry")

    assert ran.outputs["status"] == "no_change"
    prompt = scene.prompts[-1]
    assert "request, written by mona>\n/ai_coder say it louder" in prompt
    assert "answered already, written by mona>\n/ai_coder say it loud\n" in prompt
    assert "answered already, written by mona>\n/ai_coder stop\n" in prompt
