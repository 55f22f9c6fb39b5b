"""People commit to our branch, reset it and rewrite it: that is built upon or asked about, and never overwritten."""

import json

import pytest

from builders import a_block
from fakes.stage import LINK

BRANCH = "ai_coder/issue-1"
HELLO = "def hello():\n    print('hello')\n\n\ndef bye():\n    print('bye')\n"
SALUT = a_block("hello.py", "    print('hello')\n", "    print('salut')\n")
LOUD = a_block("hello.py", "    print('salut')\n", "    print('salut!')\n")
FROM_START = a_block("hello.py", "    print('hello')\n", "    print('salut!')\n")
SHOUTED = HELLO.replace("'hello'", "'salut!'")


@pytest.fixture(name="scene")
def _scene(stage):
    """Makes a stage with a pull request of ours on hello.py; further replies are for the next requests."""
    return lambda *replies, **inputs: opened(stage(SALUT, *replies, files={"hello.py": HELLO}, **inputs))


def opened(scene):
    """Have the pull request made."""
    assert scene.label(scene.open(body=f"Say it in French, in {LINK}.")).outputs["status"] == "changed"
    return scene


def mark(scene):
    """What the status comment's hidden line keeps."""
    return json.loads(scene.status_comment(1).partition("status ")[2].partition(" -->")[0])


def history(scene, branch=BRANCH):
    """Every commit of the branch, by name."""
    return {commit.sha for commit in scene.repo.log(branch)}


def tick(scene, option):
    """Tick a box of the status comment, and run."""
    [comment] = [one for one in scene.repo.comments(1) if one.author.login == "github-actions[bot]"]
    before = comment.body
    scene.repo.edit_comment(comment.id, before.replace(f"- [ ] {option}", f"- [x] {option}"))
    changes = {"body": {"from": before}}
    payload = scene.repo.payload("issue_comment", "edited", sender="mona", issue=1, comment=comment.id, changes=changes)
    return scene.run("issue_comment", payload)


def during_the_work(scene, act):
    """Let somebody act while the model thinks."""
    done = []
    scene.model.interceptors.append(lambda _: done.append(act()) if not done else None)


def test_the_head_is_recorded(scene):
    """The status comment keeps the head that the run made, also through a run that changes nothing or fails."""
    scene = scene("NO CHANGE: Fine.")
    made = scene.repo.head(BRANCH)
    assert mark(scene)["head"] == made

    scene.comment(1, "Is it fine?")
    assert mark(scene)["head"] == made
    scene.comment(1, "/ai_coder help")
    assert mark(scene)["head"] == made


def test_human_commits_are_built_upon(scene):
    """A commit of somebody else on our branch is the parent of the next one, and the model sees what it changed."""
    scene = scene(LOUD)
    theirs = scene.repo.commit(BRANCH, {"hello.py": HELLO.replace("'hello'", "'salut'") + "# mine\n"}, author="mona")

    ran = scene.comment(1, "Louder.")

    assert ran.outputs["status"] == "changed", ran.log
    assert list(scene.repo.log(BRANCH)[0].parents) == [theirs.sha]
    assert scene.text(BRANCH, "hello.py") == SHOUTED + "# mine\n"
    assert "# mine" in scene.prompts[-1]


def reset(scene):
    """Reset the branch to the commit it started from: moving it forward again would be no force to GitHub."""
    scene.repo.move_branch(BRANCH, scene.repo.head("main"), actor="mona")


def rewrite(scene):
    """Put another commit in the place of ours."""
    reset(scene)
    scene.repo.commit(BRANCH, {"hello.py": HELLO + "# rewritten\n"}, author="mona", message="Rewrite")


