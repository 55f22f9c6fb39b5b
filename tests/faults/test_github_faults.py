"""R01-R17, R44, R47: GitHub refuses, is late, or loses its answer after the effect; each run has a visible end."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from ai_coder.loopback import Answer
from builders import a_block
from fakes.faults import BAD_GATEWAY, CUT, EMPTY, HANG_UP, PAGE, Fault, inject, reset_in, said

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
BRANCH = "ai_coder/issue-1"
SCHEDULE = {"schedule": "17 * * * *"}
BOT = "github-actions[bot]"


def ours(scene, number=1):
    """Our comments under the issue."""
    return [one.body for one in scene.repo.comments(number) if one.author.login == BOT]


def assert_done(scene, ran):
    """One commit, one pull request, one status comment, one final reaction."""
    assert (ran.exit_status, ran.outputs["status"]) == (0, "changed"), ran.log
    assert scene.text(BRANCH, "hello.py") == "print('salut')\n"
    assert len(scene.repo.log(BRANCH)) == 2
    assert len(scene.repo.pull_requests) == 1
    assert len(ours(scene)) == 1
    assert scene.repo.reactions(1) == [(BOT, "eyes"), (BOT, "rocket")]


LOST = {
    "answered 502": BAD_GATEWAY,
    "cut": CUT,
    "a page": PAGE,
    "nothing": HANG_UP,
    "empty": EMPTY,
    "of another shape": Answer(200, {}),
}
WRITES = {
    "reaction": ("POST", "/issues/1/reactions"),
    "status comment": ("POST", "/issues/1/comments"),
    "blob": ("POST", "/git/blobs"),
    "tree": ("POST", "/git/trees"),
    "commit": ("POST", "/git/commits"),
    "branch": ("POST", "/git/refs"),
    "pull request": ("POST", "/pulls"),
    "receipt": ("PATCH", r"/issues/comments/\d+"),
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
@pytest.mark.parametrize(("method", "path"), WRITES.values(), ids=WRITES)
def test_a_write_whose_answer_is_lost(stage, method, path, answer):
    """R14, R15: what took effect is found and not done again, whichever way its answer was lost."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault(method, path, answer, has_effect=True))

    assert_done(scene, scene.label(number))


@pytest.mark.parametrize(("method", "path"), WRITES.values(), ids=WRITES)
def test_a_write_that_failed_once(stage, method, path):
    """R13, R14: a write that a passing fault kept from happening happens after all, and once."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault(method, path, BAD_GATEWAY))

    assert_done(scene, scene.label(number))


READS = ["/permission", "/issues/1/comments", r"/git/ref/heads/ai_coder/issue-1", r"/git/trees/\w+", r"/git/blobs/\w+"]


@pytest.mark.parametrize("answer", [*LOST.values(), Answer(503), Answer(500)])
@pytest.mark.parametrize("path", READS)
def test_a_read_that_fails_is_tried_again(stage, path, answer):
    """R13, R15: three passing faults of a read cost less than half a minute, and nothing else."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault("GET", path, answer, times=3))

    assert_done(scene, scene.label(number))
    assert scene.clock.monotonic_s() <= 30


def test_a_read_that_goes_on_failing(stage):
    """R13: the fourth fault ends the run, and the status comment says where."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault("GET", r"/git/trees/\w+", BAD_GATEWAY, times=99))

    ran = scene.label(number)

    assert (ran.exit_status, ran.outputs["status"]) == (3, "failed")
    assert "githubstatus" in scene.status_comment(number)
    assert scene.model.asked == []


def test_an_expired_token(stage):
    """R01: a token that expires while the model works leaves the change as a patch in summary and report, exit 3."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, *(Fault(verb, ".*", said("Bad credentials", 401), times=99, after=0) for verb in ("POST", "PATCH")))
    scene.github.interceptors.clear()
    scene.model.interceptors.append(
        lambda _: inject(scene, *(Fault(v, ".*", said("Bad credentials", 401), 99) for v in ("POST", "PATCH", "GET")))
    )

    ran = scene.label(number)

    assert (ran.exit_status, ran.outputs["status"]) == (3, "failed")
    assert "github_token" in ran.summary
    assert "+print('salut')" in ran.summary
    assert "+print('salut')" in ran.report["patch"]
    assert list(scene.repo.branches) == ["main"]


