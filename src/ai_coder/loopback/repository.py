"""One repository: its git store, its people, its issues. Looking things up, no rules of the API."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from ai_coder.loopback.git_store import GitStore
from ai_coder.loopback.refusals import Refused, not_found
from ai_coder.loopback.state import ROLES, CheckRun, Comment, Issue, Label, PullRequest, Review, ReviewComment, User

if TYPE_CHECKING:
    from ai_coder.loopback.http import Json
    from ai_coder.loopback.world import World

CommentT = TypeVar("CommentT", bound=Comment)


class Repository:
    """Plain state. Whoever changes it holds the server's lock."""

    def __init__(self, world: "World", owner: User, name: str, default_branch: str) -> None:
        self.world = world
        self.id = world.next_id()
        self.owner = owner
        self.name = name
        self.default_branch = default_branch
        self.private = False
        self.archived = False
        self.has_issues = True
        self.allow_drafts = True
        self.allow_actions_pull_requests = True
        """The switch `Allow GitHub Actions to create and approve pull requests`."""
        self.rules: list[Json] = []
        """Rules for every branch but the default one, as the API lists them."""
        self.bypasses: dict[int, str] = {}
        """Who asks may get past the rules of a ruleset, by its id, so far: always, exempt, pull_requests_only."""
        self.created_at = world.now()
        self.pushed_at = self.created_at
        self.store = GitStore(world.folder / owner.login / f"{name}.git")
        self.roles: dict[int, str] = {}
        """By the user's id: a login may pass to somebody else."""
        self.labels: dict[str, Label] = {}
        self.issues: dict[int, Issue] = {}
        self.deleted_issues: set[int] = set()
        self.checks: list[CheckRun] = []
        """In the order in which they ended."""
        self.dispatched: list[tuple[str, str]] = []
        """Workflows that were started by hand: file name and branch."""
        self.store.create(default_branch)

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner.login}/{self.name}"

    @property
    def api(self) -> str:
        """The repository's address in the API."""
        return f"{self.world.api_url}/repos/{self.full_name}"

    @property
    def html(self) -> str:
        """The repository's page."""
        return f"{self.world.html_url}/{self.full_name}"

    def role(self, user: User) -> str:
        """What the user may do; in a public repository a stranger may read."""
        return self.roles.get(user.id, "none" if self.private else "read")

    def may(self, user: User, role: str) -> bool:
        """Whether the user's role includes `role`."""
        return ROLES.index(self.role(user)) >= ROLES.index(role)

    @property
    def is_empty(self) -> bool:
        """Whether nobody ever pushed a commit."""
        return not self.store.refs("refs/heads/")

    def head(self, branch: str) -> str | None:
        """The commit at the head of the branch."""
        return self.store.ref(f"refs/heads/{branch}")

    def issue(self, number: int) -> Issue:
        """The issue or pull request. Raises: Refused."""
        if number in self.deleted_issues:
            raise Refused(410, "This issue was deleted")
        if number not in self.issues:
            raise not_found()
        issue = self.issues[number]
        if not self.has_issues and not isinstance(issue, PullRequest):
            raise Refused(410, "Issues are disabled for this repo")
        return issue

    def pull_request(self, number: int) -> PullRequest:
        """Raises: Refused (404) when there is no pull request of that number."""
        issue = self.issues.get(number)
        if not isinstance(issue, PullRequest):
            raise not_found()
        return issue

    @property
    def pull_requests(self) -> list[PullRequest]:
        """In order of number."""
        return [issue for issue in self.issues.values() if isinstance(issue, PullRequest)]

    def comment(self, comment_id: int) -> Comment:
        """The comment under an issue or a pull request. Raises: Refused (404)."""
        return _by_id(comment_id, (c for issue in self.issues.values() for c in issue.comments))

    def review_comment(self, comment_id: int) -> ReviewComment:
        """The comment on a line of a diff. Raises: Refused (404)."""
        return _by_id(comment_id, (c for pull in self.pull_requests for c in pull.review_comments))

    def review(self, review_id: int) -> Review:
        """The review of a pull request. Raises: Refused (404)."""
        for pull in self.pull_requests:
            for review in pull.reviews:
                if review.id == review_id:
                    return review
        raise not_found()

    def next_number(self) -> int:
        """Issues and pull requests share their numbers; those of deleted ones are not given again."""
        return 1 + max((*self.issues, *self.deleted_issues), default=0)

    def label(self, name: str) -> Label:
        """The label of that name, made when new."""
        known = self.labels.get(name.lower())
        return known or self.labels.setdefault(name.lower(), Label(self.world.next_id(), name))


def _by_id(comment_id: int, comments: Iterator[CommentT]) -> CommentT:
    for comment in comments:
        if comment.id == comment_id:
            return comment
    raise not_found()