@pytest.mark.parametrize("act", [reset, rewrite])
def test_a_branch_that_dropped_our_commit_is_asked_about(scene, act):
    """Who resets or rewrites the branch is asked before anything is written; no model is asked."""
    scene = scene()
    ours = scene.repo.head(BRANCH)
    act(scene)
    now, asked = scene.repo.head(BRANCH), len(scene.model.asked)

    ran = scene.comment(1, "Louder.")

    assert (ran.exit_status, ran.outputs["status"]) == (0, "need_info"), ran.log
    text = scene.status_comment(1)
    assert f"was reset: it no longer holds {ours[:7]}. Nothing was written." in text
    assert f"- [ ] Go on from {now[:7]}" in text
    assert scene.repo.head(BRANCH) == now
    assert len(scene.model.asked) == asked


@pytest.mark.parametrize("answer", [lambda scene: tick(scene, "Go on from"), lambda scene: scene.comment(1, "Yes.")])
@pytest.mark.parametrize("act", [reset, rewrite])
def test_a_tick_or_a_word_goes_on_from_there(scene, act, answer):
    """The answer goes on from the branch as it is, with the request that had to wait; the dropped commit stays out."""
    scene = scene(FROM_START)
    ours = scene.repo.head(BRANCH)
    act(scene)
    scene.comment(1, "Louder.")
    now = scene.repo.head(BRANCH)

    ran = answer(scene)

    assert ran.outputs["status"] == "changed", ran.log
    assert "request, written by mona>\nLouder." in scene.prompts[-1]
    assert list(scene.repo.log(BRANCH)[0].parents) == [now]
    assert ours not in history(scene)
    assert mark(scene)["head"] == scene.repo.head(BRANCH)


def test_a_reset_after_the_question_is_asked_about_again(scene):
    """The question was about one head; another reset is another question."""
    scene = scene()
    rewrite(scene)
    scene.comment(1, "Louder.")
    reset(scene)

    assert scene.comment(1, "Yes.").outputs["status"] == "need_info"


def test_a_branch_that_was_deleted_is_made_anew(scene):
    """Nobody is asked about a branch that is gone with its pull request: the work begins on the base branch again."""
    scene = scene(FROM_START)
    scene.repo.move_branch(BRANCH, None, actor="mona")

    ran = scene.comment(1, "Louder.")

    assert ran.outputs["status"] == "changed", ran.log
    assert list(scene.repo.log(BRANCH)[0].parents) == [scene.repo.head("main")]


def test_a_forged_mark_records_nothing(scene):
    """A head in a comment that is not ours is not believed."""
    scene = scene(LOUD)
    forged = '<!-- ai_coder:status {"status": "changed", "head": "' + "1" * 40 + '"} -->'
    scene.repo.comment(1, author="stan", body=forged)

    assert scene.comment(1, "Louder.").outputs["status"] == "changed"


def test_a_push_during_the_work_is_built_upon(scene):
    """Who pushes other files while the model works finds the change on top of the push."""
    scene = scene(LOUD)
    during_the_work(scene, lambda: scene.repo.commit(BRANCH, {"theirs.txt": "1\n"}, author="mona") and None)

    ran = scene.comment(1, "Louder.")

    assert ran.outputs["status"] == "changed", ran.log
    assert scene.text(BRANCH, "theirs.txt") == "1\n"
    assert scene.text(BRANCH, "hello.py") == SHOUTED
    assert "was not tested together with it" in scene.status_comment(1)
    assert mark(scene)["head"] == scene.repo.head(BRANCH)


@pytest.mark.parametrize("act", [lambda scene: scene.repo.commit(BRANCH, {"hello.py": "x\n"}, author="mona"), rewrite])
def test_a_push_to_the_same_file_during_the_work(scene, act):
    """Where the same file was changed, or the branch rewritten, the change goes to a branch beside it and is linked."""
    scene = scene(LOUD)
    parent = scene.repo.head(BRANCH)
    during_the_work(scene, lambda: act(scene) and None)

    ran = scene.comment(1, "Louder.")

    beside = f"{BRANCH}-alt-1002"
    assert (ran.outputs["status"], ran.outputs["branch"]) == ("changed", beside), ran.log
    assert list(scene.repo.log(beside)[0].parents) == [parent]
    assert scene.text(beside, "hello.py") == SHOUTED
    assert len(scene.repo.log(BRANCH)) <= len(scene.repo.log(beside))
    assert f"stands on the branch `{beside}`" in scene.status_comment(1)
    assert scene.repo.head(beside) in scene.status_comment(1)
    assert mark(scene)["head"] == parent
    assert len(scene.repo.pull_requests) == 1


