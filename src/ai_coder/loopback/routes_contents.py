"""Files, commits, branches and archives. Source: https://docs.github.com/rest/repos."""

import base64
from urllib.parse import quote

from ai_coder.loopback import shapes_git as shapes
from ai_coder.loopback.git_objects import LINK, SUBMODULE, TREE, Commit, Entry
from ai_coder.loopback.http import Answer, Json
from ai_coder.loopback.refusals import empty_repository, not_found, unprocessable
from ai_coder.loopback.routing import REPO, Call, Route

MAX_CONTENT = 1_000_000
"""Bytes of a file the contents route still sends. Source: https://docs.github.com/rest/repos/contents."""


def _commit(call: Call, ref: str) -> Commit:
    """Raises: Refused (404) when nothing of that name is known."""
    store = call.repo.store
    name = store.resolve(ref)
    commit = store.commit(name) if name else None
    if commit is None:
        raise not_found()
    return commit


def get_contents(call: Call) -> Answer:
    """A file, a link, a submodule, or the list of a folder."""
    if call.repo.is_empty:
        raise not_found("This repository is empty.")
    ref, store = call.request.query.get("ref", call.repo.default_branch), call.repo.store
    resolved = store.resolve(ref)
    commit = store.commit(resolved) if resolved else None
    if commit is None:
        raise not_found(f"No commit found for the ref {ref}")
    path = call.params.get("path", "").strip("/")
    if not path:
        return Answer(200, _folder(call, ref, "", commit.tree))
    entry = next((one for one in store.walk(commit.tree) if one.path == path), None)
    if entry is None:
        raise not_found()
    if entry.mode == TREE:
        return Answer(200, _folder(call, ref, f"{path}/", entry.sha))
    if "raw" in call.request.headers.get("accept", ""):
        return Answer(200, store.blob(entry.sha), {"Content-Type": "application/vnd.github.raw; charset=utf-8"})
    return Answer(200, _content(call, ref, entry) | _bytes_of(call, entry))


def _folder(call: Call, ref: str, prefix: str, tree: str) -> list[Json]:
    entries = call.repo.store.entries(tree) or ()
    return [_content(call, ref, Entry(prefix + one.path, one.mode, one.sha)) for one in entries]


def _content(call: Call, ref: str, entry: Entry) -> Json:
    repo, path = call.repo, quote(entry.path)
    kind = {TREE: "dir", LINK: "symlink", SUBMODULE: "submodule"}.get(entry.mode, "file")
    page = "tree" if kind == "dir" else "blob"
    url, html = f"{repo.api}/contents/{path}?ref={quote(ref)}", f"{repo.html}/{page}/{quote(ref)}/{path}"
    git_url = None if kind == "submodule" else f"{repo.api}/git/{page}s/{entry.sha}"
    return {
        "type": kind,
        "name": entry.path.rpartition("/")[2],
        "path": entry.path,
        "sha": entry.sha,
        "size": len(repo.store.blob(entry.sha) or b"") if kind in {"file", "symlink"} else 0,
        "url": url,
        "git_url": git_url,
        "html_url": html,
        "download_url": f"{repo.html}/raw/{quote(ref)}/{path}" if page == "blob" and git_url else None,
        "_links": {"self": url, "git": git_url, "html": html},
    }


def _bytes_of(call: Call, entry: Entry) -> Json:
    content = call.repo.store.blob(entry.sha) or b""
    if entry.mode == LINK:
        return {"target": content.decode("utf-8", "replace")}
    if entry.mode == SUBMODULE:
        return {"submodule_git_url": None}
    if len(content) > MAX_CONTENT:
        return {"content": "", "encoding": "none"}
    return {"content": base64.encodebytes(content).decode(), "encoding": "base64"}


def get_archive_link(call: Call) -> Answer:
    """302 to where the archive really is."""
    ref = call.params.get("ref") or call.repo.default_branch
    _commit(call, ref)
    place = f"{call.world.api_url}/_codeload/{call.repo.full_name}/legacy.tar.gz/{quote(ref)}"
    return Answer(302, None, {"Location": place})


