"""The two trees of a task, made by git alone: where it begins, and what has to come out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ai_coder.loopback.git_process import GitFailed
from ai_coder.loopback.git_store import GitStore
from benchmarks.replay.tasks import Task


class NotHere(Exception):
    """No repository of the mirror holds what the task needs."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Both trees of a task, in a repository of their own."""

    store: GitStore
    base: str
    goal: str
    text: str
    """Of the issue."""


def find(mirror: Path, repository: str, revision: str) -> GitStore:
    """The bare repository of that name, of whatever owner, that holds the commit. Raises: NotHere."""
    name = repository.rpartition("/")[2]
    for store in _stores(mirror, name):
        try:
            store.git("cat-file", "-e", f"{revision}^{{commit}}")
        except GitFailed:
            continue
        return store
    msg = f"no repository {name} with commit {revision[:12]} in the mirror"
    raise NotHere(msg)


def _stores(mirror: Path, name: str) -> Iterator[GitStore]:
    """DIR/name, DIR/owner+name, DIR/owner/name, with `.git`, `repo` or nothing behind it."""
    found = [path for shape in (name, f"*+{name}", f"*/{name}") for path in sorted(mirror.glob(shape))]
    found += [path for shape in (f"{name}.git", f"*/{name}.git") for path in sorted(mirror.glob(shape))]
    for path in found:
        for folder in (path, path / "repo", path / ".git"):
            if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
                yield GitStore(folder)


def borrow(store: GitStore, lender: GitStore) -> None:
    """Let the objects of `lender` count as the store's own, without copying one."""
    info = store.folder / "objects" / "info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "alternates").write_text(f"{(lender.folder / 'objects').resolve()}\n", "utf-8")


def sides(task: Task, mirror: Path, folder: Path) -> Sides:
    """Where the task begins and what has to come out. Raises: NotHere; GitFailed for a patch that does not apply."""
    lender = find(mirror, task.repository, task.base)
    store = GitStore(folder)
    store.create("main")
    borrow(store, lender)
    base = store.git("rev-parse", f"{task.base}^{{tree}}").decode().strip()
    if task.goal:
        goal = store.git("rev-parse", f"{task.goal}^{{tree}}").decode().strip()
    else:
        store.git("read-tree", base)
        for patch in task.patches:
            store.git("apply", "--cached", "--whitespace=nowarn", "-", given=patch.encode())
        goal = store.git("write-tree").decode().strip()
    text = task.text or store.git("log", "-1", "--format=%B", task.goal).decode("utf-8", "replace")
    return Sides(store, goal, base, text) if task.is_undone else Sides(store, base, goal, text)


def listing(store: GitStore, tree: str) -> dict[str, tuple[str, str]]:
    """Mode and object name of everything in the tree that is no folder, by path."""
    lines = store.git("ls-tree", "-r", "-z", tree).decode("utf-8", "surrogateescape").split("\0")
    rows = (line.partition("\t") for line in lines if line)
    return {path: (head.split()[0], head.split()[2]) for head, _, path in rows}


def first_difference(wanted: GitStore, goal: str, got: GitStore, tree: str) -> str:
    """Where the two trees part first, in a few words; empty where they are one."""
    if goal == tree:
        return ""
    left, right = listing(wanted, goal), listing(got, tree)
    for path in sorted({*left, *right}):
        if path not in right or path not in left:
            return f"{path}: {'missing' if path in left else 'too much'}"
        (mode, name), (mode_got, name_got) = left[path], right[path]
        if name != name_got:
            return f"{path}: {_first_line(wanted.blob(name) or b'', got.blob(name_got) or b'')}"
        if mode != mode_got:
            return f"{path}: mode {mode_got} instead of {mode}"
    return f"tree {tree} instead of {goal}"


def _first_line(wanted: bytes, got: bytes) -> str:
    left, right = wanted.split(b"\n"), got.split(b"\n")
    pairs = enumerate(zip(left, right, strict=False), 1)
    number = next((n for n, (one, other) in pairs if one != other), min(len(left), len(right)) + 1)
    lines = [side[number - 1] if number <= len(side) else b"(end)" for side in (left, right)]
    return f"line {number} is {lines[1]!r:.80} instead of {lines[0]!r:.80}"
