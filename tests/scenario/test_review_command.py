"""`/ai_coder review`: one review with comments on the lines that the diff changes, and nothing said twice."""

import pytest

from ai_coder.loopback.model import Call, Say
from fakes.pull_requests import BOT, remark

LINES = "".join(f"line {n}\n" for n in range(1, 41))
CHANGED = LINES.replace("line 10\n", "line ten\n").replace("line 30\n", "line thirty\nline thirty and a half\n")
REVIEW = """\
Looks right; ask @everyone. Closes #1.
FINDING a.txt:10
This is spelled small.
```suggestion
Line ten
```
FINDING a.txt:30-31
Two lines where one was.
FINDING a.txt:20
The diff does not show this line.
FINDING other.txt:1
There is no such file.
FINDING a.txt:8
The diff shows this line, and does not change it.
"""


@pytest.fixture(name="scene")
def _scene(stage):
    """Makes a stage with pull request 1 by max, on a branch of the repository."""

    def make(*replies, **inputs):
        scene = stage(*replies, files={"a.txt": LINES, "b.txt": "b\n"}, **inputs)
        scene.repo.add_person("max", "write")
        scene.repo.commit("feature", {"a.txt": CHANGED}, author="max")
        scene.repo.open_pull_request(author="max", head="feature", title="Spell numbers", body="As we said.")
        return scene

    return make


def remarks(scene):
    """Where our comments stand, and what they say without their mark."""
    threads = scene.repo.threads(1)
    return [
        (f"{one.start_line or one.line}-{one.line}", one.body.partition(" -->\n")[2])
        for thread in threads
        for one in thread
        if one.author.login == BOT
    ]


def test_a_review_is_posted_on_changed_lines(scene):
    """Remarks on changed lines are posted in one review that only comments; the others are dropped and counted."""
    scene = scene(REVIEW)

    ran = scene.comment(1, "/ai_coder review the spelling")

    assert (ran.exit_status, ran.outputs["status"], ran.outputs["commit_sha"]) == (0, "reviewed", ""), ran.log
    [review] = scene.repo.state.pull_request(1).reviews
    assert (review.state, review.author.login) == ("COMMENTED", BOT)
    assert "> Looks right; ask `@everyone`. Closes `#1`." in review.body
    assert remarks(scene) == [
        ("10-10", "This is spelled small.\n\n```suggestion\nLine ten\n```"),
        ("30-31", "Two lines where one was."),
    ]
    status = scene.status_comment(1)
    assert "A review with 2 comments on lines" in status
    assert "3 remark(s) on lines that the diff does not change were dropped" in status
    prompt = scene.prompts[-1]
    assert "+line ten" in prompt
    assert "review the spelling" not in prompt.partition("request, written by mona>")[0]
    assert "the spelling" in prompt.partition("request, written by mona>")[2]
    assert list(scene.repo.branches) == ["feature", "main"]


def test_a_second_review_says_only_what_is_new(scene):
    """What stands in an earlier review is not said again, whatever its words now; what is new is."""
    again = "Still.\nFINDING a.txt:11\nIn other words: spelled small.\nFINDING a.txt:32\nNew."
    scene = scene(REVIEW, again, again)
    scene.comment(1, "/ai_coder review")
    scene.repo.commit("feature", {"a.txt": f"line zero\n{CHANGED}line 41\n"}, author="max")

    ran = scene.comment(1, "/ai_coder review")

    assert ran.outputs["status"] == "reviewed"
    assert [place for place, _ in remarks(scene)] == ["10-10", "30-31", "32-32"]
    assert "what you said in earlier reviews" in scene.prompts[-1]
    assert "a.txt:11 (open):\nThis is spelled small." in scene.prompts[-1]
    assert "1 remark(s) of an earlier review were not made again" in scene.status_comment(1)
    scene.comment(1, "/ai_coder review")
    assert len(remarks(scene)) == 3
    assert "Nothing new to say" in scene.status_comment(1)


