"""Git objects as values: parsing and writing blobs, trees and commits. Source: git's gitformat documents."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from itertools import groupby

TREE = "040000"
LINK = "120000"
SUBMODULE = "160000"
FILE = "100644"
MODES = {FILE: "blob", "100755": "blob", LINK: "blob", TREE: "tree", SUBMODULE: "commit"}
"""Every mode GitHub accepts in a tree, and the kind of object it stands for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree."""

    path: str
    mode: str
    sha: str

    @property
    def kind(self) -> str:
        """`blob`, `tree` or `commit`."""
        return MODES.get(self.mode, "blob")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who did it, and when."""

    name: str
    email: str
    when: datetime

    @property
    def line(self) -> str:
        """As it stands in a commit object."""
        return f"{self.name} <{self.email}> {int(self.when.timestamp())} {self.when:%z}"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit object."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Stamp
    committer: Stamp
    message: str
    signature: str = ""
    """Empty when the commit is not signed."""


def render_tree(entries: Iterable[Entry]) -> bytes:
    """The content of a tree object; `path` of every entry is one name."""

    def place(entry: Entry) -> bytes:
        return entry.path.encode() + (b"/" if entry.mode == TREE else b"")

    return b"".join(
        f"{entry.mode.lstrip('0')} {entry.path}\0".encode() + bytes.fromhex(entry.sha)
        for entry in sorted(entries, key=place)
    )


def parse_tree(content: bytes) -> tuple[Entry, ...]:
    """The entries of a tree object, in its own order."""
    entries: list[Entry] = []
    at = 0
    while at < len(content):
        end = content.index(b"\0", at)
        mode, _, name = content[at:end].partition(b" ")
        sha = content[end + 1 : end + 21].hex()
        entries.append(Entry(name.decode("utf-8", "surrogateescape"), mode.decode().zfill(6), sha))
        at = end + 21
    return tuple(entries)


def split_folder(files: Mapping[str, Entry]) -> tuple[list[Entry], dict[str, dict[str, Entry]]]:
    """The entries that stand in the folder itself, and for every folder below it what stands there."""
    here = [Entry(path, entry.mode, entry.sha) for path, entry in files.items() if "/" not in path]
    below = sorted(path for path in files if "/" in path)
    folders = {
        name: {path.partition("/")[2]: files[path] for path in paths}
        for name, paths in groupby(below, key=lambda path: path.partition("/")[0])
    }
    return here, folders


def render_commit(commit: Commit) -> bytes:
    """The content of the commit object; its own name is left aside."""
    lines = [f"tree {commit.tree}", *(f"parent {parent}" for parent in commit.parents)]
    lines += [f"author {commit.author.line}", f"committer {commit.committer.line}"]
    if commit.signature:
        lines.append("gpgsig " + commit.signature.replace("\n", "\n "))
    return ("\n".join(lines) + "\n\n" + commit.message).encode("utf-8", "replace")


@lru_cache(maxsize=4096)  # a walk through the history looks at the same commits again and again
def parse_commit(sha: str, content: bytes) -> Commit:
    """The commit named `sha`."""
    head, _, message = content.decode("utf-8", "replace").partition("\n\n")
    fields: dict[str, list[str]] = {}
    name = ""
    for line in head.split("\n"):
        if line.startswith(" "):
            fields[name][-1] += "\n" + line[1:]
            continue
        name, _, value = line.partition(" ")
        fields.setdefault(name, []).append(value)
    return Commit(
        sha=sha,
        tree=fields["tree"][0],
        parents=tuple(fields.get("parent", ())),
        author=parse_stamp(fields["author"][0]),
        committer=parse_stamp(fields["committer"][0]),
        message=message,
        signature="".join(fields.get("gpgsig", ())),
    )


def parse_stamp(line: str) -> Stamp:
    """Who and when, as a commit object says it."""
    found = re.fullmatch(r"(.*?) ?<(.*)> (\d+) ([+-])(\d\d)(\d\d)", line)
    if found is None:
        raise ValueError(f"no author line: {line!r}")
    name, email, seconds, sign, hours, minutes = found.groups()
    shift = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    return Stamp(name, email, datetime.fromtimestamp(int(seconds), timezone(shift)))
