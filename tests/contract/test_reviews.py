"""Reviews, threads and diffs through the real adapter; every exchange is held against GitHub's own descriptions."""

import json
from dataclasses import replace

import pytest

from ai_coder.adapters.clock import SystemClock
from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_reviews import GithubReviews
from ai_coder.domain.review import DraftComment, ReviewDraft
from ai_coder.domain.task import CommentKind
from ai_coder.errors import ForgeError, NotFound
from ai_coder.loopback import Answer, Exchange, GithubServer, Request
from ai_coder.loopback.threads import Spot
from contract import graphql_schema, openapi

BOT = "github-actions[bot]"
BEFORE = "".join(f"line {n}\n" for n in range(1, 31))
AFTER = BEFORE.replace("line 5\n", "line five\n").replace("line 25\n", "line 25\nline 25 and a half\n")


@pytest.fixture(name="server")
def _server(tmp_path):
    with GithubServer(tmp_path) as server:
        yield server
        problems = [p for one in server.requests for p in (*openapi.check(one), *graphql_schema.check(one))]
        assert problems == []


@pytest.fixture(name="repo")
def _repo(server):
    """A repository with pull request 1, whose diff has two hunks."""
    repo = server.create_repository("octo-org/hello", {"a.txt": BEFORE, "logo.png": b"\x89PNG\0"})
    repo.add_person("mona")
    repo.commit("feature", {"a.txt": AFTER, "logo.png": b"\x89PNG\0\0"}, author="mona")
    repo.open_pull_request(author="mona", head="feature")
    return repo


@pytest.fixture(name="reviews")
def _reviews(server, repo):
    return GithubReviews(GithubApi(server.url, server.token, "octo-org/hello", SystemClock()))


def test_a_pull_request_says_where_its_branch_is(repo, reviews):
    """A branch of the repository and one of a fork are told apart, whatever their names are."""
    repo.open_pull_request_from_fork(author="stan", files={"b.txt": "1\n"}, head="feature")

    own, fork = reviews.pull_request(1), reviews.pull_request(2)

    assert (own.branch, own.is_from_fork, own.author.login, own.head) == (
        "feature",
        False,
        "mona",
        repo.head("feature"),
    )
    assert (fork.branch, fork.is_from_fork, fork.author.login) == ("feature", True, "stan")
    with pytest.raises(NotFound):
        reviews.pull_request(9)


def test_the_diff_shows_numbered_lines(repo, reviews):
    """Lines of the hunks have their numbers before and after the change; a binary file has none."""
    text, binary = reviews.diff(1)

    changed = [(line.old, line.new, line.text) for line in text.lines if line.is_changed]
    assert changed == [(5, 0, "line 5"), (0, 5, "line five"), (0, 26, "line 25 and a half")]
    assert {line.hunk for line in text.lines} == {0, 1}
    assert (binary.path, binary.patch, binary.lines) == ("logo.png", None, ())


def test_threads_are_told_whole(repo, reviews):
    """A thread has its lines at the head, its hunk, its people and its comments in order; so has one of two lines."""
    first = repo.review_comment(1, author="mona", body="Why?", path="a.txt", line=6, start_line=5)
    repo.reply(first.id, author="stan", body="Yes, why?")
    repo.review(1, author="mona", body="All in all.", lines=[("And this?", Spot("a.txt", 25, side="LEFT"))])

    threads = reviews.threads(1)

    assert [(one.place, one.side, [c.body for c in one.comments]) for one in threads] == [
        ("a.txt:5-6", "RIGHT", ["Why?", "Yes, why?"]),
        ("a.txt:25", "LEFT", ["And this?"]),
    ]
    assert threads[0].hunk.splitlines()[-1] == " line 6"
    assert [c.author.login for c in threads[0].comments] == ["mona", "stan"]
    assert {c.kind for one in threads for c in one.comments} == {CommentKind.LINE}
    assert threads[1].comments[0].review == reviews.texts(1)[-1].id


def test_a_thread_follows_its_lines(repo, reviews):
    """Lines that moved keep their thread, lines that were changed make it outdated, and then it has no lines."""
    repo.review_comment(1, author="mona", body="?", path="a.txt", line=26)
    repo.commit("feature", {"a.txt": f"new\n{AFTER}"}, author="mona")
    [moved] = reviews.threads(1)
    repo.commit("feature", {"a.txt": BEFORE}, author="mona")
    [outdated] = reviews.threads(1)

    assert (moved.last_line, moved.is_outdated) == (27, False)
    assert (outdated.last_line, outdated.is_outdated, outdated.place) == (0, True, "a.txt")


