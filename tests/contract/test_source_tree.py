"""The files of a commit over GitHub's API: exact bytes, whatever the archive says."""

from __future__ import annotations

import pytest

from ai_coder.adapters.clock import SystemClock
from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_tree import GithubTree
from ai_coder.domain.source import RepoPath
from ai_coder.errors import ForgeError
from ai_coder.loopback import Answer, File, GithubServer
from fakes.clock import FakeClock

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
BROKEN = {
    "cut": lambda raw: Answer(200, raw[:99], {"Content-Length": str(len(raw))}, hang_up=True),
    "nothing": lambda _: Answer(0),
    "spoilt": lambda raw: Answer(200, raw[:50] + b"?" * 50),
    "refused": lambda _: Answer(502),
}
"""What becomes of an archive on its way."""


@pytest.fixture(name="server")
def _server(tmp_path):
    with GithubServer(tmp_path) as server:
        yield server


def tree_of(server, files, clock=None):
    """The tree of a new repository's first commit."""
    repo = server.create_repository("octo-org/hello", files)
    return GithubTree(GithubApi(server.url, server.token, "octo-org/hello", clock or SystemClock()), repo.head("main"))


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


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("times", [1, 2])
def test_an_archive_that_breaks_off(server, broken, times):
    """It is asked for once more; after that the forge has failed, in one sentence."""
    tree = tree_of(server, {f"f{n}.txt": f"{n}\n" * 999 for n in range(9)})
    left = [broken] * times

    def intercept(request):
        is_archive = request.path.startswith("/_codeload/")
        return left.pop()(server.perform(request).raw) if is_archive and left else None

    server.interceptors.append(intercept)

    if times == 1:
        assert len(tree.read(tree.entries())) == 9
    else:
        with pytest.raises(ForgeError, match="the archive of commit"):
            tree.read(tree.entries())


def test_the_way_to_an_archive_that_fails(server):
    """It is a read like any other: a passing fault is waited for."""
    clock = FakeClock()
    tree = tree_of(server, LYING, clock)
    left = [Answer(502)] * 3
    server.interceptors.append(lambda request: left.pop() if "/tarball/" in request.path and left else None)

    assert len(tree.read(tree.entries())) > 9
    assert clock.slept == [1.0, 2.0, 4.0]


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
