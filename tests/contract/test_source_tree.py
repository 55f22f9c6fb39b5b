"""The files of a commit over GitHub's API: exact bytes, whatever the archive says."""

from __future__ import annotations

import pytest

from ai_coder.adapters.clock import SystemClock
from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_tree import GithubTree
from ai_coder.domain.source import RepoPath
from ai_coder.loopback import File, GithubServer

LYING = {
    ".gitattributes": "secret.txt export-ignore\nversion.txt export-subst\n*.bat text eol=crlf\nfolder export-ignore\n",
    "secret.txt": "here all the same\n",
    "version.txt": "$Format:%H$\n",
    "run.bat": "echo one\necho two\n",
    "folder/inner.txt": "inner\n",
    **{f"plain/{n}.txt": f"{n}\n" for n in range(12)},
    "plain/empty": "",
    "link": File(b"secret.txt", "120000"),
    "naïve →.txt": "ü\n",
}


@pytest.fixture(name="server")
def _server(tmp_path):
    with GithubServer(tmp_path) as server:
        yield server


def tree_of(server, files):
    """The tree of a new repository's first commit."""
    repo = server.create_repository("octo-org/hello", files)
    return GithubTree(GithubApi(server.url, server.token, "octo-org/hello", SystemClock()), repo.head("main"))


def test_an_archive_that_lies_is_not_believed(server):
    """export-ignore, export-subst and line-ending attributes change an archive; what is read is what was committed."""
    tree = tree_of(server, LYING)

    read = tree.read(tree.entries())

    expected = {RepoPath(path): text.encode() for path, text in LYING.items() if isinstance(text, str)}
    assert read == expected


def test_one_archive_for_many_files(server):
    """Many files cost one archive and only the blobs it lied about."""
    tree = tree_of(server, LYING)
    tree.read(tree.entries())

    asked = [one.path for one in server.requests]
    assert len([path for path in asked if "/tarball/" in path]) == 1
    assert len([path for path in asked if "/git/blobs/" in path]) <= 5


def test_few_files_cost_no_archive(server):
    """A few files are read as blobs."""
    tree = tree_of(server, LYING)
    assert tree.read([RepoPath("run.bat"), RepoPath("no/such")]) == {RepoPath("run.bat"): b"echo one\necho two\n"}
    assert not [one for one in server.requests if "/tarball/" in one.path]


def test_a_truncated_listing_is_walked(server):
    """When GitHub cuts the recursive listing off, the folders are listed one by one."""
    files = {f"a/b{n}/{m}.txt": f"{n}{m}\n" for n in range(4) for m in range(3)} | {"top.txt": "top\n"}
    tree = tree_of(server, files)
    server.tree_limit = 5

    assert [path.text for path in tree.entries()] == sorted(files)


def test_links_are_listed_and_never_read(server):
    """A symbolic link is an entry with its mode; its target's bytes are not handed out as its own."""
    tree = tree_of(server, LYING)
    assert tree.entries()[RepoPath("link")].mode == "120000"
    assert tree.read([RepoPath("link")]) == {}