@pytest.mark.parametrize(
    ("permissions", "named", "exit_status"),
    [({"contents": "read"}, "contents: write", 3), ({"issues": "read", "pull_requests": "read"}, "issues: write", 3)],
)
def test_a_missing_permission_is_named(stage, permissions, named, exit_status):
    """R02: the permission that is missing is named as the workflow has to have it."""
    scene = stage(SALUT)
    scene.github.permit(**permissions)

    ran = scene.label(scene.open())

    assert ran.exit_status == exit_status
    assert named in ran.log


def test_workflow_files_are_told_from_permissions(stage):
    """R02: a tree with a workflow file is refused for that, and no permission is asked for."""
    words = "refusing to allow a GitHub App to create or update workflow `a.yml` without `workflows` permission"
    scene = stage(SALUT)
    inject(scene, Fault("POST", "/git/refs", said(words), times=9))

    ran = scene.label(scene.open())

    assert ran.exit_status == 3
    assert "may not write workflow files" in scene.status_comment(1)
    assert "permissions:" not in scene.status_comment(1)


def test_pull_requests_are_switched_off(stage):
    """R03: the branch stays, the setting is named, and `retry` makes the pull request without asking a model."""
    scene = stage(SALUT)
    scene.repo.state.allow_actions_pull_requests = False
    number = scene.open()

    scene.label(number)

    assert "Allow GitHub Actions to create and approve pull requests" in scene.status_comment(number)
    assert BRANCH in scene.repo.branches
    scene.repo.state.allow_actions_pull_requests = True

    again = scene.comment(number, "/ai_coder retry")

    assert again.outputs["pull_request_number"] == "2", again.log
    assert len(scene.model.asked) == 1
    assert len(scene.repo.log(BRANCH)) == 2
    assert "hello.py" in scene.repo.pull_requests[0].body


def test_the_schedule_makes_the_pull_request_too(stage):
    """R03: once the setting is switched on the next schedule makes the pull request; until then it costs nothing."""
    scene = stage(SALUT)
    scene.repo.state.allow_actions_pull_requests = False
    number = scene.open()
    scene.label(number)
    assert not scene.run("schedule", SCHEDULE).outputs["pull_request_number"]
    scene.repo.state.allow_actions_pull_requests = True

    assert scene.run("schedule", SCHEDULE).outputs["pull_request_number"] == "2"
    assert len(scene.model.asked) == 1
    assert scene.run("schedule", SCHEDULE).outputs["status"] == "skipped"


@pytest.mark.parametrize(("path", "status"), [("/issues/1/comments", 404), ("/issues/1/comments", 410)])
def test_an_issue_that_is_gone(stage, path, status):
    """R04, R06: a deleted issue, or issues switched off, end in the summary."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault("GET", path, said("This issue was deleted", status), times=9))

    ran = scene.label(number)

    assert ran.exit_status == 3
    assert "deleted" in ran.summary


def test_issues_are_switched_off(stage):
    """R06: the page where they are switched on is named."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault("GET", "/issues/1/comments", said("Issues are disabled for this repo", 410), times=9))

    assert "Settings > General > Features > Issues" in scene.label(number).log


def test_a_pull_request_that_exists_is_adopted(stage):
    """R07: somebody made the pull request meanwhile: it is the one."""
    scene = stage(SALUT)
    number = scene.open()

    def open_first(request):
        if request.method == "POST" and request.path.endswith("/pulls"):
            scene.github.interceptors.clear()
            scene.repo.open_pull_request(author="mona", head=BRANCH)

    scene.github.interceptors.append(open_first)

    assert_done(scene, scene.label(number))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/git/commits", "Tree SHA does not exist"),
        ("/git/refs", "Object does not exist"),
        ("/pulls", "Could not resolve to a node with the global id of 'PR_x'"),
    ],
)
def test_what_is_not_everywhere_yet(stage, path, words):
    """R09: what was written a moment ago may not be known yet: the same is asked for a few times more."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault("POST", path, said(words, 422), times=3))

    assert_done(scene, scene.label(number))
    assert scene.clock.slept == [1.0] * 3


def test_a_lag_that_does_not_end(stage):
    """R09: five times are enough; the change is kept."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault("POST", "/git/refs", said("Object does not exist", 422), times=99))

    ran = scene.label(number)

    assert ran.exit_status == 3
    assert "is kept as commit" in scene.status_comment(number)


