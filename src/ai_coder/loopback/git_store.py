"""A real bare git repository: objects are written here, everything else is asked of the `git` program."""

import gzip
import hashlib
import os
import shutil
import subprocess
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

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

ABSENT = "0" * 40
"""The object name that stands for `no such ref` in a compare-and-swap."""


class GitFailed(Exception):
    """The `git` program refused."""


class GitStore:
    """One bare repository in `folder`. Objects never change, so what was read once is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._objects: dict[str, tuple[str, bytes]] = {}
        self._answers: dict[tuple[str, ...], bytes | None] = {}

    def create(self, default_branch: str) -> None:
        """Make the repository, without a commit."""
        self.folder.mkdir(parents=True)
        self.git("init", "--quiet", "--bare", "--template=", f"--initial-branch={default_branch}")

    def git(self, *arguments: str, given: bytes = b"") -> bytes:
        """Standard output of `git`. Raises: GitFailed."""
        if any("\0" in argument for argument in arguments):
            raise GitFailed("a name holds a null byte")
        program = _program()
        done = subprocess.run(
            [program, "--git-dir", str(self.folder), *arguments],
            input=given,
            capture_output=True,
            env=_environment(program),
            check=False,
        )
        if done.returncode:
            raise GitFailed(done.stderr.decode("utf-8", "replace").strip() or f"git {arguments[0]} said no")
        return done.stdout

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
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()
        pairs = (line.split(" ") for line in lines)
        return {name: sha for name, sha in pairs if name.startswith(prefix)}

    def ref(self, name: str) -> str | None:
        """What the ref of that full name points to."""
        with suppress(OSError, ValueError):
            text = (self.folder / name).read_text().strip()
            return text if int(text, 16) else None
        with suppress(GitFailed):
            return self.git("show-ref", "--verify", "--hash", "--", name).decode().strip()
        return None

    def swap(self, name: str, new: str, old: str) -> bool:
        """Point `name` from `old` to `new`, unless somebody was faster. ABSENT makes or removes it."""
        line = f"update {name}\0{new}\0{old}\0".encode()
        with suppress(GitFailed):
            self.git("update-ref", "-z", "--stdin", given=line)
            return True
        return False

    def is_ref_name(self, name: str) -> bool:
        """Whether git accepts the full name."""
        with suppress(GitFailed):
            self.git("check-ref-format", name)
            return True
        return False

    def resolve(self, text: str) -> str | None:
        """The commit that a branch, a tag, a ref or a (shortened) commit name stands for."""
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

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `new` holds the history of `old`."""
        return self._ask("merge-base", "--is-ancestor", old, new) is not None

    def merge_base(self, left: str, right: str) -> str | None:
        """The best common ancestor; None when the histories never met."""
        found = self._ask("merge-base", left, right)
        return found.decode().strip() if found is not None else None

    def merge_tree(self, ours: str, theirs: str) -> str | None:
        """The tree of a merge; None on a conflict."""
        with suppress(GitFailed):
            return self.git("merge-tree", "--write-tree", ours, theirs).decode().strip()
        return None

    def history(self, *revisions: str) -> list[str]:
        """Commit names, newest first, of what `git rev-list` makes of commits named in full."""
        return (self._ask("rev-list", "--topo-order", *revisions) or b"").decode().split()

    def changes(self, old: str | None, new: str) -> list[FileDiff]:
        """What differs between two commits, renames found; `old` None is the empty tree."""
        trees = [old, new] if old else ["--root", new]
        common = ("diff-tree", "-r", "-M", "--no-commit-id")
        raw = self._ask(*common, "--raw", "--no-abbrev", "-z", *trees)
        return parse_patches(parse_raw(raw or b""), self._ask(*common, "--patch", *trees) or b"")

    def archive(self, commit: str, prefix: str) -> bytes:
        """The `.tar.gz` of `git archive`: export-ignore and export-subst act in it, as they do on GitHub."""
        return gzip.compress(self.git("archive", "--format=tar", f"--prefix={prefix}/", commit), 1, mtime=0)


@cache
def _program() -> str:
    found = shutil.which("git")
    if found is None:
        raise GitFailed("the `git` program is needed for the embedded forge")
    return found


def _environment(program: str) -> dict[str, str]:
    """Nothing of the machine's configuration reaches git."""
    return {
        "PATH": os.pathsep.join([str(Path(program).parent), os.defpath]),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