def test_the_mark_of_somebody_else_silences_nothing(scene):
    """A stranger who copies our mark into a comment does not keep us from saying it."""
    scene = scene(REVIEW, REVIEW)
    scene.comment(1, "/ai_coder review")
    [first, *_] = [thread[0] for thread in scene.repo.threads(1)]
    scene.repo.commit("second", {"a.txt": CHANGED}, author="max")
    number = scene.repo.open_pull_request(author="max", head="second").number
    scene.repo.review_comment(number, author="stan", body=first.body, path="a.txt", line=10)

    scene.comment(number, "/ai_coder review")

    assert [thread[0].author.login for thread in scene.repo.threads(number)] == ["stan", BOT, BOT]


def test_a_review_with_tools(scene):
    """In mode `agent` the model may look around and not edit, and its remarks come with `finish`."""
    finish = Call("finish", {"outcome": "reviewed", "summary": "Fine.", "findings": ["a.txt:10 | Small.", "no place"]})
    edit = Call("edit_file", {"path": "a.txt", "old_text": "line 1\n", "new_text": "no\n"})
    scene = scene(Say(calls=[Call("search", {"pattern": "ten"}), edit]), Say(calls=[finish]), mode="agent")

    ran = scene.comment(1, "/ai_coder review")

    assert ran.outputs["status"] == "reviewed", ran.log
    assert remarks(scene) == [("10-10", "Small.")]
    results = [m["content"] for m in scene.model.asked[-1]["messages"] if m["role"] == "tool"]
    assert "There is no tool `edit_file`" in results[1]
    assert scene.repo.files("feature")["a.txt"].decode() == CHANGED


def test_a_review_that_finds_nothing(scene):
    """The first review always says that it looked; it approves nothing."""
    scene = scene("All good.")

    scene.comment(1, "/ai_coder review")

    [review] = scene.repo.state.pull_request(1).reviews
    assert "> All good." in review.body
    assert (review.state, remarks(scene)) == ("COMMENTED", [])


def test_a_fork_may_be_reviewed(scene):
    """A review of a pull request from a fork writes to no branch; a change of it is refused in one clear answer."""
    scene = scene("Fine.\nFINDING c.txt:1\nWhy?")
    number = scene.repo.open_pull_request_from_fork(author="stan", files={"c.txt": "c\n"}).number

    reviewed = scene.comment(number, "/ai_coder review")
    changed = scene.comment(number, "/ai_coder add a line to c.txt")

    assert [ran.outputs["status"] for ran in (reviewed, changed)] == ["reviewed", "cannot"]
    assert "nothing is ever pushed to a fork" in scene.status_comment(number)
    assert len(scene.model.asked) == 1
    assert list(scene.repo.branches) == ["feature", "main"]


def test_a_review_is_asked_for_on_the_issue_of_our_pull_request(scene):
    """On an issue, our own pull request of it is reviewed; without one there is nothing to look at."""
    scene = scene()
    number = scene.open()

    ran = scene.comment(number, "/ai_coder review")

    assert (ran.exit_status, ran.outputs["status"]) == (0, "cannot")
    assert "no open pull request to review" in scene.status_comment(number)


def test_an_order_in_a_thread_is_answered_by_its_reaction(scene):
    """`/ai_coder review` as a comment on a line makes a review and no reply; its second delivery does nothing."""
    scene = scene("Fine.")
    remark(scene, 1, "/ai_coder review", "a.txt:10")
    [thread] = scene.repo.threads(1)
    payload = scene.repo.payload("pull_request_review_comment", "created", sender="mona", comment=thread[0].id)

    again = scene.run("pull_request_review_comment", payload)

    assert len(thread) == 1
    assert {one.content for one in thread[0].reactions} == {"eyes", "rocket"}
    assert again.outputs["status"] == "skipped"
    assert "A review with 0 comments" in scene.status_comment(1)
