"""What the status comment's hidden first line keeps: a hint for the next run, believed from our own account only."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile

from ai_coder.domain.report import STATUS_MARKER, Status
from ai_coder.domain.task import Comment, CommentKind, Issue, Task

WORKING = "working"
"""The mark's status while a run is under way, or was when it was killed."""
_MARK = re.compile(re.escape(STATUS_MARKER) + r" (\{[^\n]{0,2000}\}) -->")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MAX_ASKED = 60
_MAX_RESUMED = 3
"""Scheduled runs in a row that may go on with parked work; then a person has to say something."""
_PLAN_BEGIN, _PLAN_END = "<!-- ai_coder:plan -->", "<!-- ai_coder:plan end -->"
_QUESTION = re.compile(r"^\*\*[1-3]\.\*\* ")
_BOX = re.compile(r"^- \[[ xX]\] .")
_TICKED = re.compile(r"^- \[[xX]\] .")
_UNANSWERED = frozenset({WORKING, Status.FAILED, Status.CANCELLED, ""})


@dataclass(frozen=True, slots=True)
class StatusMark:
    """How the last run ended, and what all runs of the issue cost so far."""

    status: str = ""
    spent_usd: float = 0.0
    text_id: str = ""
    """Names title and body of the issue as a model worked on them; empty where none was asked."""
    head: str = ""
    """Head of the branch as the run made it, or took it as it was; empty where there is no branch."""
    asks_about_branch: bool = False
    """Whether the run asked if it may go on from a branch that was reset."""
    bot_turns: int = 0
    """How many requests of bots were answered since a person asked."""
    asked: tuple[str, ...] = ()
    """The requests that the text answers, as `request_ids` names them."""
    resumes_at: datetime | None = None
    """When a parked run may go on by itself."""
    ci_rounds: int = 0
    """How often in a row a failed check alone started a run."""
    resumed: int = 0
    """How many scheduled runs went on with parked work since a person said something."""

    @classmethod
    def parse(cls, body: str) -> "StatusMark":
        """The mark at the beginning of a status comment; an empty one where it cannot be read."""
        found = _MARK.match(body)
        try:
            data = json.loads(found[1]) if found else {}
        except ValueError:
            return cls()
        spent, asked = data.get("spent_usd", 0), data.get("asked", [])
        is_number = isinstance(spent, int | float) and not isinstance(spent, bool)
        head = _text(data, "head")
        return cls(
            _text(data, "status"),
            max(float(spent), 0.0) if is_number else 0.0,
            _text(data, "text_id"),
            head if _COMMIT.fullmatch(head) else "",
            data.get("asks_about_branch") is True,
            _count(data, "bot_turns"),
            tuple(str(one) for one in asked) if isinstance(asked, list) else (),
            _moment(_text(data, "resumes_at")),
            _count(data, "ci_rounds"),
            _count(data, "resumed"),
        )

    @property
    def is_answer(self) -> bool:
        """Whether the requests of `asked` need no other run."""
        return self.status not in _UNANSWERED and self.resumes_at is None

    @property
    def goes_on(self) -> bool:
        """Whether a schedule may go on with work that was parked at a limit of ours."""
        return self.status == Status.PARKED and self.resumes_at is None and self.resumed < _MAX_RESUMED

    def __str__(self) -> str:
        data: dict[str, str | float | bool | list[str]] = {"status": self.status}
        if self.spent_usd:
            data["spent_usd"] = round(self.spent_usd, 6)
        if self.text_id:
            data["text_id"] = self.text_id
        if self.head:
            data["head"] = self.head
        if self.asks_about_branch:
            data["asks_about_branch"] = True
        if self.bot_turns:
            data["bot_turns"] = self.bot_turns
        if self.asked:
            data["asked"] = list(self.asked[-_MAX_ASKED:])
        if self.resumes_at:
            data["resumes_at"] = self.resumes_at.isoformat(timespec="seconds")
        if self.ci_rounds:
            data["ci_rounds"] = self.ci_rounds
        if self.resumed:
            data["resumed"] = self.resumed
        return f"{STATUS_MARKER} {json.dumps(data)} -->"


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _count(data: Mapping[str, object], name: str) -> int:
    value = data.get(name)
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else 0


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def request_ids(task: Task, comments: tuple[Comment, ...]) -> tuple[str, ...]:
    """Names of what is asked: comments by their ids, words without a comment (a tick, a manual start) by a hash."""
    words = [_digest(task.command.argument)] if task.command.argument and not task.comment.id else []
    own = [request_id(task.comment)] if task.comment.id else words
    return tuple(dict.fromkeys([*own, *map(request_id, comments)]))


def request_id(comment: Comment) -> str:
    """Names a comment: ids are unique within a kind only."""
    is_plain = comment.kind is CommentKind.CONVERSATION
    return str(comment.id) if is_plain else f"{comment.kind}-{comment.id}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def text_id(issue: Issue) -> str:
    """A short name of the issue's title and body."""
    return _digest(f"{issue.title}\n{issue.body}")


def marked_plan(markdown: str) -> str:
    """A plan as it stands in a status comment, to be found again."""
    return f"{_PLAN_BEGIN}\n{markdown}\n{_PLAN_END}"


def find_plan(body: str) -> str:
    """The plan in a status comment; empty where there is none."""
    _, begin, rest = body.partition(_PLAN_BEGIN)
    plan, end, _ = rest.partition(_PLAN_END)
    return plan.strip() if begin and end else ""


def find_questions(body: str) -> str:
    """The questions of a status comment with their boxes; empty where none stand there."""
    lines = dropwhile(lambda line: not _QUESTION.match(line), body.replace("\r\n", "\n").split("\n"))
    return "\n".join(line for line in lines if _QUESTION.match(line) or _BOX.match(line))


def chosen_answers(before: str, after: str) -> str:
    """The questions with what is ticked under them; empty when the edit ticked nothing new."""
    lines = find_questions(after).split("\n")
    ticked = sum(bool(_TICKED.match(line)) for line in lines)
    if ticked <= sum(bool(_TICKED.match(line)) for line in find_questions(before).split("\n")):
        return ""
    return "\n".join(["Answers to your questions:", *(line for line in lines if not line.startswith("- [ ]"))])
