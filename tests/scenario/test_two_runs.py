"""Two runs on one issue at once: whatever the order of their requests, each request has its answer, once."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ai_coder.domain.report import STATUS_MARKER
from ai_coder.domain.status_mark import WORKING, StatusMark
from ai_coder.loopback.model import Say
from builders import a_block
from contract import openapi
from fakes.crash import BOT, Delivery, Story, Theatre
from fakes.stories import FILES, label
from fakes.two_runs import Schedule, interleave

if TYPE_CHECKING:
    from collections.abc import Callable

BRANCH = "ai_coder/issue-1"
GREET, LOUDER, GUIDE = "Greet in French.", "Say it louder.", "Name the guide."
ASKED = {
    GREET: ("src/greet.py", "    return 'hello'\n", "    return 'salut'\n"),
    LOUDER: ("src/greet.py", "    return 'salut'\n", "    return 'SALUT'\n"),
    GUIDE: ("docs/guide.md", "# Guide\n", "# The guide\n"),
}
FINAL = {"rocket", "confused", "+1"}
FORGE_FAILED = 3
SCHEDULES = (Schedule(0), Schedule(4), Schedule(9), Schedule(25), Schedule(4, 6), Schedule(9, 17))
"""Switches before the eyes, the status comment, the work and the branch: what was read is as old as it can be."""


def speak(request):
    """Makes each change that is asked for and that the files shown do not hold yet."""
    text = "\n".join(str(message.get("content") or "") for message in request.body["messages"])
    files = "".join(re.findall(r" file [^>]*>\n([^<]*)</data", text))
    wanted = [a_block(path, old, new) for words, (path, old, new) in ASKED.items() if words in text and old in files]
    return Say("\n".join(wanted) or "NO CHANGE: It is so already.")


def says(stage, *texts):
    """Mona writes the comments one after the other; each has its event."""
    repo = stage.repo
    ids = [repo.comment(1, author="mona", body=text).id for text in texts]
    payloads = [repo.payload("issue_comment", "created", sender="mona", issue=1, comment=one) for one in ids]
    return [Delivery("issue_comment", payload) for payload in payloads]


def worked_on(theatre):
    """The issue has its pull request, and a commit of mona's stands on the branch."""
    theatre.perform(label(theatre.stage))
    theatre.stage.repo.commit(BRANCH, {"notes.txt": "Mine.\n"}, author="mona")


def a_label_twice(theatre):
    """The event of the label is delivered twice."""
    return [label(theatre.stage)] * 2


def a_comment_twice(theatre):
    """The event of a comment is delivered twice."""
    worked_on(theatre)
    return says(theatre.stage, LOUDER) * 2


def two_comments(theatre):
    """Two comments come at once."""
    worked_on(theatre)
    return says(theatre.stage, LOUDER, GUIDE)


def label_and_comment(theatre):
    """The label and the first comment come at once."""
    return [label(theatre.stage), *says(theatre.stage, GUIDE)]


def opened_with_label(theatre):
    """An issue that is opened with the label makes two events."""
    repo = theatre.stage.repo
    repo.open_issue(author="mona", title="Greet in French", body=GREET, labels=["ai_coder"])
    opened = repo.payload("issues", "opened", sender="mona", issue=1)
    labelled = repo.payload("issues", "labeled", sender="mona", issue=1, label="ai_coder")
    return [Delivery("issues", opened), Delivery("issues", labelled)]


@dataclass(frozen=True)
class Race:
    """What two runs begin with, and what the branch says in the end, whoever is first."""

    begin: Callable[[Theatre], list[Delivery]]
    requests: tuple[str, ...]
    """All that is asked for, each once."""
    is_mona_in: bool = False
    """Whether a commit of hers stands on the branch."""


RACES = (
    Race(a_label_twice, (GREET,)),
    Race(a_comment_twice, (GREET, LOUDER), is_mona_in=True),
    Race(two_comments, (GREET, LOUDER, GUIDE), is_mona_in=True),
    Race(label_and_comment, (GREET, GUIDE)),
    Race(opened_with_label, (GREET,)),
)


def wrong_on(repo, race):
    """What is wrong on the forge after both runs, a sentence each."""
    marks = [StatusMark.parse(one.body) for one in repo.comments(1) if one.body.startswith(STATUS_MARKER)]
    if [mark.status in {"", WORKING} for mark in marks] != [False]:
        yield f"status comments: {[mark.status for mark in marks]}"
    if [pull.head for pull in repo.pull_requests] != [BRANCH]:
        yield f"pull requests of {[pull.head for pull in repo.pull_requests]}"
    asked = {"the issue": repo.reactions(1)} if race.begin is not a_comment_twice else {}
    asked |= {one.body: repo.reactions(1, one.id) for one in repo.comments(1) if one.author.login == "mona"}
    for name, reactions in asked.items():
        ours = {content for by, content in reactions if by == BOT}
        if len(ours & FINAL) != 1 and ours & FINAL != {"rocket", "+1"}:  # changed by one, found so by the other
            yield f"{name} has {sorted(ours)}"


def wrong_in(repo, race, *, is_failed):
    """What is wrong on the branch after both runs, a sentence each.

    The last request may lack there where its run says so: it failed, or its change stands on a branch beside.
    """
    wanted = dict(FILES) | ({"notes.txt": "Mine.\n"} if race.is_mona_in else {})
    for request in race.requests:
        path, old, new = ASKED[request]
        wanted[path] = wanted[path].replace(old, new)
    files = {path: content.decode() for path, content in repo.files(BRANCH).items()}
    path, old, new = ASKED[race.requests[-1]]
    is_beside = any(name.startswith(f"{BRANCH}-alt-") for name in repo.branches)
    without = {**wanted, path: wanted[path].replace(new, old)}
    if files != wanted and not ((is_failed or is_beside) and files == without):
        yield f"files: {files}"
    messages = [one.message for one in repo.log(BRANCH)]
    most = len(race.requests) + race.is_mona_in + len(repo.log("main"))
    if len(messages) > most:
        yield f"{len(messages)} commits: {messages}"


@pytest.mark.slow
@pytest.mark.parametrize("race", RACES, ids=[race.begin.__name__ for race in RACES])
def test_any_order_of_two_runs(tmp_path, race):
    """One pull request, one status comment at rest, each change once, no commit lost, and an answer to each request."""
    problems = []
    with closing(Theatre(tmp_path, Story("two runs", speak, (), FILES, {"mode": "single"}))) as theatre:
        first, second = race.begin(theatre)
        start, repo = theatre.keep(), theatre.stage.repo
        for schedule in SCHEDULES:
            theatre.put_back(start)
            pair = interleave(theatre.stage, (theatre.environ(first), theatre.environ(second)), schedule)
            ends = [(ran.exit_status, ran.outputs.get("status")) for ran in pair.runs]
            is_failed = any(status for status, _ in ends)
            found = [*wrong_on(repo, race), *wrong_in(repo, race, is_failed=is_failed)]
            if any(status and (status, name) != (FORGE_FAILED, "failed") for status, name in ends):
                found.append(f"ends: {ends}: {pair.first.log}")
            if all(status for status, _ in ends):
                found.append(f"nobody came through: {pair.first.log}")
            problems += [f"{schedule}: {problem}" for problem in found]
        problems += [problem for one in theatre.stage.github.requests for problem in openapi.check(one)]
    assert problems == []
