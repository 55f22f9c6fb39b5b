"""The files of a commit in a repository on this machine."""

import os
from pathlib import Path

import pytest

from ai_coder.adapters.git_program import GitProgram
from ai_coder.adapters.local_tree import LocalTree
from ai_coder.domain.source import RepoPath
from ai_coder.errors import ForgeError
from fakes.git_repositories import PROGRAM, Entry, GitRepository

SUBMODULE_COMMIT = b"1" * 40
FILES = {
    ".gitattributes": b"* text eol=lf ident filter=nowhere working-tree-encoding=UTF-16\n",
    "README→TEMP.md": b"# Arrow\n",
    "a name with blanks.txt": b"blanks\n",
    "-leading": b"dash\n",
    "quo'te\"s.txt": b"quotes\n",
    "crlf.txt": b"one\r\ntwo\r\n",
    "bom.txt": b"\xef\xbb\xbfbom\n",
    "ident.txt": b"$Id$\n",
    "no-final-newline": b"end",
    "empty": b"",
    "binary": bytes(range(256)),
    "deep/er/file.py": b"pass\n",
    "run.sh": Entry(b"#!/bin/sh\n", "100755"),
    "link": Entry(b"deep/er/file.py", "120000"),
    "vendor/lib": Entry(SUBMODULE_COMMIT, "160000"),
}


@pytest.fixture(name="repository")
def _repository(tmp_path):
    return GitRepository(tmp_path / "a repository", FILES, bare=True)


def tree_of(repository, folder=None):
    """The tree at the head of main."""
    return LocalTree(GitProgram(folder or repository.folder), repository.head("main"))


def paths(*texts):
    """The checked paths."""
    return [RepoPath.parse(text) for text in texts]


def test_entries(repository):
    """Every file, link and submodule is listed with mode, object name and size, in order of path."""
    entries = tree_of(repository).entries()

    assert [path.text for path in entries] == sorted(FILES)
    assert entries[RepoPath("run.sh")].mode == "100755"
    assert entries[RepoPath("link")].mode == "120000"
    assert entries[RepoPath("vendor/lib")].blob == SUBMODULE_COMMIT.decode()
    assert entries[RepoPath("vendor/lib")].size_bytes == 0
    assert entries[RepoPath("binary")].size_bytes == 256
    assert {path.text: (e.mode, e.blob) for path, e in entries.items()} == repository.entries("main")


@pytest.mark.parametrize("path", [path for path, given in FILES.items() if isinstance(given, bytes)])
def test_bytes_are_exact(repository, path):
    """No attribute of the repository changes a byte: not line ends, not keywords, not encodings."""
    assert tree_of(repository).read(paths(path)) == {RepoPath(path): FILES[path]}


def test_many_files_at_once(repository):
    """Files are read together; what is no regular file, or not there, is missing."""
    wanted = paths("binary", "empty", "run.sh", "binary", "link", "vendor/lib", "vendor", "nowhere")

    assert tree_of(repository).read(iter(wanted)) == {
        RepoPath("binary"): bytes(range(256)),
        RepoPath("empty"): b"",
        RepoPath("run.sh"): b"#!/bin/sh\n",
    }
    assert tree_of(repository).read([]) == {}


def test_unsafe_names_are_left_out(tmp_path):
    """A path that is not safe to name is not seen, and does not hide its neighbours."""
    names = ["ok", "tab\there", "line\nend", "back\\slash", "aux.txt", "lat\udcedn", "a:b", " blank"]
    repository = GitRepository(tmp_path / "r", dict.fromkeys(names, b"x\n"), bare=True)

    assert [path.text for path in tree_of(repository).entries()] == ["ok"]


def test_every_folder_of_a_working_copy_sees_the_whole_tree(tmp_path):
    """From a folder below and from a linked worktree the tree is the same as from the top."""
    repository = GitRepository(tmp_path / "r", {"a": b"1\n", "deep/er/b": b"2\n"})
    repository.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked tree"))

    for folder in (repository.folder, repository.folder / "deep" / "er", tmp_path / "linked tree" / "deep"):
        assert [path.text for path in tree_of(repository, folder).entries()] == ["a", "deep/er/b"]