def test_a_merge_that_somebody_pushes_into(scene):
    """A merge with the base branch is made anew on top of what was pushed meanwhile."""
    scene = scene(LOUD)
    main = scene.repo.commit("main", {"hello.py": HELLO.replace("'bye'", "'bye now'")}, author="mona").sha
    pushed = []

    def push():
        pushed.append(scene.repo.commit(BRANCH, {"theirs.txt": "1\n"}, author="mona").sha)

    during_the_work(scene, push)

    ran = scene.comment(1, "Louder.")

    assert ran.outputs["status"] == "changed", ran.log
    assert list(scene.repo.log(BRANCH)[0].parents) == [*pushed, main]
    assert scene.text(BRANCH, "hello.py") == SHOUTED.replace("'bye'", "'bye now'")
    assert scene.text(BRANCH, "theirs.txt") == "1\n"


class Pusher:
    """Commits to the branch just before the `at`-th request of a run to GitHub."""

    def __init__(self, scene, at, files):
        self.scene, self.at, self.files = scene, at, files
        self.seen = 0
        self.commit = ""

    def __call__(self, _):
        """See a request go by."""
        self.seen += 1
        if self.seen == self.at:
            self.commit = self.scene.repo.commit(BRANCH, self.files, author="mona").sha


def follow_up(scene, at, files):
    """One more request, with a push just before its `at`-th request to GitHub."""
    pusher = Pusher(scene, at, files)
    scene.github.interceptors[:] = [pusher]
    inputs = {"issue": "1", "instructions": f"Say it in version {at}."}
    ran = scene.run("workflow_dispatch", scene.repo.payload("workflow_dispatch", sender="mona", inputs=inputs))
    scene.github.interceptors.clear()
    return ran, pusher


def version(number):
    """An answer that writes the whole file."""
    return f"Title: Version {number}\n\nAs asked.\n\nhello.py\n```\n{HELLO}# version {number}\n```\n"


def text_of(scene, branch, commit):
    """The file as that commit of the branch has it."""
    [found] = [one for one in scene.repo.log(branch) if one.sha == commit]
    return scene.repo.state.store.contents(found.tree)["hello.py"].decode()


MAX_REQUESTS = 60


@pytest.mark.slow
@pytest.mark.parametrize("path", ["hello.py", "theirs.txt"])
def test_a_push_between_any_two_requests(scene, path):
    """Whenever somebody pushes, both commits stand, nothing is forced, and there is one pull request and one answer."""
    scene = scene(*(version(number) for number in range(1, MAX_REQUESTS)))
    at, last, beside = 0, 1, []
    while at < last:
        at += 1
        ran, pusher = follow_up(scene, at, {path: f"{HELLO}# theirs {at}\n"})
        last, where = pusher.seen, f"a push before request {at}: {ran.log}"
        branch, commit = ran.outputs["branch"], ran.outputs["commit_sha"]
        assert ran.outputs["status"] == "changed", where
        assert pusher.commit in history(scene), where
        assert text_of(scene, branch, commit) == f"{HELLO}# version {at}\n", where
        beside += [branch] if branch != BRANCH else []
        assert branch == BRANCH or f"`{branch}`" in scene.status_comment(1), where
    assert len(scene.repo.pull_requests) == 1
    assert bool(beside) is (path == "hello.py")
    assert len(set(beside)) == len(beside) < last
    commits = {commit.sha for name in (BRANCH, *beside) for commit in scene.repo.log(name)}
    assert len(commits) == len(["begin", "first"]) + 2 * last
