"""The Git database: refs, blobs, trees, commits. Source: https://docs.github.com/rest/git."""

import base64
import binascii
import re
from datetime import UTC, datetime

from ai_coder.loopback import shapes_git as shapes
from ai_coder.loopback.branches import SIGNATURE, move_ref, stamp
from ai_coder.loopback.git_objects import MODES, SUBMODULE, TREE, Commit, Entry, Stamp
from ai_coder.loopback.git_process import is_ref_name
from ai_coder.loopback.git_refs import ABSENT
from ai_coder.loopback.http import Answer, Json
from ai_coder.loopback.refusals import empty_repository, not_found, unprocessable
from ai_coder.loopback.routing import REPO, Call, Route

GIT = f"{REPO}/git"
SHA = re.compile(r"[0-9a-f]{40}")


def _refuse_empty(call: Call) -> None:
    if call.repo.is_empty:
        raise empty_repository()


def get_ref(call: Call) -> Answer:
    """Exactly this ref; a prefix is not found."""
    name = f"refs/{call.params['ref']}"
    sha = call.repo.store.ref(name)
    if sha is None:
        _refuse_empty(call)
        raise not_found()
    return Answer(200, shapes.ref(call.repo, name, sha))


def matching_refs(call: Call) -> Answer:
    """Every ref that begins so."""
    _refuse_empty(call)
    found = call.repo.store.refs(f"refs/{call.params['ref']}")
    return Answer(200, [shapes.ref(call.repo, name, sha) for name, sha in found.items()])


def create_ref(call: Call) -> Answer:
    """A new ref, never an overwritten one."""
    name, sha = call.required("ref"), call.required("sha")
    _refuse_empty(call)
    store = call.repo.store
    if not re.match(r"refs/[^/]+/.", name):
        raise unprocessable('Reference name must start with "refs/" and have at least two slashes.')
    if not is_ref_name(name):
        raise unprocessable(f"{name} is not a valid ref name.")
    if store.ref(name) is not None:
        raise unprocessable("Reference already exists")
    _check_object(call, sha)
    move_ref(call.repo, name, sha, ABSENT, call.user)
    return Answer(201, shapes.ref(call.repo, name, sha))


def _check_object(call: Call, sha: str) -> None:
    if not SHA.fullmatch(sha) or call.repo.store.read(sha) is None:
        raise unprocessable("Object does not exist")


def update_ref(call: Call) -> Answer:
    """Without `force`, forward only."""
    name, sha = f"refs/{call.params['ref']}", call.required("sha")
    _refuse_empty(call)
    old = call.repo.store.ref(name)
    if old is None:
        raise unprocessable("Reference does not exist")
    _check_object(call, sha)
    if call.body.get("force") is not True and not call.repo.store.is_ancestor(old, sha):
        raise unprocessable("Update is not a fast forward")
    move_ref(call.repo, name, sha, old, call.user)
    return Answer(200, shapes.ref(call.repo, name, sha))


def delete_ref(call: Call) -> Answer:
    """Gone; pull requests on it are closed."""
    name = f"refs/{call.params['ref']}"
    old = call.repo.store.ref(name)
    if old is None:
        raise unprocessable("Reference does not exist")
    move_ref(call.repo, name, ABSENT, old, call.user)
    return Answer(204)


def get_blob(call: Call) -> Answer:
    """In base64, or raw when asked so."""
    sha = call.params["sha"]
    content = call.repo.store.blob(sha) if SHA.fullmatch(sha) else None
    if content is None:
        raise not_found()
    if "raw" in call.request.headers.get("accept", ""):
        return Answer(200, content, {"Content-Type": "application/vnd.github.raw; charset=utf-8"})
    return Answer(200, shapes.blob(call.repo, sha, content))


def create_blob(call: Call) -> Answer:
    """Of text (`utf-8`) or of bytes (`base64`)."""
    _refuse_empty(call)
    text, encoding = call.required("content"), call.text("encoding") or "utf-8"
    try:
        content = base64.b64decode(text) if encoding == "base64" else text.encode("utf-8", "replace")
    except binascii.Error:
        raise unprocessable("content is not valid Base64") from None
    sha = call.repo.store.write("blob", content)
    return Answer(201, {"sha": sha, "url": f"{call.repo.api}/git/blobs/{sha}"})


def get_tree(call: Call) -> Answer:
    """Of a tree or of anything that has one. `recursive` counts whatever its value is."""
    _refuse_empty(call)
    store = call.repo.store
    sha = _tree_sha(call, call.params["sha"])
    entries = store.walk(sha) if "recursive" in call.request.query else list(store.entries(sha) or ())
    return Answer(200, shapes.tree(call.repo, sha, entries))


def _tree_sha(call: Call, name: str) -> str:
    store = call.repo.store
    if SHA.fullmatch(name) and store.entries(name) is not None:
        return name
    commit = store.commit(store.resolve(name) or ABSENT)
    if commit is None:
        raise not_found()
    return commit.tree


