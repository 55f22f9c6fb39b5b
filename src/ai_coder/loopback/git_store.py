"""A real bare git repository: objects and refs are written here, all that is hard is asked of the `git` program."""

import gzip
import hashlib
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ai_coder.loopback import git_refs, git_walk
from ai_coder.loopback.git_changes import FileDiff, parse_patches, parse_raw
from ai_coder.loopback.git_objects import (
    SUBMODULE,
    TREE,
    Commit,
    Entry,
    parse_commit,
    parse_tree,
    render_commit,
    render_tree,
    split_folder,
)
from ai_coder.loopback.git_process import GitFailed, is_ref_name, run_git


class GitStore:
    """One bare repository in `folder`. Objects never change, so what was read once is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._objects: dict[str, tuple[str, bytes]] = {}
        self._answers: dict[tuple[str, ...], bytes | None] = {}

    def create(self, default_branch: str) -> None:
        """Make the repository, without a commit."""
        git_refs.create(self.folder, default_branch)

    def git(self, *arguments: str, given: bytes = b"") -> bytes:
        """Standard output of `git` in this repository. Raises: GitFailed."""
        return run_git("--git-dir", str(self.folder), *arguments, given=given)

    # objects

    def write(self, kind: str, content: bytes) -> str:
        """The name of the object, which is in the repository now."""
        raw = f"{kind} {len(content)}\0".encode() + content
        sha = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
        path = self.folder / "objects" / sha[:2] / sha[2:]
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.compress(raw, 1))
        self._objects[sha] = (kind, content)
        return sha

    def read(self, sha: str) -> tuple[str, bytes] | None:
        """Kind and content of the object; None when there is none."""
        if sha not in self._objects:
            head, _, content = self.git("cat-file", "--batch", given=sha.encode() + b"\n").partition(b"\n")
            words = head.decode("utf-8", "replace").split()
            if len(words) != len(("sha", "kind", "size")) or words[0] != sha:
                return None
            self._objects[sha] = (words[1], content[: int(words[2])])
        return self._objects[sha]

    def read_all(self, commit: str) -> None:
        """Read everything that the commit holds in one go: read one by one, each object is a process."""
        names = self.git("rev-list", "--objects", "--no-object-names", "--no-walk", commit)
        rest = memoryview(self.git("cat-file", "--batch", given=names))
        for sha in names.decode().split():
            head = bytes(rest[:100]).partition(b"\n")[0]
            _, kind, size = head.decode().split()
            end = len(head) + 1 + int(size)
            self._objects[sha] = (kind, bytes(rest[len(head) + 1 : end]))
            rest = rest[end + 1 :]

    def blob(self, sha: str) -> bytes | None:
        """The bytes of a blob; None when it is none."""
        found = self.read(sha)
        return found[1] if found is not None and found[0] == "blob" else None

    def commit(self, sha: str) -> Commit | None:
        """The commit of that name; None when it is none."""
        found = self.read(sha)
        return parse_commit(sha, found[1]) if found is not None and found[0] == "commit" else None

    def write_commit(self, commit: Commit) -> Commit:
        """The same commit, with its name."""
        content = render_commit(commit)
        return parse_commit(self.write("commit", content), content)

    def write_tree(self, files: Mapping[str, Entry]) -> str:
        """The tree that holds these entries at these paths, folders made as needed."""
        here, folders = split_folder(files)
        below = [Entry(name, TREE, self.write_tree(inside)) for name, inside in folders.items()]
        return self.write("tree", render_tree([*here, *below]))

    def entries(self, tree: str) -> tuple[Entry, ...] | None:
        """The entries of one folder; None when `tree` is none."""
        found = self.read(tree)
        return parse_tree(found[1]) if found is not None and found[0] == "tree" else None

    def walk(self, tree: str, prefix: str = "") -> list[Entry]:
        """Every entry below `tree`, folders included, in git's order, with whole paths."""
        found: list[Entry] = []
        for entry in self.entries(tree) or ():
            path = prefix + entry.path
            found.append(Entry(path, entry.mode, entry.sha))
            if entry.mode == TREE:
                found += self.walk(entry.sha, path + "/")
        return found

    def files(self, tree: str) -> dict[str, Entry]:
        """Every entry below `tree` that is no folder, by path."""
        return {entry.path: entry for entry in self.walk(tree) if entry.mode != TREE}

    def contents(self, tree: str) -> dict[str, bytes]:
        """Every file below `tree` with its bytes; links with their target, submodules not."""
        entries = self.files(tree)
        return {path: self.blob(e.sha) or b"" for path, e in entries.items() if e.mode != SUBMODULE}

    # refs

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """Full names of the refs that begin with `prefix`, with what they point to."""
        return {name: sha for name, sha in git_refs.read_all(self.folder).items() if name.startswith(prefix)}

    def ref(self, name: str) -> str | None:
        """What the ref of that full name points to."""
        return git_refs.read(self.folder, name)

    def swap(self, name: str, new: str, old: str) -> bool:
        """Point `name` from `old` to `new`, unless somebody was faster. ABSENT makes or removes it."""
        if new == git_refs.ABSENT:
            with suppress(GitFailed):
                self.git("update-ref", "-z", "--stdin", given=f"update {name}\0{new}\0{old}\0".encode())
                return True
            return False
        found = self.commit(new) if name.startswith("refs/heads/") else self.read(new)
        return bool(found) and is_ref_name(name) and git_refs.swap(self.folder, name, new, old)

    def resolve(self, text: str) -> str | None:
        """The commit that a branch, a tag, a ref or a (shortened) commit name stands for."""
        if git_refs.SHA.fullmatch(text) and self.commit(text):
            return text
        known = self.refs()
        if f"refs/heads/{text}" in known and not known.keys() & {f"refs/tags/{text}", f"refs/{text}"}:
            return known[f"refs/heads/{text}"]
        for name in (text, f"refs/heads/{text}", f"refs/tags/{text}", f"refs/{text}"):
            with suppress(GitFailed, ValueError):
                return self._commit_name(name)
        return None

    def _commit_name(self, text: str) -> str:
        if text.startswith("-"):
            raise ValueError(text)
        return self.git("rev-parse", "--verify", "--quiet", text + "^{commit}").decode().strip()

    # history

    def _ask(self, *arguments: str) -> bytes | None:
        """What git says of commits named in full, which never changes; None when it says no."""
        if arguments not in self._answers:
            self._answers[arguments] = None
            with suppress(GitFailed):
                self._answers[arguments] = self.git(*arguments)
        return self._answers[arguments]

    def _parents(self, sha: str) -> tuple[str, ...] | None:
        """Of a commit that was read or written already."""
        kind, content = self._objects.get(sha, ("", b""))
        return parse_commit(sha, content).parents if kind == "commit" else None

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `new` holds the history of `old`."""
        known = git_walk.reach(new, self._parents)
        return old in known if known else self._ask("merge-base", "--is-ancestor", old, new) is not None

    def merge_base(self, left: str, right: str) -> str | None:
        """The best common ancestor; None when the histories never met."""
        if known := git_walk.meeting(left, right, self._parents):
            return known
        found = self._ask("merge-base", left, right)
        return found.decode().strip() if found is not None else None

    def merge_tree(self, ours: str, theirs: str) -> str | None:
        """The tree of a merge; None on a conflict."""
        with suppress(GitFailed):
            return self.git("merge-tree", "--write-tree", ours, theirs).decode().strip()
        return None

    def history(self, end: str, *, since: str = "", path: str = "") -> list[str]:
        """Names of the commits that `end` holds and `since` does not, newest first; those that change `path`."""
        known = None if path else git_walk.since(since, end, self._parents)
        if known is not None:
            return known
        chosen = [end, *([f"^{since}"] if since else ()), *(("--", path) if path else ())]
        return (self._ask("rev-list", "--topo-order", *chosen) or b"").decode().split()

    def changes(self, old: str | None, new: str) -> list[FileDiff]:
        """What differs between two commits, renames found; `old` None is the empty tree."""
        trees = [old, new] if old else ["--root", new]
        told = self._ask("diff-tree", "-r", "-M", "--no-commit-id", "--raw", "--patch", "--no-abbrev", "-z", *trees)
        raw, _, patches = (told or b"").partition(b"\0\0")
        return parse_patches(parse_raw(raw), patches)

    def archive(self, commit: str, prefix: str) -> bytes:
        """The `.tar.gz` of `git archive`: export-ignore and export-subst act in it, as they do on GitHub."""
        return gzip.compress(self.git("archive", "--format=tar", f"--prefix={prefix}/", commit), 1, mtime=0)
