"""Real git repositories in temporary folders, with whatever bytes, names and modes a test wants, and traps in them."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PROGRAM = shutil.which("git") or "git"
IDENTITY = {
    f"GIT_{who}_{what}": text
    for who in ("AUTHOR", "COMMITTER")
    for what, text in {"NAME": "Mona", "EMAIL": "mona@example.com", "DATE": "1767225600 +0000"}.items()
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at a path: a file, a link (its target in `content`) or a submodule (its commit in `content`)."""

    content: bytes
    mode: str = "100644"


Files = Mapping[str, bytes | Entry | None]
"""By path; None removes. Paths may be anything git takes."""


class GitRepository:
    """A repository with `main` as its first branch, handled by the `git` program as a person would."""

    def __init__(self, folder: Path, files: Files | None = None, *, bare: bool = False) -> None:
        """With `files`, a first commit holds them, and an ordinary repository has them checked out."""
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--template=", "--initial-branch=main", *(["--bare"] if bare else []))
        if files is not None:
            self.commit("main", files, "Begin")
            if not bare:
                self.git("reset", "--quiet", "--hard")

    @classmethod
    def at(cls, folder: Path) -> Self:
        """A repository that is there already."""
        found = cls.__new__(cls)
        found.folder = folder
        return found

    @property
    def git_dir(self) -> Path:
        """The folder git keeps everything in."""
        return Path(self.git("rev-parse", "--absolute-git-dir").decode().strip())

    def git(self, *arguments: str, given: bytes = b"", folder: Path | None = None) -> bytes:
        """Standard output. Raises: CalledProcessError."""
        environ = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "HOME": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **IDENTITY,
        }
        command = [PROGRAM, "-C", str(folder or self.folder), *arguments]
        return subprocess.run(command, input=given, env=environ, check=True, capture_output=True).stdout

    def commit(self, branch: str, files: Files, message: str = "Change") -> str:
        """One commit on the branch, byte for byte, past working copy and index. A new branch begins with nothing."""
        old = self.head(branch)
        stream = [f"commit refs/heads/{branch}\n", "committer Mona <mona@example.com> 1767225600 +0000\n"]
        stream += [_data(message.encode()), f"from {old}\n" if old else ""]
        for path, given in files.items():
            if given is None:
                stream.append(f"D {_quoted(path)}\n")
                continue
            entry = given if isinstance(given, Entry) else Entry(given)
            if entry.mode == "160000":
                stream.append(f"M 160000 {entry.content.decode()} {_quoted(path)}\n")
            else:
                stream += [f"M {entry.mode} inline {_quoted(path)}\n", _data(entry.content)]
        self.git("fast-import", "--quiet", "--force", given="".join(stream).encode("utf-8", "surrogateescape"))
        head = self.head(branch)
        if head is None:
            raise LookupError(branch)
        return head

    def head(self, branch: str) -> str | None:
        """The commit of the branch."""
        return self.branches().get(branch)

    def branches(self) -> dict[str, str]:
        """Every branch with its head."""
        lines = self.git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads").decode()
        return {name: commit for name, _, commit in (line.rpartition(" ") for line in lines.splitlines())}

    def entries(self, commit: str) -> dict[str, tuple[str, str]]:
        """Mode and object name of everything in the commit that is no folder, by path."""
        records = self.git("ls-tree", "-r", "-z", commit).decode("utf-8", "surrogateescape").split("\0")[:-1]
        pairs = (record.partition("\t")[::2] for record in records)
        return {path: (facts.split(" ")[0], facts.split(" ")[2]) for facts, path in pairs}

    def content(self, commit: str, path: str) -> bytes:
        """The bytes of a file."""
        return self.git("cat-file", "blob", self.entries(commit)[path][1])

    def message(self, commit: str) -> str:
        """The commit's message."""
        return self.git("log", "-1", "--format=%B", commit).decode().rstrip("\n")

    def parents(self, commit: str) -> list[str]:
        """The commit's parents."""
        return self.git("log", "-1", "--format=%P", commit).decode().split()

    def snapshot(self) -> dict[str, bytes]:
        """Every byte of working copy, index and HEAD, and the times of the files: what must not be touched."""
        git_dir = self.git_dir
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_relative_to(git_dir) and path.name not in {"HEAD", "index", "config"}:
                continue
            if path.is_symlink():
                found[str(path)] = os.fsencode(path.readlink())
            elif path.is_file() and not (path.is_relative_to(git_dir) and path.parent != git_dir):
                found[str(path)] = path.read_bytes() + str(path.stat().st_mtime_ns).encode()
        return found


def set_traps(repository: GitRepository, marker: Path) -> None:
    """Let every program that the repository's configuration can name write to `marker`."""
    bait = repository.git_dir / "bait"
    bait.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{marker}'\nexit 1\n")
    bait.chmod(0o755)
    for folder in (repository.git_dir / "hooks", repository.git_dir / "more-hooks"):
        folder.mkdir(exist_ok=True)
        for name in HOOKS:
            shutil.copy(bait, folder / name)
    included = repository.git_dir / "included"
    included.write_text(f'[core]\n\tfsmonitor = "{bait}"\n\tpager = "{bait}"\n[alias]\n\tcommit-tree = "!{bait}"\n')
    values = {
        **dict.fromkeys(TRAPS, str(bait)),
        "core.hooksPath": str(repository.git_dir / "more-hooks"),
        "alias.ls-tree": f"!{bait}",
        "alias.bait": f"!{bait}",
        "include.path": str(included),
        "core.excludesFile": "~/nowhere",
        "core.attributesFile": str(repository.git_dir / "attributes"),
        "filter.trap.required": "true",
        "filter.trap.process": f"{bait} process",
        "commit.gpgSign": "true",
        "remote.origin.url": f"ext::{bait}",
        "remote.origin.promisor": "true",
        "remote.origin.partialCloneFilter": "blob:none",
        "protocol.ext.allow": "always",
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
        "diff.trap.command": str(bait),
    }
    for name, value in values.items():
        repository.git("config", name, value)
    attributes = "* filter=trap diff=trap ident text eol=crlf working-tree-encoding=UTF-16\n"
    (repository.git_dir / "info").mkdir(exist_ok=True)
    (repository.git_dir / "info" / "attributes").write_text(attributes)
    (repository.git_dir / "attributes").write_text(attributes)


TRAPS = [
    *["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy"],
    *["core.alternateRefsCommand", "credential.helper", "diff.external", "diff.trap.textconv", "filter.trap.clean"],
    *[
        "filter.trap.smudge",
        "gpg.program",
        "merge.trap.driver",
        "pager.ls-tree",
        "sequence.editor",
        "uploadpack.packObjectsHook",
    ],
]
HOOKS = [
    *["post-commit", "pre-commit", "commit-msg", "prepare-commit-msg", "post-index-change", "reference-transaction"],
    *["post-checkout", "post-update", "update", "fsmonitor-watchman", "pre-auto-gc", "post-rewrite", "applypatch-msg"],
]


def _data(content: bytes) -> str:
    return f"data {len(content)}\n{content.decode('utf-8', 'surrogateescape')}\n"


def _quoted(path: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(escapes.get(char, char) for char in path) + '"'