def test_long_lists_come_whole(server, repo, reviews):
    """Sixty threads, one of them with 250 comments, and 120 reviews are read to their ends."""
    for number in range(60):
        first = repo.review_comment(1, author="mona", body=f"{number}", path="a.txt", line=5)
    for number in range(249):
        repo.reply(first.id, author="mona", body=f"reply {number}")
    server.requests.clear()

    threads, texts = reviews.threads(1), reviews.texts(1)

    assert (len(threads), len(threads[-1].comments), threads[-1].comments[-1].body) == (60, 250, "reply 248")
    assert len(texts) == 60 + 249
    assert len(server.requests) == 2 + 2 + 4


def test_our_reactions_to_comments_and_reviews(repo, reviews):
    """A review takes reactions by GraphQL only; both ways tell whose they are and whether they are new."""
    repo.review(1, author="mona", body="Please.", lines=[("Here.", Spot("a.txt", 5))])
    [text], [thread] = reviews.texts(1), reviews.threads(1)

    on_review, on_line = reviews.react(text, "eyes"), reviews.react(thread.comments[0], "eyes")

    assert on_review == on_line
    assert (on_line.by.login, on_line.by.is_bot, on_line.is_new) == (BOT, True, True)
    [again] = reviews.texts(1)
    assert again.own_reactions == ("eyes",)
    assert not reviews.react(again, "eyes").is_new
    assert not reviews.react(thread.comments[0], "eyes").is_new


def test_a_thread_is_answered_and_resolved(repo, reviews):
    """A reply goes into the thread, and resolving twice is resolving once."""
    repo.review_comment(1, author="mona", body="?", path="a.txt", line=5)
    [thread] = reviews.threads(1)

    reviews.reply(1, thread, "Fixed.")
    reviews.resolve(thread)
    reviews.resolve(thread)

    [now] = reviews.threads(1)
    assert [(c.author.login, c.body) for c in now.comments] == [("mona", "?"), (BOT, "Fixed.")]
    assert now.is_resolved


def test_resolving_needs_contents_write(server, repo, reviews):
    """A token that may not write contents may not resolve, and the hint names the permission."""
    repo.review_comment(1, author="mona", body="?", path="a.txt", line=5)
    [thread] = reviews.threads(1)
    server.permit(contents="read")

    with pytest.raises(ForgeError) as caught:
        reviews.resolve(thread)

    assert "contents: write" in caught.value.hint
    with pytest.raises(NotFound):
        reviews.resolve(replace(thread, id="PRRT_gone"))


def test_a_review_is_posted_whole_or_not_at_all(repo, reviews):
    """One request makes the review with its comments; one line that the diff does not show, and nothing is posted."""
    head = repo.head("feature")
    good = (DraftComment("a.txt", 5, 5, "Spell it."), DraftComment("a.txt", 25, 26, "Both."))

    url = reviews.post(1, ReviewDraft(head, "Two remarks.", good))

    assert url.startswith("https://github.com/octo-org/hello/pull/1#pullrequestreview-")
    assert [(t.place, t.comments[0].body) for t in reviews.threads(1)] == [
        ("a.txt:5", "Spell it."),
        ("a.txt:25-26", "Both."),
    ]
    [review] = reviews.texts(1)
    assert (review.body, review.author.login) == ("Two remarks.", BOT)
    with pytest.raises(ForgeError):
        reviews.post(1, ReviewDraft(head, "No.", (DraftComment("a.txt", 15, 15, "Nowhere."),)))
    assert len(reviews.texts(1)) == 1


@pytest.mark.parametrize(
    ("query", "answer", "said"),
    [
        ("query { viewer { login } }", {"viewer": {"login": "mona"}}, ""),
        ("query { viewer { lgoin } }", {"viewer": {"lgoin": "mona"}}, "Cannot query field 'lgoin'"),
        ("query { viewer { login } }", {"viewer": {"login": None}}, "Cannot return null"),
        ("query { viewer { login } }", {"viewer": {"login": "mona", "id": "1"}}, "other fields"),
        ("query ($a: Int!) { viewer { login } }", {"viewer": {"login": "mona"}}, "never used"),
        ("query {", {}, "Syntax Error"),
    ],
)
def test_the_check_of_graphql_sees_what_is_wrong(query, answer, said):
    """A field that does not exist, an answer of another shape and a bad query are told; a good exchange is not."""
    exchange = Exchange(
        Request("POST", "/graphql", raw=json.dumps({"query": query}).encode()), Answer(200, {"data": answer})
    )
    problems = graphql_schema.check(exchange)
    assert any(said in problem for problem in problems) if said else problems == []
