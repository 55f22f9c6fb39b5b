"""JSON shapes of refs, trees, blobs, commits and diffs."""

import base64
from urllib.parse import quote

from ai_coder.loopback.git_changes import FileDiff
from ai_coder.loopback.git_objects import SUBMODULE, Commit, Entry, Stamp, render_commit
from ai_coder.loopback.http import Json
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.shapes import node_id, time, user


def ref(repo: Repository, name: str, sha: str) -> Json:
    """A ref; `name` is whole: `refs/heads/main`."""
    found = repo.store.read(sha)
    kind = found[0] if found else "commit"
    url = f"{repo.api}/git/{quote(name)}"
    points_to = {"type": kind, "sha": sha, "url": f"{repo.api}/git/{kind}s/{sha}"}
    return {"ref": name, "node_id": node_id("REF", repo.id) + name, "url": url, "object": points_to}


def entry(repo: Repository, shown: Entry) -> Json:
    """A line of a tree. A submodule has no address here: its commit is elsewhere."""
    shape: Json = {"path": shown.path, "mode": shown.mode, "type": shown.kind, "sha": shown.sha}
    if shown.kind == "blob":
        shape["size"] = len(repo.store.blob(shown.sha) or b"")
    if shown.mode != SUBMODULE:
        shape["url"] = f"{repo.api}/git/{shown.kind}s/{shown.sha}"
    return shape


def tree(repo: Repository, sha: str, entries: list[Entry]) -> Json:
    """A tree, cut after as many entries as the world allows."""
    limit = repo.world.tree_limit
    return {
        "sha": sha,
        "url": f"{repo.api}/git/trees/{sha}",
        "tree": [entry(repo, one) for one in entries[:limit]],
        "truncated": len(entries) > limit,
    }


def blob(repo: Repository, sha: str, content: bytes) -> Json:
    """A blob; its bytes in lines of base64, as GitHub sends them."""
    return {
        "sha": sha,
        "node_id": node_id("B", repo.id) + sha,
        "size": len(content),
        "url": f"{repo.api}/git/blobs/{sha}",
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
    }


def person(stamp: Stamp) -> Json:
    """An author or a committer."""
    return {"name": stamp.name, "email": stamp.email, "date": time(stamp.when)}


def verification(commit: Commit) -> Json:
    """Signed means signed by GitHub itself here."""
    signed = bool(commit.signature)
    unsigned = Commit(commit.sha, commit.tree, commit.parents, commit.author, commit.committer, commit.message)
    return {
        "verified": signed,
        "reason": "valid" if signed else "unsigned",
        "signature": commit.signature or None,
        "payload": render_commit(unsigned).decode() if signed else None,
        "verified_at": time(commit.committer.when) if signed else None,
    }


def git_commit(repo: Repository, shown: Commit) -> Json:
    """A commit as the Git database tells it."""
    return {
        "sha": shown.sha,
        "node_id": node_id("C", repo.id) + shown.sha,
        "url": f"{repo.api}/git/commits/{shown.sha}",
        "html_url": f"{repo.html}/commit/{shown.sha}",
        "author": person(shown.author),
        "committer": person(shown.committer),
        "message": shown.message,
        "tree": {"sha": shown.tree, "url": f"{repo.api}/git/trees/{shown.tree}"},
        "parents": [
            {
                "sha": sha,
                "url": f"{repo.api}/git/commits/{sha}",
                "html_url": f"{repo.html}/commit/{sha}",
            }
            for sha in shown.parents
        ],
        "verification": verification(shown),
    }


def commit(repo: Repository, shown: Commit) -> Json:
    """A commit with the users behind it."""
    url = f"{repo.api}/commits/{shown.sha}"
    return {
        "sha": shown.sha,
        "node_id": node_id("C", repo.id) + shown.sha,
        "url": url,
        "html_url": f"{repo.html}/commit/{shown.sha}",
        "comments_url": f"{url}/comments",
        "commit": {
            "author": person(shown.author),
            "committer": person(shown.committer),
            "message": shown.message,
            "tree": {"sha": shown.tree, "url": f"{repo.api}/git/trees/{shown.tree}"},
            "url": f"{repo.api}/git/commits/{shown.sha}",
            "comment_count": 0,
            "verification": verification(shown),
        },
        "author": _account(repo, shown.author),
        "committer": _account(repo, shown.committer),
        "parents": [
            {"sha": sha, "url": f"{repo.api}/commits/{sha}", "html_url": f"{repo.html}/commit/{sha}"}
            for sha in shown.parents
        ],
    }


def _account(repo: Repository, stamp: Stamp) -> Json | None:
    """The user of a hidden address: `<id>+<login>@users.noreply...`; null for anybody else."""
    number = stamp.email.partition("+")[0]
    known = {str(who.id): who for who in repo.world.users.values()}
    return user(repo.world, known[number]) if number in known and "@users.noreply." in stamp.email else None


def diff(repo: Repository, commit_sha: str, shown: FileDiff) -> Json:
    """A file of a diff."""
    path = quote(shown.path)
    shape: Json = {
        "sha": shown.sha,
        "filename": shown.path,
        "status": shown.status,
        "additions": shown.additions,
        "deletions": shown.deletions,
        "changes": shown.additions + shown.deletions,
        "blob_url": f"{repo.html}/blob/{commit_sha}/{path}",
        "raw_url": f"{repo.html}/raw/{commit_sha}/{path}",
        "contents_url": f"{repo.api}/contents/{path}?ref={commit_sha}",
    }
    if shown.patch is not None:
        shape["patch"] = shown.patch
    if shown.previous:
        shape["previous_filename"] = shown.previous
    return shape


def whole_commit(repo: Repository, shown: Commit) -> Json:
    """A commit with what it changed against its first parent."""
    files = repo.store.changes(shown.parents[0] if shown.parents else None, shown.sha)
    added, deleted = sum(file.additions for file in files), sum(file.deletions for file in files)
    stats = {"total": added + deleted, "additions": added, "deletions": deleted}
    return commit(repo, shown) | {"stats": stats, "files": [diff(repo, shown.sha, file) for file in files]}


def comparison(repo: Repository, base: Commit, head: Commit, merge_base: Commit) -> Json:
    """Two commits side by side; the files are those of `git diff base...head`."""
    ahead = repo.store.history(head.sha, since=base.sha)
    behind = repo.store.history(base.sha, since=head.sha)
    status = ("diverged" if behind else "ahead") if ahead else ("behind" if behind else "identical")
    page = f"{repo.html}/compare/{base.sha}...{head.sha}"
    commits = [found for sha in reversed(ahead) if (found := repo.store.commit(sha))]
    return {
        "url": f"{repo.api}/compare/{base.sha}...{head.sha}",
        "html_url": page,
        "permalink_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": commit(repo, base),
        "merge_base_commit": commit(repo, merge_base),
        "status": status,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [commit(repo, one) for one in commits],
        "files": [diff(repo, head.sha, file) for file in repo.store.changes(merge_base.sha, head.sha)],
    }