def create_tree(call: Call) -> Answer:
    """`base_tree` with entries laid over it; without one, the entries alone."""
    _refuse_empty(call)
    store, base = call.repo.store, call.text("base_tree")
    lines = call.body.get("tree")
    if not isinstance(lines, list):
        raise unprocessable('Invalid request.\n\n"tree" wasn\'t supplied.')
    files = store.files(_tree_sha(call, base)) if base else {}
    for line in lines:
        _lay_over(call, files, line)
    sha = store.write_tree(files)
    return Answer(201, shapes.tree(call.repo, sha, list(store.entries(sha) or ())))


def _lay_over(call: Call, files: dict[str, Entry], line: Json) -> None:
    """Put one entry in its place; what stood there, or stands in the way, gives way."""
    path = line.get("path")
    if not isinstance(path, str) or not _is_tree_path(path):
        raise unprocessable("tree.path contains a malformed path component")
    if "sha" in line and line["sha"] is None:
        if not _taken_away(files, path):
            raise unprocessable("GitRPC::BadObjectState")
        return
    _taken_away(files, path)
    folders = path.split("/")[:-1]
    for depth in range(len(folders)):
        files.pop("/".join(folders[: depth + 1]), None)
    files |= _new_entries(call, path, line)


def _is_tree_path(path: str) -> bool:
    return all(part not in {"", ".", ".."} and part.lower() != ".git" for part in path.split("/"))


def _taken_away(files: dict[str, Entry], path: str) -> bool:
    gone = [known for known in files if known == path or known.startswith(path + "/")]
    for known in gone:
        del files[known]
    return bool(gone)


def _new_entries(call: Call, path: str, line: Json) -> dict[str, Entry]:
    """One entry; of a folder given by its tree, all that is in it."""
    store, mode = call.repo.store, line.get("mode")
    if mode not in MODES:
        raise unprocessable("Must supply a valid tree.mode")
    if "content" in line:
        return {path: Entry(path, mode, store.write("blob", str(line["content"]).encode("utf-8", "replace")))}
    sha = line.get("sha")
    if not isinstance(sha, str) or not SHA.fullmatch(sha):
        raise unprocessable("Must supply either tree.sha or tree.content")
    if mode != SUBMODULE and (store.read(sha) or ("",))[0] != MODES[mode]:
        raise unprocessable(f"tree.sha {sha} is not a valid {MODES[mode]}")
    if mode == TREE:
        return {f"{path}/{name}": entry for name, entry in store.files(sha).items()}
    return {path: Entry(path, mode, sha)}


def get_commit(call: Call) -> Answer:
    """A commit object, by its whole name."""
    sha = call.params["sha"]
    commit = call.repo.store.commit(sha) if SHA.fullmatch(sha) else None
    if commit is None:
        raise not_found()
    return Answer(200, shapes.git_commit(call.repo, commit))


def create_commit(call: Call) -> Answer:
    """Of a bot that names neither author nor committer, signed by GitHub."""
    _refuse_empty(call)
    message, tree, parents = call.required("message"), call.required("tree"), call.texts("parents")
    store = call.repo.store
    if not SHA.fullmatch(tree) or store.entries(tree) is None:
        raise unprocessable("Tree SHA does not exist")
    if not all(SHA.fullmatch(sha) and store.commit(sha) for sha in parents):
        raise unprocessable("Parent SHA does not exist or is not a commit object")
    author, committer, signature = _people(call)
    commit = store.write_commit(Commit("", tree, tuple(parents), author, committer, message, signature))
    return Answer(201, shapes.git_commit(call.repo, commit))


def _people(call: Call) -> tuple[Stamp, Stamp, str]:
    """Author, committer and signature."""
    own = stamp(call.repo, call.user)
    if "author" not in call.body and "committer" not in call.body:
        is_bot = call.token.permissions is not None
        github = Stamp("GitHub", "noreply@github.com", own.when)
        return (own, github, SIGNATURE) if is_bot else (own, own, "")
    author = _given_stamp(call, "author", own)
    return author, _given_stamp(call, "committer", author), ""


def _given_stamp(call: Call, name: str, default: Stamp) -> Stamp:
    given = call.body.get(name)
    if not isinstance(given, dict):
        return default
    if not given.get("name") or not given.get("email"):
        raise unprocessable(f"Invalid request.\n\n{name} needs a name and an email.")
    when = datetime.fromisoformat(given["date"]) if given.get("date") else default.when
    return Stamp(given["name"], given["email"], when if when.tzinfo else when.replace(tzinfo=UTC))


ROUTES = (
    Route("GET", f"{GIT}/ref/{{ref*}}", get_ref, "contents"),
    Route("GET", f"{GIT}/matching-refs/{{ref*}}", matching_refs, "contents"),
    Route("POST", f"{GIT}/refs", create_ref, "contents", "write"),
    Route("PATCH", f"{GIT}/refs/{{ref*}}", update_ref, "contents", "write"),
    Route("DELETE", f"{GIT}/refs/{{ref*}}", delete_ref, "contents", "write"),
    Route("GET", f"{GIT}/blobs/{{sha}}", get_blob, "contents"),
    Route("POST", f"{GIT}/blobs", create_blob, "contents", "write"),
    Route("GET", f"{GIT}/trees/{{sha*}}", get_tree, "contents"),
    Route("POST", f"{GIT}/trees", create_tree, "contents", "write"),
    Route("GET", f"{GIT}/commits/{{sha}}", get_commit, "contents"),
    Route("POST", f"{GIT}/commits", create_commit, "contents", "write"),
)
