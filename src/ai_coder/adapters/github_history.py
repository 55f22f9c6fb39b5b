"""Answers of GitHub about what was done when, and by whom -> moments and people."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ai_coder.domain.task import Person
from ai_coder.resolve.event import parse_comment, parse_person, parse_time

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


def last_edit(data: Mapping[str, Any]) -> tuple[datetime, Person]:
    """When, and by whom, title or body were changed last, from the answer to `EDITS`; `NEVER` for not at all."""
    issue = (data.get("repository") or {}).get("issue") or {}
    edits = [(parse_time(str(issue.get("lastEditedAt"))), _actor(issue.get("editor")))]
    nodes = (issue.get("timelineItems") or {}).get("nodes") or ()
    edits += [(parse_time(str(node.get("createdAt"))), _actor(node.get("actor"))) for node in nodes]
    return max(edits, key=lambda edit: edit[0])


def moments_of_comments(items: Iterable[Mapping[str, Any]], person: Person) -> Iterator[datetime]:
    """When the person wrote each of the comments that were taken up: these carry our eyes."""
    for comment in map(parse_comment, items):
        if comment.author.id == person.id and "eyes" in dict(comment.reaction_counts):
            yield comment.created_at


def moments_of_labels(items: Iterable[Mapping[str, Any]], person: Person, label: str) -> Iterator[datetime]:
    """When the person set the label, on whatever issue."""
    for item in items:
        name = (item.get("label") or {}).get("name", "")
        is_hers = parse_person(item.get("actor") or {}).id == person.id
        if item.get("event") == "labeled" and is_hers and name.casefold() == label.casefold():
            yield parse_time(str(item.get("created_at")))


def _actor(data: Mapping[str, Any] | None) -> Person:
    found = data or {}
    return Person(str(found.get("login") or ""), int(found.get("databaseId") or 0), found.get("__typename") == "Bot")