def test_drafts_are_not_supported(stage):
    """R10: where there are no drafts the pull request is an ordinary one."""
    scene = stage(SALUT)
    scene.repo.state.allow_drafts = False
    number = scene.open()

    assert_done(scene, scene.label(number, draft="always"))
    assert not scene.repo.pull_requests[0].draft


def test_a_pull_request_whose_text_is_refused(stage):
    """The commit is on it all the same: what is told is that its text is the old one."""
    scene = stage(SALUT, a_block("hello.py", "print('salut')\n", "print('moin')\n"))
    number = scene.open()
    assert_done(scene, scene.label(number))
    inject(scene, Fault("PATCH", "/pulls/2", said("Validation Failed", 422), times=9))

    ran = scene.comment(number, "In Low German, please.")

    assert (ran.outputs["status"], ran.outputs["pull_request_number"]) == ("changed", "2")
    assert "`#2`, whose text could not be brought up to date" in scene.status_comment(number)
    assert "but the pull request does not" not in scene.status_comment(number)


def test_a_title_that_is_too_long(stage):
    """R10: a title of 256 characters, all of them emoji, becomes one that GitHub takes."""
    scene = stage(SALUT)
    number = scene.open(title="\N{SPARKLES}" * 256)

    assert_done(scene, scene.label(number))


SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
LIMITS = {
    "secondary with Retry-After": (said(SECONDARY, 403, Retry_After="30"), [30.0]),
    "secondary 429 with Retry-After": (said(SECONDARY, 429, Retry_After="30"), [30.0]),
    "secondary without Retry-After": (said(SECONDARY, 403), [60.0]),
    "Retry-After that is no number": (said(SECONDARY, 403, Retry_After="\u00b2"), [60.0]),
    "Retry-After beyond all dates": (said(SECONDARY, 429, Retry_After="9" * 400), [60.0]),
    "429 without a word": (Answer(429, {"message": "Too many requests"}), [60.0]),
}


@pytest.mark.parametrize(("answer", "slept"), LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/issues/1/comments"), ("GET", "/issues/1/comments"), ("POST", "/pulls")]
)
def test_a_limit_that_passes_is_waited_for(stage, method, path, answer, slept):
    """R11: a secondary limit is waited for as long as it says, or a minute; the write is made once."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault(method, path, answer))

    assert_done(scene, scene.label(number))
    assert scene.clock.slept == slept


def test_waiting_has_an_end(stage):
    """R11: all waits for limits together are at most two minutes; then the run is parked."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault("GET", r"/git/blobs/\w+", said(SECONDARY, 403), times=99))

    ran = scene.label(number)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "parked")
    assert sum(scene.clock.slept) == 120


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_of_forty_minutes_parks(stage, status):
    """R12: nothing sleeps for 40 minutes: the answer says when it goes on, and the schedule after that does so."""
    scene = stage(SALUT)
    number = scene.open()
    limit = Answer(status, {"message": "API rate limit exceeded"}, reset_in(2400, scene.github))
    inject(scene, Fault("GET", r"/git/blobs/\w+", limit, times=99))

    ran = scene.label(number)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "parked")
    assert scene.clock.slept == []
    assert f"{scene.clock.now() + timedelta(minutes=40):%H:%M} UTC" in scene.status_comment(number)
    assert scene.repo.reactions(number) == [(BOT, "eyes")]
    scene.github.interceptors.clear()
    assert scene.run("schedule", {"schedule": "17 * * * *"}).outputs["status"] == "skipped"

    scene.clock.sleep(2401)
    assert_done(scene, scene.run("schedule", {"schedule": "17 * * * *"}))


def test_a_limit_after_the_answer_keeps_it(stage):
    """R12: where the limit comes after the model's answer, the next run publishes that answer."""
    scene = stage(SALUT)
    number = scene.open()
    limit = Answer(403, {"message": "API rate limit exceeded"}, reset_in(2400, scene.github))
    inject(scene, Fault("POST", "/git/refs", limit, times=99))

    assert scene.label(number).outputs["status"] == "parked"
    scene.github.interceptors.clear()
    scene.clock.sleep(2401)
    ran = scene.run("schedule", {"schedule": "17 * * * *"})

    assert_done(scene, ran)
    assert len(scene.model.asked) == 1


