"""What happens to branches and pull requests: commits, pushes, and what follows from them."""

from collections.abc import Mapping

from ai_coder.loopback.git_objects import Commit, Entry, Stamp
from ai_coder.loopback.git_refs import ABSENT
from ai_coder.loopback.refusals import Refused, custom, invalid, unprocessable
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.state import File, PullRequest, User
from ai_coder.loopback.tracker import check_body, check_title, record, set_state
from ai_coder.loopback.world import BOT

SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n\nembedded\n-----END PGP SIGNATURE-----\n"
"""Stands for GitHub's own signature in commits a bot made through the API."""

Content = str | bytes | File | None
"""A file as a test gives it: a text, its bytes, with a mode, or None where it is taken away."""


def stamp(repo: Repository, user: User) -> Stamp:
    """The user as an author, with the address GitHub keeps for those who hide theirs."""
    return Stamp(user.login, f"{user.id}+{user.login}@users.noreply.github.com", repo.world.now())


def move_ref(repo: Repository, name: str, new: str, old: str, actor: User) -> None:
    """Point the ref from `old` to `new`; pull requests follow. Raises: Refused when somebody was faster."""
    if not repo.store.swap(name, new, old):
        raise unprocessable("Reference update failed")
    repo.pushed_at = repo.world.now()
    for pull in repo.pull_requests:
        if pull.state == "open" and name == f"refs/heads/{pull.head}" and pull.fork_owner is None:
            _follow(repo, pull, new, actor)


def _follow(repo: Repository, pull: PullRequest, new: str, actor: User) -> None:
    if new == ABSENT:
        set_state(repo, pull, actor, "closed")
        return
    pull.head_sha = new
    pull.updated_at = repo.world.now()
    _keep_head(repo, pull)


def _keep_head(repo: Repository, pull: PullRequest) -> None:
    name = f"refs/pull/{pull.number}/head"
    repo.store.swap(name, pull.head_sha, repo.store.ref(name) or ABSENT)


def commit_files(repo: Repository, branch: str, files: Mapping[str, Content], message: str, author: User) -> Commit:
    """A commit on the branch, as a push of `author` makes it. A new branch starts at the default branch."""
    store = repo.store
    old = repo.head(branch)
    parent = old or repo.head(repo.default_branch)
    before = store.commit(parent) if parent else None
    entries = store.files(before.tree) if before else {}
    for path, content in files.items():
        entries.pop(path, None)
        if content is not None:
            entries[path] = _entry(repo, path, content)
    who = stamp(repo, author)
    parents = (before.sha,) if before else ()
    made = store.write_commit(Commit("", store.write_tree(entries), parents, who, who, message))
    move_ref(repo, f"refs/heads/{branch}", made.sha, old or ABSENT, author)
    return made


def _entry(repo: Repository, path: str, content: str | bytes | File) -> Entry:
    file = content if isinstance(content, File) else File(content.encode() if isinstance(content, str) else content)
    return Entry(path, file.mode, repo.store.write("blob", file.content))


def open_pull_request(
    repo: Repository, author: User, branches: tuple[str, str], title: str, body: str | None, *, draft: bool
) -> PullRequest:
    """A new pull request of `branches` (head, base). Raises: Refused, in the words GitHub uses."""
    head, base = branches
    if author.id == BOT.id and not repo.allow_actions_pull_requests:
        raise Refused(403, "GitHub Actions is not permitted to create or approve pull requests.")
    check_title("PullRequest", title)
    check_body("PullRequest", body)
    head_sha = _check_branches(repo, head, base)
    if draft and not repo.allow_drafts:
        raise Refused(422, "Draft pull requests are not supported in this repository.")
    now = repo.world.now()
    pull = PullRequest(
        id=repo.world.next_id(),
        number=repo.next_number(),
        author=author,
        title=title,
        body=body,
        created_at=now,
        updated_at=now,
        head=head,
        head_sha=head_sha,
        base=base,
        draft=draft,
    )
    repo.issues[pull.number] = pull
    _keep_head(repo, pull)
    return pull


def open_from_fork(repo: Repository, author: User, files: Mapping[str, Content], head: str) -> PullRequest:
    """A pull request from the author's own fork: no branch of the repository holds its commit."""
    pushed = f"{author.login}-{head}"
    made = commit_files(repo, pushed, files, "Change", author)
    pull = open_pull_request(repo, author, (pushed, repo.default_branch), "A change", None, draft=False)
    pull.head, pull.fork_owner = head, author
    repo.store.swap(f"refs/heads/{pushed}", ABSENT, made.sha)
    return pull


def _check_branches(repo: Repository, head: str, base: str) -> str:
    """The commit at the head."""
    base_sha, head_sha = repo.head(base), repo.head(head)
    if base_sha is None:
        raise invalid("PullRequest", "base")
    if head_sha is None:
        raise invalid("PullRequest", "head")
    for pull in repo.pull_requests:
        if (pull.state, pull.head, pull.base) == ("open", head, base):
            raise custom("PullRequest", f"A pull request already exists for {repo.owner.login}:{head}.")
    if repo.store.is_ancestor(head_sha, base_sha):
        raise custom("PullRequest", f"No commits between {base} and {head}")
    return head_sha


def merge(repo: Repository, pull: PullRequest, actor: User) -> Commit:
    """A merge commit on the base branch. Raises: Refused (405) on a conflict."""
    store = repo.store
    base_sha = repo.head(pull.base) or ABSENT
    tree = store.merge_tree(base_sha, pull.head_sha)
    if tree is None or pull.state != "open":
        raise Refused(405, "Pull Request is not mergeable")
    who = stamp(repo, actor)
    message = f"Merge pull request #{pull.number} from {repo.owner.login}/{pull.head}\n\n{pull.title}"
    made = store.write_commit(Commit("", tree, (base_sha, pull.head_sha), who, who, message))
    move_ref(repo, f"refs/heads/{pull.base}", made.sha, base_sha, actor)
    pull.merge_commit_sha = made.sha
    record(repo, pull, "merged", actor)
    set_state(repo, pull, actor, "closed")
    pull.merged_at = pull.closed_at
    return made
