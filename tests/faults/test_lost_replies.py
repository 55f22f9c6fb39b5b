"""R14: GitHub's answer to a reply, a review or a mutation is lost; what took effect is found and not done again."""

from __future__ import annotations

import pytest

from builders import a_block
from fakes.faults import BAD_GATEWAY, EMPTY, HANG_UP, Fault, inject
from fakes.pull_requests import resolved, submit, talk

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
LOUD = "Thread T1: fixed: Loud now.\n\n" + a_block("hello.py", "print('salut')\n", "print('SALUT')\n")
LOST = {"answered 502": BAD_GATEWAY, "nothing": HANG_UP, "empty": EMPTY}
BOTH = pytest.mark.parametrize("has_effect", [True, False], ids=["took effect", "failed"])


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
@BOTH
def test_a_reply_whose_answer_is_lost(stage, answer, has_effect):
    """A thread gets one reply, whether or not the first try took effect; it is resolved as ever."""
    scene = stage(SALUT, LOUD)
    scene.label(scene.open())
    inject(scene, Fault("POST", r"/pulls/2/comments/\d+/replies", answer, has_effect=has_effect))

    ran = submit(scene, 2, ("hello.py:1", "Louder."))

    [[_, (_, said)]] = talk(scene, 2)
    assert said.endswith("> Loud now.")
    assert resolved(scene, 2) == [True]
    assert "could not be answered" not in ran.log


@BOTH
def test_a_review_whose_answer_is_lost(stage, has_effect):
    """A review of ours is posted once, and linked, beside an older one that says the same of the same commit."""
    two = a_block("hello.py", "print('hello')\n", "print('salut')\nprint('toi')\n")
    scene = stage(two, *(f"Fine.\nFINDING hello.py:{line}\nLine {line}.\n" for line in (1, 2)))
    scene.label(scene.open())
    scene.comment(2, "/ai_coder review")
    inject(scene, Fault("POST", "/pulls/2/reviews", BAD_GATEWAY, has_effect=has_effect))

    scene.comment(2, "/ai_coder review")

    [first, second] = scene.repo.pull_requests[0].reviews
    assert first.body == second.body
    assert [thread[0][1].rpartition("\n")[2] for thread in talk(scene, 2)] == ["Line 1.", "Line 2."]
    assert f"#pullrequestreview-{second.id}" in scene.status_comment(1)


@BOTH
@pytest.mark.parametrize("which", [0, 1, 2], ids=["eyes", "resolved", "rocket"])
def test_a_mutation_whose_answer_is_lost(stage, has_effect, which):
    """A reaction to a review and the resolving of a thread do twice what they do once, so they are tried again."""
    scene = stage(SALUT, LOUD)
    scene.label(scene.open())
    mutations = []

    def lose(request):
        if not (request.path == "/graphql" and request.body["query"].startswith("mutation")):
            return None
        mutations.append(request)
        if len(mutations) != which + 1:
            return None
        if has_effect:
            scene.github.perform(request)
        return BAD_GATEWAY

    scene.github.interceptors.append(lose)

    submit(scene, 2, ("hello.py:1", "Louder."))

    review, *_ = scene.repo.pull_requests[0].reviews
    assert len(mutations) == 4
    assert [one.content for one in review.reactions] == ["eyes", "rocket"]
    assert resolved(scene, 2) == [True]