def test_a_branch_that_is_not_there_yet(stage):
    """R17: the commit that was just made is looked for a few times."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault("GET", r"hello/commits/[0-9a-f]{40}", said("Not Found", 404), times=3))

    assert_done(scene, scene.label(number))


@pytest.mark.parametrize(
    "words",
    [
        "Repository rule violations found: Commits must have verified signatures.",
        "GH013: Repository rule violations found for refs/heads/ai_coder/issue-1.",
        "Cannot create ref due to creations being restricted. Protected branch",
    ],
)
def test_a_rule_of_the_repository(stage, words):
    """R47: the rule is quoted, its page named, and the change is kept for the next run."""
    scene = stage(SALUT)
    number = scene.open()
    inject(scene, Fault("POST", "/git/refs", said(words, 422), times=9))

    ran = scene.label(number)

    assert ran.exit_status == 3
    comment = scene.status_comment(number)
    assert "Settings > Rules > Rulesets" in comment
    assert words.split(":")[0] in comment
    assert "+print('salut')" in ran.report["patch"]
    scene.github.interceptors.clear()

    assert scene.comment(number, "/ai_coder retry").outputs["status"] == "changed"
    assert len(scene.model.asked) == 1


def test_a_kept_change_is_proposed_as_the_repository_wants_it(stage):
    """The settings file of the base holds for a change that is published later, too."""
    files = {"hello.py": "print('hello')\n", ".github/ai_coder.yml": "labels: by-ai\n"}
    scene = stage(SALUT, files=files)
    number = scene.open()
    inject(scene, Fault("POST", "/git/refs", said("GH013", 422), times=9))
    scene.label(number)
    scene.github.interceptors.clear()

    scene.comment(number, "/ai_coder retry")

    assert len(scene.model.asked) == 1
    assert scene.repo.pull_requests[0].labels == ["by-ai"]


def test_a_change_that_cannot_be_kept(stage):
    """A locked issue takes no word, so nothing is kept there, and nobody is told that the next run publishes it."""
    scene = stage(SALUT)
    number = scene.open()
    scene.repo.issue(number).locked = True
    inject(scene, Fault("POST", "/git/refs", said("GH013", 422), times=9))

    ran = scene.label(number)

    assert ran.exit_status == 3
    assert "as a patch in the job summary" in ran.log
    assert "next run publishes it" not in ran.log


def test_a_kept_change_that_is_gone(stage):
    """A commit that no branch shows may be thrown away: then the work is done again, and fails no run for good."""
    scene = stage(SALUT, SALUT)
    number = scene.open()
    inject(scene, Fault("POST", "/git/refs", said("Object does not exist", 422), times=5))
    scene.label(number)
    status = scene.status_comment(number)
    kept = json.loads(re.search(r"<!-- ai_coder:kept (.*) -->", status)[1])["commit"]
    inject(scene, Fault("GET", f"/git/(trees|commits)/{kept}", said("Not Found", 404), times=99))

    ran = scene.comment(number, "/ai_coder retry")

    assert (ran.outputs["status"], len(scene.repo.pull_requests)) == ("changed", 1), ran.log


def test_a_kept_change_is_checked_again(stage):
    """What the status comment keeps is a hint: a commit that changes a protected file is not published from it."""
    scene = stage(SALUT, "NO CHANGE: Fine.", openai_api_key="")  # without a key no seal stands before the check
    number = scene.open()
    inject(scene, Fault("POST", "/git/refs", said("GH013", 422), times=9))
    scene.label(number)
    scene.github.interceptors.clear()
    evil = scene.repo.commit("evil", {".github/workflows/x.yml": "on: push\n"}, author="mona")
    [status] = [one for one in scene.repo.comments(number) if one.author.login == BOT]
    line = next(line for line in status.body.split("\n") if line.startswith("<!-- ai_coder:kept"))
    kept = json.loads(line.removeprefix("<!-- ai_coder:kept ").removesuffix(" -->"))
    changed = line.replace(kept["commit"], evil.sha)
    scene.repo.edit_comment(status.id, status.body.replace(line, changed))

    ran = scene.comment(number, "/ai_coder retry")

    assert ran.outputs["status"] == "no_change", ran.log
    assert BRANCH not in scene.repo.branches
