"""Issues, comments, reactions and permissions on GitHub."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_history import EDITS, last_edit, moments_of_comments, moments_of_labels
from ai_coder.domain.report import STATUS_MARKER
from ai_coder.domain.task import EVER, Comment, Issue, Labelled, Person, Role
from ai_coder.errors import AnswerLost, ForgeError, NotFound
from ai_coder.ports import Reaction, ReactionName
from ai_coder.resolve.event import parse_comment, parse_issue, parse_person, parse_time

_ROLES = {"admin": Role.ADMIN, "maintain": Role.WRITE, "write": Role.WRITE, "triage": Role.TRIAGE, "read": Role.READ}
_CREATED = 201


class GithubTracker:
    """Port `Tracker` over one GitHub repository."""

    def __init__(self, api: GithubApi) -> None:
        self._api = api
        self._roles: dict[tuple[str, int], Role] = {}
        self._own_id = 0
        """Our own account, as the first reaction told it; 0 before."""
        self._posting: set[int] = set()
        """Issues under which a status comment was begun whose answer never came."""

    def role(self, person: Person) -> Role:
        """What `person` may do now, by the permission API; an account that took over the name is a stranger.

        Source: https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
        """
        known = self._roles.get((person.login, person.id))
        if known is None:
            known = self._roles[person.login, person.id] = self._role(person)
        return known

    def _role(self, person: Person) -> Role:
        try:
            data = self._api.get(f"/collaborators/{quote(person.login, safe='')}/permission")
        except NotFound:
            return Role.NONE
        if person.id and parse_person(data.get("user") or {}).id != person.id:
            return Role.NONE
        role = _ROLES.get(data.get("permission"), Role.NONE)
        return Role.TRIAGE if role is Role.READ and data.get("role_name") == "triage" else role

    def issue(self, number: int) -> Issue:
        """The issue as it is now, with its last edit."""
        issue = parse_issue(self._api.get(f"/issues/{number}"))
        try:
            owner, _, name = self._api.repository.partition("/")
            at, by = last_edit(self._api.graphql(EDITS, owner=owner, name=name, number=number))
        except ForgeError:
            return replace(issue, edited_at=EVER)
        return replace(issue, edited_at=at, edited_by=by)

    def comments(self, number: int) -> tuple[Comment, ...]:
        """All comments, oldest first (GitHub sorts them by id)."""
        return tuple(parse_comment(item) for item in self._api.pages(f"/issues/{number}/comments"))

    def labelled_by(self, number: int, label: str) -> Labelled:
        """The last `labeled` event of that label."""
        last = Labelled()
        for item in self._api.pages(f"/issues/{number}/events"):
            name = (item.get("label") or {}).get("name", "")
            if item.get("event") == "labeled" and name.casefold() == label.casefold():
                last = Labelled(parse_person(item.get("actor") or {}), parse_time(str(item.get("created_at"))))
        return last

    def asked_lately(self, person: Person, label: str, since: datetime) -> int:
        """Counted among the newest hundred comments and the newest hundred events of the repository."""
        after = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        comments = self._api.get("/issues/comments", since=after, sort="created", direction="desc", per_page=100)
        events = self._api.get("/issues/events", per_page=100)
        moments = [*moments_of_comments(comments, person), *moments_of_labels(events, person, label)]
        return sum(moment >= since for moment in moments)

    def react(self, number: int, comment_id: int, reaction: ReactionName) -> Reaction:
        """Put our reaction there: 201 when it is new, 200 when it stood."""
        status, data = self._api.write("POST", _reactions(number, comment_id), {"content": reaction})
        own = parse_person(data.get("user") or {})
        self._own_id = own.id
        return Reaction(own, is_new=status == _CREATED)

    def reacted_by(self, number: int, comment_id: int, reaction: ReactionName) -> tuple[Person, ...]:
        """Who put that reaction there."""
        items = self._api.pages(_reactions(number, comment_id), content=reaction)
        return tuple(parse_person(item.get("user") or {}) for item in items)

    def write_status(self, number: int, comment_id: int, text: str) -> int:
        """Post the comment, or replace its text; one whose answer was lost is found, and not posted again."""
        if not comment_id and number in self._posting:
            comment_id = self._posted(number)
        if comment_id:
            self._api.write("PATCH", f"/issues/comments/{comment_id}", {"body": text})
            return comment_id
        self._posting.add(number)
        try:
            _, data = self._api.write("POST", f"/issues/{number}/comments", {"body": text})
            comment_id = int(data["id"])
        except AnswerLost:
            comment_id = self._posted(number)
            if not comment_id:
                _, data = self._api.write("POST", f"/issues/{number}/comments", {"body": text})
                comment_id = int(data["id"])
        self._posting.discard(number)
        return self._the_one(number, comment_id, text)

    def _the_one(self, number: int, comment_id: int, text: str) -> int:
        """The comment that was just posted, or an older one of a run beside this one: the oldest stays, for both."""
        try:
            oldest = self._posted(number) if self._own_id else 0
            if not 0 < oldest < comment_id:
                return comment_id
            self._api.write("PATCH", f"/issues/comments/{oldest}", {"body": text})
        except ForgeError:
            return comment_id
        with suppress(ForgeError):  # two comments are worse than one, and better than no answer
            self._api.write("DELETE", f"/issues/comments/{comment_id}", None)
        return oldest

    def _posted(self, number: int) -> int:
        """The status comment of our own that stands there after all; 0 for none."""
        comments = (c for c in self.comments(number) if c.body.startswith(STATUS_MARKER))
        return next((c.id for c in comments if self._own_id in {0, c.author.id}), 0)

    def open_issues(self) -> tuple[Issue, ...]:
        """All open issues, oldest first; GitHub lists pull requests among them, which are left out."""
        items = self._api.pages("/issues", state="open", sort="created", direction="asc")
        issues = (parse_issue(item) for item in items)
        return tuple(issue for issue in issues if not issue.is_pull_request)


def _reactions(number: int, comment_id: int) -> str:
    return f"/issues/comments/{comment_id}/reactions" if comment_id else f"/issues/{number}/reactions"