def test_an_old_mode_is_a_regular_file(tmp_path):
    """A group-writable file, as git of 2005 wrote it, is an ordinary one."""
    repository = GitRepository(tmp_path / "r", {"a": b"1\n"}, bare=True)
    blob = repository.entries("main")["a"][1]
    tree = repository.git("mktree", given=f"100664 blob {blob}\told\n".encode()).decode().strip()

    entries = LocalTree(GitProgram(repository.folder), tree).entries()

    assert entries[RepoPath("old")].mode == "100644"


def test_an_unknown_commit(repository):
    """A commit that is not there is said so."""
    with pytest.raises(ForgeError, match="not a tree object"):
        LocalTree(GitProgram(repository.folder), "2" * 40).entries()


def loose(repository, path):
    """The file of the object database that holds this path's content, unpacked."""
    blob = repository.entries("main")[path][1]
    repository.git("repack", "-q", "-a", "-d")
    for pack in (repository.git_dir / "objects" / "pack").glob("*.pack"):
        content = pack.read_bytes()
        for part in pack.parent.glob(f"{pack.stem}.*"):
            part.unlink()
        repository.git("unpack-objects", "-q", given=content)
    return repository.git_dir / "objects" / blob[:2] / blob[2:]


def test_a_missing_object_is_not_an_absent_file(repository):
    """A file whose content is not in the repository ends the reading: taken for absent, it would be overwritten."""
    tree = tree_of(repository)
    blob = tree.entries()[RepoPath("crlf.txt")].blob
    loose(repository, "crlf.txt").unlink()

    with pytest.raises(ForgeError, match=blob):
        tree.read(paths("crlf.txt", "empty"))


def test_a_damaged_object_ends_the_reading(repository):
    """What git says of it is told; nothing that follows is taken for read."""
    damaged = loose(repository, "binary")
    content = damaged.read_bytes()
    damaged.chmod(0o644)
    damaged.write_bytes(content[:200])

    with pytest.raises(ForgeError, match=r"git refused in .*unable to stream"):
        tree_of(repository).read(paths("crlf.txt", "binary", "empty"))


@pytest.mark.parametrize("count", [0, 20, 70, 300])
def test_git_that_breaks_off_without_a_word(repository, tmp_path, count):
    """An answer that is shorter than what was asked is no reading, whatever git's exit status is."""
    shim = tmp_path / "bin" / "git"
    shim.parent.mkdir()
    shim.write_text(
        f'#!/bin/sh\ncase "$*" in *cat-file*) {PROGRAM} "$@" | head -c {count} ;; *) {PROGRAM} "$@" ;; esac\n'
    )
    shim.chmod(0o755)
    tree = LocalTree(GitProgram(repository.folder, f"{shim.parent}:{os.environ['PATH']}"), repository.head("main"))

    with pytest.raises(ForgeError, match="git broke off"):
        tree.read(paths("empty", "binary"))


def test_a_stream_that_is_left_ends_git(tmp_path):
    """Who needs no more of a large tree leaves no process behind."""
    repository = GitRepository(tmp_path / "r", {f"f{number}": b"x" * 99_999 for number in range(9)}, bare=True)
    stream = tree_of(repository).stream(paths(*(f"f{number}" for number in range(9))))

    assert next(stream) == (RepoPath("f0"), b"x" * 99_999)
    assert "cat-file" in children()
    stream.close()
    assert "cat-file" not in children()


def children():
    """The command lines of this process's children. Source: `man 5 proc`."""
    tasks = Path("/proc/self/task").glob("*/children")
    numbers = [number for task in tasks for number in task.read_text().split()]
    return " ".join(Path(f"/proc/{number}/cmdline").read_text().replace("\0", " ") for number in numbers)
