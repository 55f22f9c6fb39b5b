"""What the adapters make of GitHub's answers, each bent at every place: a noun of the domain, or a `ForgeError`."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_checks import GithubChecks
from ai_coder.adapters.github_forge import GithubForge
from ai_coder.adapters.github_reviews import GithubReviews
from ai_coder.adapters.github_switches import GithubSwitches
from ai_coder.adapters.github_tracker import GithubTracker
from ai_coder.adapters.line import OpenLine, Recorder
from ai_coder.domain.cassette import Given
from ai_coder.domain.source import RepoPath
from ai_coder.domain.task import Person
from ai_coder.errors import ForgeError
from ai_coder.loopback import GithubServer
from builders import NOON
from fakes.clock import FakeClock
from fakes.plans import a_plan

ODD: tuple[object, ...] = (None, {}, [], "odd", 5, True, [5], [None])
REPOSITORY = "octo-org/hello"
RULE = {"ruleset_source_type": "Repository", "ruleset_source": REPOSITORY, "ruleset_id": 42}
RULES = [{"type": "creation", **RULE}, {"type": "branch_name_pattern", "parameters": {"operator": "contains"}, **RULE}]
MONA = Person("mona", 0)


class BentLine(OpenLine):
    """Gives the recorded answers, one of them bent; nothing is sent."""

    def __init__(self, exchanges, asked, bent):
        self._given = {one.asked: one.given for one in exchanges} | {asked: Given(200, text=json.dumps(bent))}

    def exchange(self, asked, send):  # noqa: ARG002  the port's form
        """What was recorded for it."""
        return self._given.get(asked, Given(404, text="{}"))


def bent(value, depth=0):
    """The value with one place in it odd, or missing."""
    yield from ODD
    inside = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, one in inside if depth < 9 else ():
        if str(key).endswith("_url") and key != "html_url":
            continue
        for odd in bent(one, depth + 1):
            yield {**value, key: odd} if isinstance(value, dict) else [odd]
        if isinstance(value, dict):
            yield {name: other for name, other in value.items() if name != key}


def head(api, branch="main"):
    """The commit there, as the adapter is told."""
    return str(GithubForge(api).head(branch))


def read_tree(api):
    """The listing, and a file."""
    tree = GithubForge(api).tree(head(api))
    tree.entries()
    tree.read([RepoPath("a.txt")])


def publish(api):
    """A new branch with one file, and its pull request."""
    GithubForge(api).publish(a_plan(head(api), {"b.txt": (None, "b\n")}))


DEEDS = {
    "default branch": lambda api: GithubForge(api).default_branch(),
    "head": lambda api: GithubForge(api).head("main"),
    "merge base": lambda api: GithubForge(api).merge_base(head(api), head(api, "feature")),
    "tree": read_tree,
    "publish": publish,
    "pull request": lambda api: GithubForge(api).pull_request("feature"),
    "role": lambda api: GithubTracker(api).role(MONA),
    "issue": lambda api: GithubTracker(api).issue(2),
    "comments": lambda api: GithubTracker(api).comments(2),
    "label": lambda api: GithubTracker(api).labelled_by(2, "ai_coder"),
    "asked lately": lambda api: GithubTracker(api).asked_lately(MONA, "ai_coder", NOON - timedelta(days=9)),
    "reaction": lambda api: GithubTracker(api).react(2, 0, "eyes"),
    "reacted": lambda api: GithubTracker(api).reacted_by(2, 0, "eyes"),
    "status": lambda api: GithubTracker(api).write_status(2, 0, "Working"),
    "open issues": lambda api: GithubTracker(api).open_issues(),
    "diff": lambda api: GithubReviews(api).diff(1),
    "reviews": lambda api: GithubReviews(api).texts(1),
    "threads": lambda api: GithubReviews(api).threads(1),
    "checks": lambda api: GithubChecks(api).failed(head(api, "feature")),
    "switches": lambda api: GithubSwitches(api, "ghs_1").all("feature"),
}


LOOKS_ON = {"switches", "status"}
"""Those that have something else to do then."""


@pytest.fixture(name="repo", scope="module")
def _repo(tmp_path_factory):
    """A repository in which every answer holds something."""
    with GithubServer(tmp_path_factory.mktemp("github"), clock=lambda: NOON) as server:
        repo = server.create_repository(REPOSITORY, {"a.txt": "a\n"})
        repo.add_person("mona", "write")
        repo.commit("feature", {"a.txt": "b\n"}, author="mona")
        repo.open_pull_request(author="mona", head="feature")
        repo.review_comment(1, author="mona", body="Why?", path="a.txt", line=1)
        repo.open_issue(author="mona", title="Greet", body="Please.")
        repo.add_label(2, "ai_coder", actor="mona")
        repo.comment(2, author="mona", body="Now.")
        repo.add_check("feature", "test", annotations=[("a.txt", 1, "Wrong")])
        repo.state.rules.extend(RULES)
        repo.api = partial(GithubApi, server.url, server.token, REPOSITORY)
        yield repo


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_an_answer_that_is_bent(repo, deed):
    """Whatever stands in one place of an answer, or is missing there: the forge fails, and nothing else does."""
    recorder = Recorder()
    deed(repo.api(FakeClock(), recorder))

    for exchange in recorder.exchanges:
        for odd in bent(json.loads(exchange.given.text or "null")) if exchange.given.status < 300 else ():
            line = BentLine(recorder.exchanges, exchange.asked, odd)
            with suppress(ForgeError):
                deed(repo.api(FakeClock(), line))


@pytest.mark.parametrize("odd", [None, "odd", 5, [5], {}], ids=str)
@pytest.mark.parametrize("deed", [deed for name, deed in DEEDS.items() if name not in LOOKS_ON])
def test_an_answer_of_another_shape(repo, deed, odd):
    """An answer that is another thing as a whole is told with the path that was asked for, and a hint."""
    recorder = Recorder()
    deed(repo.api(FakeClock(), recorder))

    line = BentLine(recorder.exchanges, recorder.exchanges[0].asked, odd)
    with pytest.raises(ForgeError, match=r"^GitHub answered [A-Z]+ /\S* with JSON of another shape: .+") as caught:
        deed(repo.api(FakeClock(), line))

    assert "GITHUB_API_URL" in caught.value.hint
