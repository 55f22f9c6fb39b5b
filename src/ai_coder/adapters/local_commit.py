"""Commits of a repository on this machine, written and read as git objects: no index, no working copy, no filters."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ai_coder.adapters.git_program import GitProgram, Identity
from ai_coder.domain.change import FileChange
from ai_coder.domain.plan import ChangedFile, CommitPlan
from ai_coder.domain.source import RepoPath
from ai_coder.errors import ForgeError

_TREE, _LINK, _SUBMODULE = "040000", "120000", "160000"
_KINDS = {_TREE: "tree", _SUBMODULE: "commit"}
_STATUSES = {"A": "added", "D": "removed", "R": "renamed"}


@dataclass(frozen=True, slots=True)
class CommitFacts:
    """What makes a commit the one that a plan asks for."""

    tree: str
    parents: tuple[str, ...]
    message: str
    """Without the line ends at its end."""


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    name: str
    """Object name."""


_Folder = dict[bytes, _Entry]
_Wishes = Mapping[tuple[bytes, ...], _Entry | None]
"""What is to stand at a path, given by its components; None is nothing."""


def wanted_commit(git: GitProgram, plan: CommitPlan) -> CommitFacts:
    """The commit of the plan, its files and folders written. Raises: ForgeError."""
    parents = (plan.parent, plan.second_parent) if plan.second_parent else (plan.parent,)
    return CommitFacts(_write_tree(git, plan), parents, plan.message.rstrip("\n"))


def write_commit(git: GitProgram, facts: CommitFacts, identity: Identity) -> str:
    """Object name of a new commit. Raises: ForgeError."""
    parents = (word for parent in facts.parents for word in ("-p", parent))
    given = f"{facts.message}\n".encode(errors="replace")
    return git.run("commit-tree", *parents, facts.tree, given=given, identity=identity).decode().strip()


def read_commit(git: GitProgram, commit: str) -> CommitFacts:
    """The facts of a commit that stands. Raises: ForgeError."""
    head, _, message = git.run("cat-file", "commit", commit).decode("utf-8", "replace").partition("\n\n")
    fields = [line.partition(" ")[::2] for line in head.split("\n")]
    tree = next(value for key, value in fields if key == "tree")
    return CommitFacts(tree, tuple(value for key, value in fields if key == "parent"), message.rstrip("\n"))


def changed_files(git: GitProgram, old: str, new: str) -> tuple[ChangedFile, ...]:
    """What differs between two commits, renames found, in order of path. Raises: ForgeError."""
    options = ["-r", "-z", "-M", "-l1000", "--raw", "--numstat", "--text", "--no-ext-diff", "--no-textconv"]
    output = git.run("diff-tree", *options, "--diff-algorithm=myers", "--end-of-options", old, new)
    return tuple(sorted(_changed_files(output), key=lambda file: file.path))


def _write_tree(git: GitProgram, plan: CommitPlan) -> str:
    base = plan.second_parent or plan.parent
    tree = git.run("rev-parse", "--verify", "--end-of-options", f"{base}^{{tree}}").decode().strip()
    taken = {_parts(one.path): _Entry(one.mode, one.blob) if one.blob else None for one in plan.taken}
    wishes = {_parts(change.path): _write_blob(git, change) for change in plan.change_set.changes}
    tree = _change_folder(git, tree, taken, may_be_any=True) or ""
    return _change_folder(git, tree, wishes) or git.run("mktree", "-z").decode().strip()


def _parts(path: RepoPath) -> tuple[bytes, ...]:
    return tuple(path.text.encode().split(b"/"))


def _write_blob(git: GitProgram, change: FileChange) -> _Entry | None:
    """The file's text as an object, to the byte: no attribute of the repository acts on it."""
    if change.after is None:
        return None
    name = git.run("hash-object", "-w", "--stdin", "--no-filters", given=change.after.encode())
    return _Entry(change.mode, name.decode().strip())


def _change_folder(git: GitProgram, tree: str, wishes: _Wishes, *, may_be_any: bool = False) -> str | None:
    """The tree with the wishes in it; None when nothing is left. What no wish names stays as it is.

    `tree` is empty where there is no such folder yet. Without `may_be_any`, a wish is for a file where one stands.
    """
    folder = _read_folder(git, tree) if tree else {}
    here = {path[0]: entry for path, entry in wishes.items() if len(path) == 1}
    for name in [name for name, entry in here.items() if entry is None]:
        _require_file(folder.get(name), name, may_be_any=may_be_any)
        del folder[name]
    for name in dict.fromkeys(path[0] for path in wishes if len(path) > 1):
        below = {path[1:]: entry for path, entry in wishes.items() if path[0] == name and len(path) > 1}
        inner = _change_folder(git, _tree_of(folder.get(name), name), below, may_be_any=may_be_any)
        folder.pop(name, None)
        folder |= {name: _Entry(_TREE, inner)} if inner else {}
    for name, entry in here.items():
        if entry is not None:
            _require_file(folder.get(name, entry), name, may_be_any=may_be_any or name not in folder)
            folder[name] = entry
    return _write_folder(git, folder) if folder else None


def _tree_of(entry: _Entry | None, name: bytes) -> str:
    if entry is not None and entry.mode != _TREE:
        msg = f"{name.decode()!r} is a file, a link or a submodule, so nothing can stand below it"
        raise ForgeError(msg, hint=_STALE)
    return entry.name if entry else ""


def _require_file(entry: _Entry | None, name: bytes, *, may_be_any: bool) -> None:
    if entry is None or (not may_be_any and entry.mode in {_TREE, _LINK, _SUBMODULE}):
        msg = f"{name.decode()!r} is no file in the commit to build on"
        raise ForgeError(msg, hint=_STALE)


_STALE = "The change was not made for this commit; run the command again."


def _read_folder(git: GitProgram, tree: str) -> _Folder:
    """Shape of a record: mode, kind, object name, between blanks; a tab; the name."""
    folder = {}
    for record in git.run("ls-tree", "-z", "--full-tree", tree).split(b"\0")[:-1]:
        facts, _, name = record.partition(b"\t")
        mode, _, sha = facts.decode("ascii").split()
        folder[name] = _Entry(mode, sha)
    return folder


def _write_folder(git: GitProgram, folder: _Folder) -> str:
    """`--missing`: a partial clone need not hold what is left as it is."""
    records = (
        f"{entry.mode} {_KINDS.get(entry.mode, 'blob')} {entry.name}\t".encode() + name + b"\0"
        for name, entry in folder.items()
    )
    return git.run("mktree", "-z", "--missing", given=b"".join(records)).decode().strip()


def _changed_files(output: bytes) -> Iterator[ChangedFile]:
    """What `diff-tree -z --raw --numstat` says: first all statuses, then all counts.

    Shape of a status: `:mode mode name name letter`, path, and the new path after R. Shape of counts: `added TAB
    removed TAB path`; for a rename the path is empty, and old and new path follow.
    """
    words = iter(output.decode("utf-8", "replace").split("\0")[:-1])
    statuses: dict[str, str] = {}
    for word in words:
        if word.startswith(":"):
            letter = word.split(" ")[-1][0]
            path = next(words) if letter != "R" else _second(words)
            statuses[path] = _STATUSES.get(letter, "modified")
            continue
        added, removed, path = word.split("\t", 2)
        path = path or _second(words)
        yield ChangedFile(path, statuses[path], _count(added), _count(removed))


def _second(words: Iterable[str]) -> str:
    _, new = next(zip(words, words, strict=False))
    return new


def _count(text: str) -> int:
    return int(text) if text.isdigit() else 0
