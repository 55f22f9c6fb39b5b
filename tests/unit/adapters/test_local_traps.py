"""A repository from a stranger: nothing that it configures is started, and nothing a person works on is touched."""

import subprocess
from contextlib import suppress

import pytest

from ai_coder.adapters.local_forge import LocalForge
from ai_coder.domain.source import RepoPath
from ai_coder.errors import ForgeError
from fakes.git_repositories import Entry, GitRepository, set_traps
from fakes.plans import a_plan

FILES = {
    ".gitattributes": b"* filter=trap diff=trap ident text eol=crlf\n",
    "a.txt": b"$Id$\n1\n",
    "deep/b.txt": b"b\r\n",
    "run.sh": Entry(b"#!/bin/sh\n", "100755"),
}
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@pytest.fixture(name="marker")
def _marker(tmp_path):
    return tmp_path / "fired"


@pytest.fixture(name="repository")
def _repository(tmp_path, marker):
    repository = GitRepository(tmp_path / "r", FILES)
    set_traps(repository, marker)
    return repository


def forge_of(repository):
    """The forge, of a person without a git configuration."""
    return LocalForge(repository.folder, {"HOME": str(repository.folder.parent), "GIT_CONFIG_NOSYSTEM": "1"})


def plan_on(repository, **fields):
    """A change, a new file and a deletion."""
    changes = {"a.txt": ("$Id$\n1\n", "$Id$\r\n2\n"), "new/c.txt": (None, "c\n"), "deep/b.txt": ("b\r\n", None)}
    return a_plan(repository.head("main"), changes, **fields)


@pytest.mark.parametrize(
    ("command", "fired"),
    [
        (["status"], "bait 2"),
        (["update-ref", "refs/heads/x", "main"], "more-hooks/reference-transaction prepared"),
        (["hash-object", "a.txt"], "bait process"),
        (["cat-file", "-e", "2" * 40], "bait"),
        (["diff", "--ext-diff", EMPTY_TREE, "main"], "bait process"),
        (["bait"], "bait"),
        (["commit", "--quiet", "--allow-empty", "-m", "x", "--no-verify"], "bait"),
    ],
)
def test_the_traps_are_real(repository, marker, command, fired):
    """Git as a person calls it does start what the repository names."""
    (repository.folder / "a.txt").write_bytes(b"2\n")

    with suppress(subprocess.CalledProcessError):
        repository.git(*command)
    assert fired in marker.read_text()


def test_no_trap_fires(repository, marker):
    """Reading, publishing, publishing again and being refused start no program of the repository's."""
    forge = forge_of(repository)
    before = repository.entries("main")

    base = forge.head(forge.default_branch())
    tree = forge.tree(base)
    contents = tree.read(tree.entries())
    published = forge.publish(plan_on(repository))
    forge.publish(plan_on(repository))
    with pytest.raises(ForgeError):
        forge.publish(plan_on(repository, message="Another"))
    with pytest.raises(ForgeError):
        forge.tree("2" * 40).entries()

    assert not marker.exists(), marker.read_text()
    assert contents[RepoPath("a.txt")] == b"$Id$\n1\n"
    assert repository.git("cat-file", "blob", f"{published.commit}:a.txt") == b"$Id$\r\n2\n"
    assert published.files[0].added_lines == 2
    assert before["run.sh"] == repository.entries(published.commit)["run.sh"]


def test_a_missing_object_is_not_fetched(repository, marker):
    """A partial clone's missing file is not asked of a remote, whose address may be a program."""
    tree = forge_of(repository).tree(repository.head("main"))
    blob = tree.entries()[RepoPath("a.txt")].blob
    pack = next((repository.git_dir / "objects" / "pack").glob("*.pack"), None)
    assert pack is None, "fast-import of a few objects leaves them loose"
    (repository.git_dir / "objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(ForgeError, match=blob) as caught:
        tree.read([RepoPath("a.txt")])
    assert "partial clone" in caught.value.hint
    assert not marker.exists(), marker.read_text()


def test_a_signature_is_not_made_nor_checked(repository, marker):
    """`commit.gpgSign` starts no signing program."""
    published = forge_of(repository).publish(plan_on(repository))

    assert b"gpgsig" not in repository.git("cat-file", "commit", published.commit)
    assert not published.is_signed
    assert not marker.exists()


@pytest.mark.parametrize("head", ["main", "detached"])
def test_what_a_person_works_on_is_untouched(tmp_path, head):
    """Working copy, index and HEAD are the same to the byte, whatever state they were in."""
    repository = GitRepository(tmp_path / "r", FILES)
    if head == "detached":
        repository.git("checkout", "--quiet", "--detach")
    (repository.folder / "a.txt").write_bytes(b"half of a thought")
    (repository.folder / "untracked").write_bytes(b"mine\n")
    (repository.folder / "staged").write_bytes(b"staged\n")
    repository.git("add", "staged")
    (repository.folder / "run.sh").unlink()
    before = repository.snapshot()
    assert len(before) == 8

    published = forge_of(repository).publish(plan_on(repository))

    assert repository.snapshot() == before
    assert "staged" not in repository.entries(published.commit)
    assert "run.sh" in repository.entries(published.commit)


def test_replaced_objects_are_read_as_they_are(tmp_path):
    """A `refs/replace` in the repository does not show another content than the commit's own."""
    repository = GitRepository(tmp_path / "r", FILES, bare=True)
    fake = repository.git("hash-object", "-w", "--no-filters", "--stdin", given=b"fake\n").decode().strip()
    repository.git("replace", repository.entries("main")["a.txt"][1], fake)

    tree = forge_of(repository).tree(repository.head("main"))

    assert tree.read([RepoPath("a.txt")]) == {RepoPath("a.txt"): b"$Id$\n1\n"}
