"""Answers of GitHub about what was done when, and by whom -> moments and people."""

from datetime import datetime

from ai_coder.adapters.github_nouns import comment, person_at
from ai_coder.adapters.github_shape import number, record, records, text
from ai_coder.domain.task import Labelled, Person
from ai_coder.resolve.event import parse_time

EDITS = """query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { issue(number: $number) {
    lastEditedAt
    editor { __typename login ... on User { databaseId } ... on Bot { databaseId } }
    timelineItems(last: 1, itemTypes: [RENAMED_TITLE_EVENT]) { nodes { ... on RenamedTitleEvent {
      createdAt actor { __typename login ... on User { databaseId } ... on Bot { databaseId } }
    } } }
  } }
}"""
"""Who edited an issue is told by GraphQL alone. Source: https://docs.github.com/en/graphql/reference/objects#issue"""


def last_edit(data: object) -> tuple[datetime, Person]:
    """When, and by whom, title or body were changed last, from the answer to `EDITS`; `NEVER` for not at all."""
    issue = record(data, "repository", "issue")
    edits = [(_time(issue, "lastEditedAt"), _actor(issue, "editor"))]
    nodes = records(issue, "timelineItems", "nodes")
    edits += [(_time(node, "createdAt"), _actor(node, "actor")) for node in nodes]
    return max(edits, key=lambda edit: edit[0])


def comments_taken_up(items: object) -> list[tuple[Person, datetime]]:
    """Who wrote each of the comments that were taken up, and when: these carry our eyes."""
    comments = map(comment, records(items))
    return [(one.author, one.created_at) for one in comments if "eyes" in dict(one.reaction_counts)]


def labellings(items: object) -> list[tuple[str, Labelled]]:
    """Labels that were set, on whatever issue: their names in small letters, by whom and when."""
    return [one for one in map(labelling, records(items)) if one]


def labelling(event: object) -> tuple[str, Labelled] | None:
    """The label that the event is about; None for an event of another kind."""
    if text(event, "event") != "labeled":
        return None
    return text(event, "label", "name").casefold(), Labelled(person_at(event, "actor"), _time(event, "created_at"))


def _time(data: object, key: str) -> datetime:
    return parse_time(text(data, key, absent=""))


def _actor(data: object, key: str) -> Person:
    found = record(data, key, absent={})
    login, kind = text(found, "login", absent=""), text(found, "__typename", absent="")
    return Person(login, number(found, "databaseId", absent=0), kind == "Bot")
