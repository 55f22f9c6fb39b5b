"""What the status comment's hidden first line keeps: a hint for the next run, believed from our own account only."""

import hashlib
import json
import re
from dataclasses import dataclass

from ai_coder.domain.report import STATUS_MARKER
from ai_coder.domain.task import Issue

_MARK = re.compile(re.escape(STATUS_MARKER) + r" (\{[^\n]{0,500}\}) -->")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PLAN_BEGIN, _PLAN_END = "<!-- ai_coder:plan -->", "<!-- ai_coder:plan end -->"


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

    @classmethod
    def parse(cls, body: str) -> "StatusMark":
        """The mark at the beginning of a status comment; an empty one where it cannot be read."""
        found = _MARK.match(body)
        try:
            data = json.loads(found[1]) if found else {}
        except ValueError:
            return cls()
        spent = data.get("spent_usd", 0)
        is_number = isinstance(spent, int | float) and not isinstance(spent, bool)
        turns = data.get("bot_turns", 0)
        bot_turns = turns if isinstance(turns, int) and not isinstance(turns, bool) else 0
        texts = (found if isinstance(found := data.get(key), str) else "" for key in ("status", "text_id", "head"))
        status, text_id, head = texts
        return cls(
            status,
            max(float(spent), 0.0) if is_number else 0.0,
            text_id,
            head if _COMMIT.fullmatch(head) else "",
            data.get("asks_about_branch") is True,
            max(bot_turns, 0),
        )

    def __str__(self) -> str:
        data: dict[str, str | float | bool] = {"status": self.status}
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
        return f"{STATUS_MARKER} {json.dumps(data)} -->"


def text_id(issue: Issue) -> str:
    """A short name of the issue's title and body."""
    return hashlib.sha256(f"{issue.title}\n{issue.body}".encode("utf-8", "replace")).hexdigest()[:12]


def marked_plan(markdown: str) -> str:
    """A plan as it stands in a status comment, to be found again."""
    return f"{_PLAN_BEGIN}\n{markdown}\n{_PLAN_END}"


def find_plan(body: str) -> str:
    """The plan in a status comment; empty where there is none."""
    _, begin, rest = body.partition(_PLAN_BEGIN)
    plan, end, _ = rest.partition(_PLAN_END)
    return plan.strip() if begin and end else ""