def get_archive(call: Call) -> Answer:
    """The archive; its top folder is `owner-name-sha7`."""
    repo = call.world.repository(f"{call.params['owner']}/{call.params['name']}")
    resolved = repo.store.resolve(call.params["ref"])
    if resolved is None:
        raise not_found()
    top = f"{repo.owner.login}-{repo.name}-{resolved[:7]}"
    headers = {
        "Content-Type": "application/x-gzip",
        "Content-Disposition": f"attachment; filename={top}.tar.gz",
    }
    return Answer(200, repo.store.archive(resolved, top), headers)


def list_commits(call: Call) -> Answer:
    """Newest first, from `sha` back."""
    if call.repo.is_empty:
        raise empty_repository()
    query = call.request.query
    start = _commit(call, query.get("sha", call.repo.default_branch)).sha
    names = call.repo.store.history(start, path=query.get("path", ""))
    return call.page([shapes.commit(call.repo, _commit(call, name)) for name in names])


def get_commit(call: Call) -> Answer:
    """With files and counts; of a branch, its head."""
    if call.repo.is_empty:
        raise empty_repository()
    ref = call.params["ref"]
    name = call.repo.store.resolve(ref)
    commit = call.repo.store.commit(name) if name else None
    if commit is None:
        raise unprocessable(f"No commit found for SHA: {ref}")
    return Answer(200, shapes.whole_commit(call.repo, commit))


def compare(call: Call) -> Answer:
    """`base...head`, each with an optional `owner:` before it."""
    base, dots, head = call.params["basehead"].partition("...")
    if not dots:
        raise not_found()
    owner = f"{call.repo.owner.login}:"
    old, new = (_commit(call, name.removeprefix(owner)) for name in (base, head))
    shared = call.repo.store.merge_base(old.sha, new.sha)
    if shared is None:
        raise not_found(f"No common ancestor between {base} and {head}.")
    return Answer(200, shapes.comparison(call.repo, old, new, _commit(call, shared)))


def list_branches(call: Call) -> Answer:
    """In order of name."""
    heads = call.repo.store.refs("refs/heads/")
    return call.page([_short_branch(call, name.removeprefix("refs/heads/"), sha) for name, sha in heads.items()])


def _short_branch(call: Call, name: str, sha: str) -> Json:
    commit = {"sha": sha, "url": f"{call.repo.api}/commits/{sha}"}
    return {"name": name, "commit": commit, "protected": False}


def get_branch(call: Call) -> Answer:
    """A branch with its head."""
    name = call.params["branch"]
    sha = call.repo.head(name)
    if sha is None:
        raise not_found("Branch not found")
    url = f"{call.repo.api}/branches/{quote(name)}"
    shape: Json = _short_branch(call, name, sha) | {"commit": shapes.commit(call.repo, _commit(call, sha))}
    shape["_links"] = {"self": url, "html": f"{call.repo.html}/tree/{quote(name)}"}
    checks: Json = {"enforcement_level": "off", "contexts": [], "checks": []}
    shape["protection"] = {"enabled": False, "required_status_checks": checks}
    return Answer(200, shape | {"protection_url": f"{url}/protection"})


def merge(call: Call) -> Answer:
    """Never made here: a branch that is missing is named, as GitHub does, and any other merge is refused."""
    for side in ("base", "head"):
        if not call.repo.head(call.required(side)):
            raise not_found(f"{side.capitalize()} does not exist")
    raise unprocessable("This server merges nothing.")


ROUTES = (
    Route("GET", f"{REPO}/contents", get_contents, "contents"),
    Route("GET", f"{REPO}/contents/{{path*}}", get_contents, "contents"),
    Route("GET", f"{REPO}/tarball", get_archive_link, "contents"),
    Route("GET", f"{REPO}/tarball/{{ref*}}", get_archive_link, "contents"),
    Route("GET", "/_codeload/{owner}/{name}/legacy.tar.gz/{ref*}", get_archive, "none"),
    Route("GET", f"{REPO}/commits", list_commits, "contents"),
    Route("GET", f"{REPO}/commits/{{ref*}}", get_commit, "contents"),
    Route("GET", f"{REPO}/compare/{{basehead*}}", compare, "contents"),
    Route("POST", f"{REPO}/merges", merge, "contents", "write"),
    Route("GET", f"{REPO}/branches", list_branches, "contents"),
    Route("GET", f"{REPO}/branches/{{branch*}}", get_branch, "contents"),
)
