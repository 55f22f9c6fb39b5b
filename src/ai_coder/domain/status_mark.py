"""What the status comment's hidden first line keeps: a hint for the next run, believed from our own account only."""

import json
import re
from dataclasses import dataclass

from ai_coder.domain.report import STATUS_MARKER

_MARK = re.compile(re.escape(STATUS_MARKER) + r" (\{[^\n]{0,500}\}) -->")
_PLAN_BEGIN, _PLAN_END = "<!-- ai_coder:plan -->", "<!-- ai_coder:plan end -->"


@dataclass(frozen=True, slots=True)
class StatusMark:
    """How the last run ended, and what all runs of the issue cost so far."""

    status: str = ""
    spent_usd: float = 0.0

    @classmethod
    def parse(cls, body: str) -> "StatusMark":
        """The mark at the beginning of a status comment; an empty one where it cannot be read."""
        found = _MARK.match(body)
        try:
            data = json.loads(found[1]) if found else {}
        except ValueError:
            return cls()
        status, spent = data.get("status"), data.get("spent_usd", 0)
        is_number = isinstance(spent, int | float) and not isinstance(spent, bool)
        return cls(status if isinstance(status, str) else "", max(float(spent), 0.0) if is_number else 0.0)

    def __str__(self) -> str:
        data: dict[str, str | float] = {"status": self.status}
        if self.spent_usd:
            data["spent_usd"] = round(self.spent_usd, 6)
        return f"{STATUS_MARKER} {json.dumps(data)} -->"


def marked_plan(markdown: str) -> str:
    """A plan as it stands in a status comment, to be found again."""
    return f"{_PLAN_BEGIN}\n{markdown}\n{_PLAN_END}"


def find_plan(body: str) -> str:
    """The plan in a status comment; empty where there is none."""
    _, begin, rest = body.partition(_PLAN_BEGIN)
    plan, end, _ = rest.partition(_PLAN_END)
    return plan.strip() if begin and end else ""
