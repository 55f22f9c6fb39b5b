"""Answers of GitHub's REST API -> people, issues and comments, which have the shape that payloads have.

A payload may lack anything; an answer has at least what names the thing.
"""

from ai_coder.adapters.github_shape import number, record
from ai_coder.domain.task import Comment, Issue, Person
from ai_coder.resolve.event import parse_comment, parse_issue, parse_person


def person_at(data: object, *keys: str) -> Person:
    """Whose account stands there; nobody's where it is gone. Raises: OddAnswer."""
    return parse_person(record(data, *keys, absent={}))


def ourselves(reaction: object) -> Person:
    """Who put the reaction there that we just made: whose token it is. Raises: OddAnswer."""
    id_of(record(reaction, "user"))
    return person_at(reaction, "user")


def issue(data: object) -> Issue:
    """An issue, or a pull request in its shape. Raises: OddAnswer."""
    number(data, "number")
    return parse_issue(record(data))


def comment(data: object) -> Comment:
    """A comment under an issue. Raises: OddAnswer."""
    id_of(data)
    return parse_comment(record(data))


def id_of(data: object) -> int:
    """The id of what was made. Raises: OddAnswer."""
    return number(data, "id")
