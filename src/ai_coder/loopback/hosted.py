"""A repository as a test, or the demo, handles it: by logins, numbers and paths."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Unpack

from ai_coder.loopback import branches, tracker
from ai_coder.loopback.branches import Content
from ai_coder.loopback.git_objects import Commit
from ai_coder.loopback.git_refs import ABSENT
from ai_coder.loopback.http import Json
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.state import ROLES, CheckRun, Comment, Issue, PullRequest, Reaction, Review, ReviewComment, User
from ai_coder.loopback.threads import Spot
from ai_coder.loopback.webhooks import Details, payload

OnLines = tuple[str, Spot]
"""What is said, on which lines."""


class HostedRepository:
    """What people do in the web interface and with git, and what can be seen there."""

    def __init__(self, state: Repository, lock: threading.RLock) -> None:
        self.state = state
        """Its switches: private, archived, has_issues, allow_drafts, allow_actions_pull_requests."""
        self._lock = lock

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return self.state.full_name

    @property
    def folder(self) -> Path:
        """The bare git repository."""
        return self.state.store.folder

    # people

    def add_person(self, login: str, permission: str = "write", user_id: int = 0) -> User:
        """Give somebody a role: none, read, triage, write, maintain or admin."""
        if permission not in ROLES:
            raise ValueError(f"no role: {permission!r}")
        with self._lock:
            user = self.state.world.add_user(login, user_id)
            self.state.roles[user.id] = permission
            return user

    def _user(self, login: str) -> User:
        return self.state.world.add_user(login)

    def open_issue(self, *, author: str, title: str, body: str | None = None, labels: Sequence[str] = ()) -> Issue:
        """A new issue."""
        with self._lock:
            return tracker.open_issue(self.state, self._user(author), title, body, list(labels))

    def delete_issue(self, number: int) -> None:
        """Gone for good: the API answers 410 from now on."""
        with self._lock:
            del self.state.issues[number]
            self.state.deleted_issues.add(number)

    def comment(self, number: int, *, author: str, body: str) -> Comment:
        """A new comment under an issue or a pull request."""
        with self._lock:
            return tracker.add_comment(self.state, self.state.issue(number), self._user(author), body)

    def edit_comment(self, comment_id: int, body: str) -> None:
        """Another text."""
        with self._lock:
            tracker.edit_comment(self.state, self.state.comment(comment_id), body)

    def add_label(self, number: int, label: str, *, actor: str) -> None:
        """Label an issue or a pull request."""
        with self._lock:
            tracker.add_labels(self.state, self.state.issue(number), self._user(actor), [label])

    def remove_label(self, number: int, label: str, *, actor: str) -> None:
        """Take a label away."""
        with self._lock:
            tracker.remove_label(self.state, self.state.issue(number), self._user(actor), label)

    def assign(self, number: int, login: str, *, actor: str) -> None:
        """Assign somebody who has a role here."""
        with self._lock:
            tracker.assign(self.state, self.state.issue(number), self._user(actor), [self._user(login)])

    def edit_issue(self, number: int, body: str, *, actor: str) -> None:
        """Another text."""
        with self._lock:
            tracker.edit_body(self.state, self.state.issue(number), self._user(actor), body)

    def rename(self, number: int, title: str, *, actor: str) -> None:
        """Another title."""
        with self._lock:
            tracker.rename(self.state, self.state.issue(number), self._user(actor), title)

    def set_state(self, number: int, state: str, *, actor: str) -> None:
        """`open` or `closed`."""
        with self._lock:
            tracker.set_state(self.state, self.state.issue(number), self._user(actor), state)

    def react(self, number: int, content: str, *, actor: str, comment: int = 0) -> Reaction:
        """A reaction on the issue, or on the comment of that id."""
        with self._lock:
            target = self.state.comment(comment) if comment else self.state.issue(number)
            return tracker.react(self.state, target.reactions, self._user(actor), content)[0]

    def issue(self, number: int) -> Issue:
        """The issue or pull request as it is now."""
        return self.state.issue(number)

    def comments(self, number: int) -> list[Comment]:
        """Oldest first."""
        return list(self.state.issue(number).comments)

    def reactions(self, number: int, comment: int = 0) -> list[tuple[str, str]]:
        """Login and content of each reaction, in order, on the issue or on the comment of that id."""
        with self._lock:
            target = self.state.comment(comment) if comment else self.state.issue(number)
            return [(reaction.user.login, reaction.content) for reaction in target.reactions]

    # branches

    def commit(self, branch: str, files: Mapping[str, Content], *, author: str, message: str = "Change") -> Commit:
        """A push of one commit; None takes a file away. A new branch starts at the default branch."""
        with self._lock:
            return branches.commit_files(self.state, branch, files, message, self._user(author))

    def move_branch(self, branch: str, sha: str | None, *, actor: str) -> None:
        """Force the branch to a commit, or remove it (None)."""
        with self._lock:
            old = self.state.head(branch) or ABSENT
            branches.move_ref(self.state, f"refs/heads/{branch}", sha or ABSENT, old, self._user(actor))

    @property
    def branches(self) -> dict[str, str]:
        """Every branch with its head."""
        with self._lock:
            heads = self.state.store.refs("refs/heads/")
            return {name.removeprefix("refs/heads/"): sha for name, sha in heads.items()}

    def head(self, branch: str) -> str | None:
        """The commit at the head of the branch."""
        return self.state.head(branch)

    def log(self, branch: str) -> list[Commit]:
        """Commits of the branch, newest first. Raises: KeyError when there is no such branch."""
        with self._lock:
            names = self.state.store.history(self.branches[branch])
            return [found for name in names if (found := self.state.store.commit(name))]

    def files(self, branch: str) -> dict[str, bytes]:
        """What the files at the head of the branch hold."""
        return self.state.store.contents(self.log(branch)[0].tree)

    def modes(self, branch: str) -> dict[str, str]:
        """The mode of everything at the head of the branch that is no folder."""
        entries = self.state.store.files(self.log(branch)[0].tree)
        return {path: entry.mode for path, entry in entries.items()}

    # pull requests

    @property
    def pull_requests(self) -> list[PullRequest]:
        """In order of number."""
        return self.state.pull_requests

    def open_pull_request(
        self, *, author: str, head: str, base: str = "", title: str = "A change", body: str | None = None
    ) -> PullRequest:
        """A pull request by hand; `base` is the default branch when it is not named."""
        sides = (head, base or self.state.default_branch)
        with self._lock:
            return branches.open_pull_request(self.state, self._user(author), sides, title, body, draft=False)

    def merge(self, number: int, *, actor: str) -> Commit:
        """Merge a pull request."""
        with self._lock:
            return branches.merge(self.state, self.state.pull_request(number), self._user(actor))

    def open_pull_request_from_fork(
        self, *, author: str, files: Mapping[str, Content], head: str = "patch-1"
    ) -> PullRequest:
        """A pull request from the author's fork onto the default branch."""
        with self._lock:
            return branches.open_from_fork(self.state, self._user(author), files, head)

    def review(
        self, number: int, *, author: str, body: str = "", state: str = "COMMENTED", lines: Sequence[OnLines] = ()
    ) -> Review:
        """A review with comments on lines; `state` is APPROVED, CHANGES_REQUESTED or COMMENTED."""
        with self._lock:
            pull, user = self.state.pull_request(number), self._user(author)
            review = tracker.add_review(self.state, pull, user, body, state)
            for said, spot in lines:
                tracker.add_review_comment(self.state, pull, user, said, spot, review.id)
            return review

    def review_comment(
        self, number: int, *, author: str, body: str, path: str, line: int = 1, start_line: int = 0
    ) -> ReviewComment:
        """A comment on lines of the diff, outside of a review; it makes one of its own, as on GitHub."""
        review = self.review(number, author=author, lines=[(body, Spot(path, line, start_line))])
        return next(one for one in self.state.pull_request(number).review_comments if one.review == review.id)

    def reply(self, comment: int, *, author: str, body: str) -> ReviewComment:
        """An answer in the thread that the comment begins."""
        with self._lock:
            pull = self.state.pull_request(self.state.review_comment(comment).number)
            return tracker.add_reply(self.state, pull, self._user(author), body, comment)

    def resolve(self, comment: int, *, actor: str) -> None:
        """Resolve the thread that the comment begins."""
        with self._lock:
            self.state.review_comment(comment).resolved_by = self._user(actor)

    def threads(self, number: int) -> list[list[ReviewComment]]:
        """The threads of the pull request, each with its first comment first."""
        comments = self.state.pull_request(number).review_comments
        return [
            [first, *(one for one in comments if one.reply_to == first.id)] for first in comments if not first.reply_to
        ]

    # events

    def add_check(
        self,
        branch: str,
        name: str,
        conclusion: str = "failure",
        *,
        log: str = "",
        annotations: Sequence[tuple[str, int, str | None]] = (),
    ) -> CheckRun:
        """A check of the branch's head has ended. An annotation is a path, a line and a message."""
        with self._lock:
            world, commit = self.state.world, self.state.head(branch) or ""
            facts = {"name": name, "commit": commit, "conclusion": conclusion, "log": log}
            run = CheckRun(id=world.next_id(), at=world.now(), annotations=tuple(annotations), **facts)
            self.state.checks.append(run)
            return run

    def payload(self, event: str, action: str = "", *, sender: str, **details: Unpack[Details]) -> Json:
        """What GitHub hands a workflow for the event, with everything as it stands now."""
        with self._lock:
            return payload(self.state, event, action, self._user(sender), details)
