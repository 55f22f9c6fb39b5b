"""Values with every field filled, so that a test names only what it is about."""

from datetime import UTC, datetime
from typing import Any

from ai_coder.domain.task import Comment, Event, Issue, Person

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MONA = Person("mona", 101)
HUBOT = Person("hubot", 102)


def an_issue(**fields: Any) -> Issue:
    """An open issue that mona wrote, with neither label nor prefix."""
    filled: dict[str, Any] = {
        "number": 7,
        "title": "Greet in Portuguese",
        "body": "See [hello.py](../blob/main/hello.py).",
        "author": MONA,
        "labels": (),
        "url": "https://github.com/octo/hello/issues/7",
        "updated_at": NOON,
    }
    return Issue(**filled | fields)


def a_comment(body: str = "Use tabs.", **fields: Any) -> Comment:
    """A comment by mona."""
    filled: dict[str, Any] = {"id": 70, "body": body, "author": MONA, "created_at": NOON, "updated_at": NOON}
    return Comment(**filled | fields)


def an_event(**fields: Any) -> Event:
    """Mona puts the trigger label on her own issue. `issue` and `comment` may be given as their fields."""
    issue = an_issue(**fields.pop("issue", {}))
    comment = fields.pop("comment", None)
    filled: dict[str, Any] = {
        "kind": "issues",
        "action": "labeled",
        "label": "ai_coder",
        "sender": MONA,
        "issue": issue,
    }
    if comment is not None:
        filled["comment"] = a_comment(**comment) if isinstance(comment, dict) else a_comment(comment)
    return Event(**filled | fields)


def a_block(path: str, old: str, new: str) -> str:
    """A SEARCH/REPLACE block."""
    return f"{path}\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n"
