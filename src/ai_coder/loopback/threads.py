"""Comments on lines of a pull request's diff: where they may stand, what they show, and where they are now."""

import difflib
from dataclasses import dataclass
from typing import Literal

from ai_coder.domain.diff import FileDiff, ShownLine
from ai_coder.loopback.refusals import Refused
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.state import PullRequest, ReviewComment

Side = Literal["LEFT", "RIGHT"]


@dataclass(frozen=True, slots=True)
class Spot:
    """Lines of a diff that a comment is made on."""

    path: str
    line: int
    start_line: int = 0
    """0 for a single line."""
    side: Side = "RIGHT"


def fork_point(repo: Repository, pull: PullRequest) -> str | None:
    """Where the pull request left its base branch; of a merged one, where it had left it before the merge."""
    merged = repo.store.commit(pull.merge_commit_sha) if pull.merge_commit_sha else None
    base = merged.parents[0] if merged else repo.head(pull.base) or pull.head_sha
    return repo.store.merge_base(base, pull.head_sha)


def hunk_of(repo: Repository, pull: PullRequest, spot: Spot) -> str:
    """The diff from the hunk's beginning to the line. Raises: Refused (422) for a line that the diff does not show."""
    for file in repo.store.changes(fork_point(repo, pull), pull.head_sha):
        if file.path == spot.path and file.patch is not None:
            shown = FileDiff(file.path, patch=file.patch).lines
            last = _find(shown, spot.line, spot.side)
            first = _find(shown, spot.start_line or spot.line, spot.side)
            if last and first and first.hunk == last.hunk and spot.start_line <= spot.line:
                return _until(file.patch, last, shown)
    raise Refused(422, "Unprocessable Entity", simple=("Line could not be resolved",))


def _find(shown: tuple[ShownLine, ...], number: int, side: Side) -> ShownLine | None:
    return next((line for line in shown if number and number == (line.new if side == "RIGHT" else line.old)), None)


def _until(patch: str, last: ShownLine, shown: tuple[ShownLine, ...]) -> str:
    """The header of the hunk of `last` and its lines up to `last`, with their signs."""
    header = [line for line in patch.split("\n") if line.startswith("@@ ")][last.hunk]
    lines = [line for line in shown if line.hunk == last.hunk]
    return "\n".join([header, *(f"{_sign(line)}{line.text}" for line in lines[: lines.index(last) + 1])])


def _sign(line: ShownLine) -> str:
    return " " if not line.is_changed else "+" if line.new else "-"


@dataclass(frozen=True, slots=True)
class Now:
    """Where a comment's lines are at the head; None once one of them was changed."""

    line: int | None
    start_line: int | None


def where_now(repo: Repository, comment: ReviewComment) -> Now:
    """The lines that the comment was made on, as the file at the head counts them."""
    pull = repo.pull_request(comment.number)
    start = comment.start_line or comment.line
    moved = range(start, comment.line + 1)
    if comment.side == "RIGHT" and pull.head_sha != comment.commit_id:
        old, new = (_lines(repo, commit, comment.path) for commit in (comment.commit_id, pull.head_sha))
        mapped = _mapping(old, new)
        places = [mapped.get(number, 0) for number in moved]
        if 0 in places or places[-1] - places[0] != len(places) - 1:
            return Now(None, None)
        return Now(places[-1], places[0] if comment.start_line else None)
    return Now(comment.line, comment.start_line or None)


def _lines(repo: Repository, commit: str, path: str) -> list[bytes]:
    found = repo.store.commit(commit)
    content = repo.store.contents(found.tree).get(path, b"") if found else b""
    return content.split(b"\n")


def _mapping(old: list[bytes], new: list[bytes]) -> dict[int, int]:
    """Numbers of the lines that stayed, old to new."""
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.a + at + 1: block.b + at + 1 for block in blocks for at in range(block.size)}
