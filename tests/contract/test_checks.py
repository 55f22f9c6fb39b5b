"""What the adapter reads of failed checks, and which workflows it starts."""

import pytest

from ai_coder.adapters.clock import SystemClock
from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_checks import GithubChecks
from ai_coder.domain.checks import FailedCheck
from ai_coder.errors import ForgeError, NotFound
from ai_coder.loopback import GithubServer

FILES = {
    "a.py": "1\n",
    ".github/workflows/test.yml": "on: workflow_dispatch\n",
    ".github/workflows/on.yml": "on: push\n",
}


@pytest.fixture(name="server")
def _server(tmp_path):
    with GithubServer(tmp_path) as server:
        yield server


@pytest.fixture(name="repo")
def _repo(server):
    return server.create_repository("octo-org/hello", FILES)


@pytest.fixture(name="checks")
def _checks(server, repo):
    return GithubChecks(GithubApi(server.url, server.token, "octo-org/hello", SystemClock()))


def test_what_failed_is_told_with_its_log(repo, checks):
    """Of each failed check: its remarks on lines and the end of its log; what passed is left out."""
    repo.add_check("main", "lint", "success", log="fine\n")
    remarks = [("a.py", 3, "Wrong"), ("b.py", 4, None)]  # as GitHub's description allows it
    run = repo.add_check("main", "test", log="x" * 200_000 + "\n1 failed\n", annotations=remarks)

    [found] = checks.failed(repo.head("main"))

    assert (found.name, found.conclusion, found.annotations) == ("test", "failure", ("a.py:3: Wrong",))
    assert found.url.endswith(f"/job/{run.id}")
    assert found.log.endswith("\n1 failed\n")
    assert len(found.log) <= 60_000


def test_only_the_latest_run_counts(repo, checks):
    """A check that failed and passed when it ran again did not fail."""
    repo.add_check("main", "test")
    repo.add_check("main", "test", "success")

    assert checks.failed(repo.head("main")) == ()


def test_a_log_that_is_gone(repo, checks):
    """A check of another app, or one whose log was deleted, is told without it."""
    repo.add_check("main", "coverage", "timed_out")

    [found] = checks.failed(repo.head("main"))

    assert isinstance(found, FailedCheck)
    assert found.log == ""


def test_a_workflow_is_started(repo, checks):
    """The workflow file runs on the branch; one that is not there or not meant to be started by hand is an error."""
    checks.start("test.yml", "main")

    assert repo.state.dispatched == [("test.yml", "main")]
    with pytest.raises(NotFound):
        checks.start("none.yml", "main")
    with pytest.raises(ForgeError, match="workflow_dispatch"):
        checks.start("on.yml", "main")
