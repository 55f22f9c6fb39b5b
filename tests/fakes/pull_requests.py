"""What reviewers do on a pull request of a stage, each deed followed by the run that its event starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_coder.loopback.threads import Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ai_coder.loopback.runner import Ran
    from fakes.stage import Stage

BOT = "github-actions[bot]"
MARK = "<!-- ai_coder:reply -->\n"


def remark(scene: Stage, number: int, body: str, place: str, by: str = "mona") -> Ran:
    """Comment on lines, `path:5` or `path:5-7`, and run."""
    [(said, spot)] = on_lines((place, body))
    comment = scene.repo.review_comment(
        number, author=by, body=said, path=spot.path, line=spot.line, start_line=spot.start_line
    )
    return _line_event(scene, comment.id, by)


def answer(scene: Stage, thread: int, body: str, by: str = "mona") -> Ran:
    """Answer in the thread that the comment begins, and run."""
    return _line_event(scene, scene.repo.reply(thread, author=by, body=body).id, by)


def _line_event(scene: Stage, comment: int, by: str) -> Ran:
    payload = scene.repo.payload("pull_request_review_comment", "created", sender=by, comment=comment)
    return scene.run("pull_request_review_comment", payload)


def submit(
    scene: Stage, number: int, *lines: tuple[str, str], body: str = "", by: str = "mona", state: str = ""
) -> Ran:
    """Submit a review with comments on lines, each (place, text), and run."""
    verdict = state or "COMMENTED"
    review = scene.repo.review(number, author=by, body=body, state=verdict, lines=on_lines(*lines))
    payload = scene.repo.payload("pull_request_review", "submitted", sender=by, issue=number, review=review.id)
    return scene.run("pull_request_review", payload)


def on_lines(*lines: tuple[str, str]) -> Sequence[tuple[str, Spot]]:
    """(place, text) as the embedded GitHub takes it."""
    return [(text, _spot(place)) for place, text in lines]


def _spot(place: str) -> Spot:
    path, _, numbers = place.rpartition(":")
    first, _, last = numbers.partition("-")
    return Spot(path, int(last or first), int(first) if last else 0)


def talk(scene: Stage, number: int) -> list[list[tuple[str, str]]]:
    """Who said what in each thread; our mark is left out."""
    return [
        [(one.author.login, one.body.removeprefix(MARK)) for one in thread] for thread in scene.repo.threads(number)
    ]


def resolved(scene: Stage, number: int) -> list[bool]:
    """Of each thread, whether it is resolved."""
    return [thread[0].resolved_by is not None for thread in scene.repo.threads(number)]
