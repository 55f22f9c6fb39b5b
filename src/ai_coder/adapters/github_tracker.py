"""Issues, comments, reactions and permissions on GitHub."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_history import EDITS, comments_taken_up, labelling, labellings, last_edit
from ai_coder.adapters.github_nouns import comment, id_of, issue, ourselves, person_at
from ai_coder.adapters.github_shape import nothing, text
from ai_coder.domain.report import STATUS_MARKER
from ai_coder.domain.task import EVER, Comment, Issue, Labelled, Person, Role
from ai_coder.errors import AnswerLost, ForgeError, NotFound
from ai_coder.ports import Reaction, ReactionName

_ROLES = {"admin": Role.ADMIN, "maintain": Role.WRITE, "write": Role.WRITE, "triage": Role.TRIAGE, "read": Role.READ}


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
            found, role = self._api.get(f"/collaborators/{quote(person.login, safe='')}/permission", _permission)
        except NotFound:
            return Role.NONE
        return Role.NONE if person.id and found.id != person.id else role

    def issue(self, number: int) -> Issue:
        """The issue as it is now, with its last edit."""
        found = self._api.get(f"/issues/{number}", issue)
        try:
            owner, _, name = self._api.repository.partition("/")
            at, by = self._api.graphql(EDITS, last_edit, owner=owner, name=name, number=number)
        except ForgeError:
            return replace(found, edited_at=EVER)
        return replace(found, edited_at=at, edited_by=by)

    def comments(self, number: int) -> tuple[Comment, ...]:
        """All comments, oldest first (GitHub sorts them by id)."""
        return tuple(self._api.pages(f"/issues/{number}/comments", comment))

    def labelled_by(self, number: int, label: str) -> Labelled:
        """The last `labeled` event of that label."""
        last = Labelled()
        for found in self._api.pages(f"/issues/{number}/events", labelling):
            if found and found[0] == label.casefold():
                last = found[1]
        return last

    def asked_lately(self, person: Person, label: str, since: datetime) -> int:
        """Counted among the newest hundred comments and the newest hundred events of the repository."""
        after = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        order = {"sort": "created", "direction": "desc"}
        moments = self._api.get("/issues/comments", comments_taken_up, since=after, per_page=100, **order)
        labelled = self._api.get("/issues/events", labellings, per_page=100)
        moments += [(one.by, one.at) for name, one in labelled if name == label.casefold()]
        return sum(by.id == person.id and at >= since for by, at in moments)

    def react(self, number: int, comment_id: int, reaction: ReactionName) -> Reaction:
        """Put our reaction there: 201 when it is new, 200 when it stood."""
        own, is_new = self._api.add(_reactions(number, comment_id), {"content": reaction}, ourselves)
        self._own_id = own.id
        return Reaction(own, is_new=is_new)

    def reacted_by(self, number: int, comment_id: int, reaction: ReactionName) -> tuple[Person, ...]:
        """Who put that reaction there."""
        return tuple(self._api.pages(_reactions(number, comment_id), _reactor, content=reaction))

    def write_status(self, number: int, comment_id: int, text: str) -> int:
        """Post the comment, or replace its text; one whose answer was lost is found, and not posted again."""
        if not comment_id and number in self._posting:
            comment_id = self._posted(number)
        if comment_id:
            return self._api.write("PATCH", f"/issues/comments/{comment_id}", {"body": text}, id_of)
        self._posting.add(number)
        path = f"/issues/{number}/comments"
        try:
            comment_id = self._api.write("POST", path, {"body": text}, id_of)
        except AnswerLost:
            comment_id = self._posted(number) or self._api.write("POST", path, {"body": text}, id_of)
        self._posting.discard(number)
        return self._the_one(number, comment_id, text)

    def _the_one(self, number: int, comment_id: int, text: str) -> int:
        """The comment that was just posted, or an older one of a run beside this one: the oldest stays, for both."""
        try:
            oldest = self._posted(number) if self._own_id else 0
            if not 0 < oldest < comment_id:
                return comment_id
            self._api.write("PATCH", f"/issues/comments/{oldest}", {"body": text}, id_of)
        except ForgeError:
            return comment_id
        with suppress(ForgeError):  # two comments are worse than one, and better than no answer
            self._api.write("DELETE", f"/issues/comments/{comment_id}", None, nothing)
        return oldest

    def _posted(self, number: int) -> int:
        """The status comment of our own that stands there after all; 0 for none."""
        comments = (c for c in self.comments(number) if c.body.startswith(STATUS_MARKER))
        return next((c.id for c in comments if self._own_id in {0, c.author.id}), 0)

    def open_issues(self) -> tuple[Issue, ...]:
        """All open issues, oldest first; GitHub lists pull requests among them, which are left out."""
        found = self._api.pages("/issues", issue, state="open", sort="created", direction="asc")
        return tuple(one for one in found if not one.is_pull_request)


def _permission(data: object) -> tuple[Person, Role]:
    """Whose account it is now, and what it may do."""
    role = _ROLES.get(text(data, "permission"), Role.NONE)
    is_triage = role is Role.READ and text(data, "role_name", absent="") == "triage"
    return person_at(data, "user"), Role.TRIAGE if is_triage else role


def _reactor(reaction: object) -> Person:
    return person_at(reaction, "user")


def _reactions(number: int, comment_id: int) -> str:
    return f"/issues/comments/{comment_id}/reactions" if comment_id else f"/issues/{number}/reactions"
