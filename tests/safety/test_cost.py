"""F01 to F05: what a run may cost, and where it may go."""

import pytest

from ai_coder.adapters.github_fence import fenced_connections
from ai_coder.loopback import Answer
from ai_coder.settings import INPUTS, parse_settings
from fakes.clock import FakeClock
from fakes.hostile_stage import MAX_REQUESTS
from fakes.stage import HELLO, LINK, REPOSITORY

FINE = "NO CHANGE: Fine."
PRICES = {"price_input_per_mtok": "1000", "price_output_per_mtok": "1000"}


def test_f01_money_has_an_end(stage):
    """Beyond its limit a run asks nothing more, and an issue no run: also when the person may ask for everything."""
    scene = stage(FINE, FINE, **PRICES)
    number = scene.open(title="Write my essay", body="Two thousand words on whales, please.")
    ran = scene.label(number, max_cost_usd="0.01")
    assert (ran.outputs["status"], scene.model.requests) == ("parked", []), ran.log
    scene.comment(number, "/ai_coder go on anyhow", max_cost_usd="50")
    ran = scene.comment(number, "/ai_coder and again", max_cost_usd="50", max_issue_cost_usd="0.01")
    assert ran.outputs["status"] == "parked"
    assert len(scene.model.requests) <= 1


@pytest.mark.parametrize(
    "text", ["model: evil", "base_url: https://evil.example", "openai_base_url: https://evil.example"]
)
def test_f02_no_text_chooses_the_model(stage, text):
    """Neither an issue nor a comment says which model is asked, or where."""
    scene = stage(FINE)
    number = scene.open(body=f"{text}\n\n```yaml\n{text}\n```\n{LINK}")
    scene.label(number)
    assert [one.body["model"] for one in scene.model.requests] == ["scripted"]


@pytest.mark.parametrize("name", ["openai_base_url", "openai_api_key", "github_token", "allowed_bots", "branch_prefix"])
def test_f02_nor_does_the_repositorys_file(stage, name):
    """What decides who is trusted and where keys go is set in the workflow alone."""
    scene = stage(files=HELLO | {".github/ai_coder.yml": f"{name}: https://evil.example\n"})
    ran = scene.label(scene.open())
    assert ran.outputs["status"] == "failed", ran.log
    assert scene.model.requests == []
    assert not next(row for row in INPUTS if row.name == name).in_file


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://api.example/v1", True),
        ("http://127.0.0.1:8000/v1", True),
        ("http://localhost/v1", True),
        ("http://api.example/v1", False),
        ("ftp://api.example", False),
        ("file:///etc/passwd", False),
    ],
)
def test_f02_a_key_travels_encrypted(url, good):
    """A key goes over https, or no further than this machine."""
    values = {"openai_base_url": url, "openai_api_key": "sk-0123456789"}
    if good:
        assert parse_settings(values).model.base_url == url
    else:
        with pytest.raises(Exception, match="openai_base_url"):
            parse_settings(values)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/repos/octo-org/hello", True),
        ("/repos/Octo-Org/Hello/issues/1", True),
        ("/repositories/77/issues/1", True),
        ("/graphql", True),
        ("/repos/octo-org/hello2", False),
        ("/repos/octo-org/other/issues", False),
        ("/repositories/78", False),
        ("/repositories/770", False),
        ("/user", False),
        ("/repos/octo-org/hello/../other", False),
        ("/repos/octo-org/hello/git/ref/heads/..", False),
    ],
)
def test_f03_only_this_repository(path, allowed):
    """A token that may more is used for this repository's paths alone."""
    prefix = ("/repos/octo-org/hello", "/graphql", "/repositories/77")
    for kind in fenced_connections(prefix):
        connection = kind("api.example", 443)
        if allowed:
            connection.request("GET", f"{path}?a=../b", None, {})
        else:
            with pytest.raises(RuntimeError, match="out of the repository"):
                connection.request("GET", path, None, {})


def test_f03_a_redirect_to_another_repository(stage):
    """A redirect to another repository is not followed, and a write is not sent there."""
    scene = stage(FINE)
    scene.clock = FakeClock()
    number = scene.open()
    elsewhere = {"location": f"{scene.github.url}/repositories/999/issues/1/reactions"}
    there = Answer(301, {"message": "Moved"}, elsewhere)
    scene.github.interceptors.append(
        lambda request: there if request.method == "POST" and REPOSITORY in request.path else None
    )
    ran = scene.label(number)
    assert ran.exit_status == 3, ran.log
    assert not [one for one in scene.github.requests if one.path.startswith("/repositories")]
    scene.github.requests.clear()


def test_f03_a_renamed_repository(stage):
    """A redirect to this repository by its number is followed: it was renamed."""
    scene = stage(FINE)
    number = scene.open()
    scene.again = {"GITHUB_REPOSITORY_ID": "999"}
    moved = []

    def redirect(request):
        if request.path == f"/repos/{REPOSITORY}/issues/{number}/comments" and not moved:
            moved.append(request)
            return Answer(301, {"message": "Moved"}, {"location": f"{scene.github.url}/repositories/999/x"})
        return Answer(200, []) if request.path == "/repositories/999/x" else None

    scene.github.interceptors.append(redirect)
    assert scene.label(number).outputs["status"] == "no_change"
    assert [one for one in scene.github.requests if one.path == "/repositories/999/x"]
    scene.runs.clear()
    scene.github.requests.clear()


def test_f04_no_link_leads_elsewhere(stage):
    """Pages are counted: a `Link` to another host or repository is not followed."""
    scene = stage(FINE)
    number = scene.open()
    foreign = {"link": '<https://evil.example/x?page=2>; rel="next", </repos/octo-org/other>; rel="last"'}

    def intercept(request):
        is_first = request.path.endswith("/comments") and request.query.get("page") == "1"
        return Answer(200, [], foreign) if is_first and request.method == "GET" else None

    scene.github.interceptors.append(intercept)
    ran = scene.label(number)
    assert ran.outputs["status"] == "no_change", ran.log
    pages = [one.query.get("page") for one in scene.github.requests if one.path.endswith(f"/{number}/comments")]
    assert "2" in pages


def test_f05_a_run_asks_few_things(stage):
    """Five hundred comments and a large tree cost a run less than a sixth of the hour's requests."""
    files = {f"src/part{n}/module{m}.py": f"x = {n}\n" for n in range(30) for m in range(10)} | HELLO
    scene = stage(FINE, files=files)
    number = scene.open()
    for count in range(300):
        comment = scene.repo.comment(number, author="mona", body=f"Comment {count}.")
        scene.repo.react(number, "rocket", actor="stan", comment=comment.id)
    scene.label(number)
    assert len(scene.github.requests) <= MAX_REQUESTS
