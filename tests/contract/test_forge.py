"""What every forge does, whatever stands behind the port: one suite over each adapter."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from ai_coder.adapters.clock import SystemClock
from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_forge import GithubForge
from ai_coder.adapters.local_forge import LocalForge
from ai_coder.domain.change import TakenOver
from ai_coder.domain.source import RepoPath
from ai_coder.errors import BranchMoved, EmptyRepository
from ai_coder.loopback import File, GithubServer
from fakes.git_repositories import Entry, GitRepository
from fakes.plans import a_plan

FILES = {
    "hello.py": b"print('hi')\n",
    "crlf.txt": b"one\r\ntwo\r\n",
    "docs/guide.md": b"# Guide\n" + b"".join(b"line %d\n" % n for n in range(20)),
    "run.sh": Entry(b"#!/bin/sh\necho hi\n", "100755"),
    "link": Entry(b"hello.py", "120000"),
}
BRANCH = "ai_coder/issue-7"
GREET = {"hello.py": ("print('hi')\n", "print('salut')\n")}


class LocalSite:
    """A bare repository in a folder."""

    def __init__(self, folder):
        self.repository = GitRepository(folder / "full", FILES, bare=True)
        self.empty_repository = GitRepository(folder / "empty", bare=True)
        self.forge = LocalForge(self.repository.folder, {})
        self.empty_forge = LocalForge(self.empty_repository.folder, {})

    def push(self, branch, files):
        """Somebody else's commit on a branch that stands; its name."""
        return self.repository.commit(branch, files)

    def remove(self, branch):
        """Somebody else removes the branch."""
        self.repository.git("update-ref", "-d", f"refs/heads/{branch}")


class GithubSite:
    """A repository on the embedded GitHub; what is looked at is looked at with git."""

    def __init__(self, server):
        files = {path: File(e.content, e.mode) if isinstance(e, Entry) else e for path, e in FILES.items()}
        self.hosted = server.create_repository("octo-org/full", files)
        server.create_repository("octo-org/empty")
        self.repository = GitRepository.at(self.hosted.folder)
        self.forge, self.empty_forge = (
            GithubForge(GithubApi(server.url, server.token, name, SystemClock()))
            for name in ("octo-org/full", "octo-org/empty")
        )

    def push(self, branch, files):
        """Somebody else's commit; its name."""
        return self.hosted.commit(branch, files, author="mona").sha

    def remove(self, branch):
        """Somebody else removes the branch."""
        self.hosted.move_branch(branch, None, actor="mona")


@pytest.fixture(name="site", params=["local", "github"])
def _site(request, tmp_path):
    with ExitStack() as stack:
        if request.param == "local":
            yield LocalSite(tmp_path)
        else:
            yield GithubSite(stack.enter_context(GithubServer(tmp_path)))


def test_where_two_histories_parted(site):
    """The merge base is the commit that both grew from; a commit is its own."""
    start = site.forge.head("main")
    site.forge.publish(plan_on(site, GREET))
    ours, theirs = site.forge.head(BRANCH), site.push("main", {"other.py": b"1\n"})

    assert site.forge.merge_base(theirs, ours) == start
    assert site.forge.merge_base(start, ours) == start
    assert site.forge.merge_base(ours, ours) == ours


def test_a_commit_that_nobody_knows(site):
    """A commit that was thrown away has no history in common with any other."""
    assert site.forge.merge_base("1" * 40, site.forge.head("main")) is None


def plan_on(site, changes, **fields):
    """A plan for the head of main."""
    return a_plan(site.forge.head("main"), changes, branch=BRANCH, **fields)


def after(site, published):
    """Path, mode and bytes of every file of the commit."""
    entries = site.repository.entries(published.commit)
    return {path: (mode, site.repository.content(published.commit, path)) for path, (mode, _) in entries.items()}


def statuses(published):
    """Path, status and counted lines of what the forge says has changed."""
    return [(file.path, file.status, file.added_lines, file.removed_lines) for file in published.files]


def test_default_branch_and_heads(site):
    """The default branch has a head; an unknown branch has none."""
    assert site.forge.default_branch() == "main"
    assert site.forge.head("main") == site.repository.head("main")
    assert site.forge.head(BRANCH) is None
    assert site.forge.pull_request(BRANCH) is None


def test_empty_repository(site):
    """A repository without a commit is said to be empty."""
    with pytest.raises(EmptyRepository):
        site.empty_forge.head("main")


def test_tree(site):
    """The files of a commit are listed with their modes and read to the byte; links are listed only."""
    tree = site.forge.tree(site.forge.head("main"))

    modes = {path.text: entry.mode for path, entry in tree.entries().items()}
    assert modes == {path: given.mode if isinstance(given, Entry) else "100644" for path, given in FILES.items()}
    assert list(modes) == sorted(FILES)
    assert tree.commit == site.forge.head("main")
    assert tree.read([RepoPath("crlf.txt"), RepoPath("link"), RepoPath("nowhere")]) == {
        RepoPath("crlf.txt"): FILES["crlf.txt"]
    }


def test_paths_that_are_not_safe_to_name(site):
    """What stands at such a path is no entry; that it changed can be seen."""
    before = site.forge.tree(site.push("main", {"aux.txt": b"1\n"}))
    after = site.forge.tree(site.push("main", {"aux.txt": b"2\n"}))

    assert RepoPath("aux.txt") not in after.entries()
    assert before.unnamed() != after.unnamed()
    assert [path for _, _, path in after.unnamed()] == ["aux.txt"]


def test_new_branch(site):
    """A change becomes one commit on a branch of its own; the branch it builds on stays."""
    parent = site.forge.head("main")
    published = site.forge.publish(plan_on(site, GREET))

    assert site.forge.head("main") == parent
    assert site.forge.head(BRANCH) == published.commit == published.pull_request.head
    assert published.branch == BRANCH
    assert site.repository.parents(published.commit) == [parent]
    assert site.repository.message(published.commit) == "Greet in Portuguese"
    assert statuses(published) == [("hello.py", "modified", 1, 1)]
    assert published.notes == ()


def test_every_kind_of_change(site):
    """Files are created, modified, deleted, renamed and made executable, to the byte; the others stay as they are."""
    before = site.repository.entries("main")
    guide = FILES["docs/guide.md"].decode()
    changes = {
        "crlf.txt": ("one\r\ntwo\r\n", "one\r\nzwei\r\n"),
        "docs/guide.md": (guide, None),
        "handbook/README→TEMP.md": (None, guide + "more\n"),
        "hello.py": ("print('hi')\n", None),
        "run.sh": ("#!/bin/sh\necho hi\n", "#!/bin/sh\necho ho", "100755"),
        "tools/new tool": (None, "\ufeff#!/bin/sh\r\n", "100755"),
    }
    published = site.forge.publish(plan_on(site, changes))

    assert after(site, published) == {
        "crlf.txt": ("100644", b"one\r\nzwei\r\n"),
        "handbook/README→TEMP.md": ("100644", FILES["docs/guide.md"] + b"more\n"),
        "link": ("120000", b"hello.py"),
        "run.sh": ("100755", b"#!/bin/sh\necho ho"),
        "tools/new tool": ("100755", b"\xef\xbb\xbf#!/bin/sh\r\n"),
    }
    assert site.repository.entries(published.commit)["link"] == before["link"]
    assert statuses(published) == [
        ("crlf.txt", "modified", 1, 1),
        ("handbook/README→TEMP.md", "renamed", 1, 0),
        ("hello.py", "removed", 0, 1),
        ("run.sh", "modified", 1, 1),
        ("tools/new tool", "added", 1, 0),
    ]


def test_a_second_commit_on_top(site):
    """The next change of the same issue builds on the first, on the same branch and pull request."""
    first = site.forge.publish(plan_on(site, GREET))
    changes = {"hello.py": ("print('salut')\n", "print('bonjour')\n")}
    second = site.forge.publish(a_plan(first.commit, changes, branch=BRANCH, is_new_branch=False, message="Again"))

    assert site.repository.parents(second.commit) == [first.commit]
    assert site.forge.head(BRANCH) == second.commit
    assert second.pull_request.number == first.pull_request.number
    assert not second.is_new_pull_request
    assert statuses(second) == [("hello.py", "modified", 1, 1)]


@pytest.mark.parametrize("is_new_branch", [True, False])
def test_twice_is_once(site, is_new_branch):
    """Publishing a plan again finds its commit and makes no other."""
    plan = plan_on(site, GREET, message="Greet\n\nIn Portuguese.")
    if not is_new_branch:
        parent = site.forge.publish(plan).commit
        plan = a_plan(parent, {"new": (None, "x\n")}, branch=BRANCH, is_new_branch=False)
    first, second = site.forge.publish(plan), site.forge.publish(plan)

    assert second.commit == first.commit == site.forge.head(BRANCH)
    assert second.files == first.files
    assert second.pull_request.number == first.pull_request.number


@pytest.mark.parametrize("fields", [{"message": "Other words"}, {"base_branch": "main"}])
def test_only_the_same_commit_is_adopted(site, fields):
    """A branch that holds another commit than the planned one has moved; nothing is overwritten."""
    changes = GREET if "message" in fields else {"other.py": (None, "pass\n")}
    first = site.forge.publish(plan_on(site, GREET))

    with pytest.raises(BranchMoved):
        site.forge.publish(plan_on(site, changes, **fields))
    assert site.forge.head(BRANCH) == first.commit


def test_somebody_pushed_meanwhile(site):
    """A branch that was pushed to after it was read is left as it is now."""
    first = site.forge.publish(plan_on(site, GREET))
    plan = a_plan(first.commit, {"new": (None, "x\n")}, branch=BRANCH, is_new_branch=False)
    pushed = site.push(BRANCH, {"theirs": b"theirs\n"})

    with pytest.raises(BranchMoved, match=f"moved to {pushed[:12]}"):
        site.forge.publish(plan)
    assert site.forge.head(BRANCH) == pushed


def test_the_base_branch_may_move(site):
    """A push to the base branch does not stand in the way: the change builds on the commit it was made for."""
    plan = plan_on(site, GREET)
    site.push("main", {"theirs": b"theirs\n"})

    published = site.forge.publish(plan)

    assert site.repository.parents(published.commit) == [plan.parent]
    assert "theirs" not in after(site, published)
    assert statuses(published) == [("hello.py", "modified", 1, 1)]


def test_a_removed_branch_may_be_made_again(site):
    """Who removes the branch can have the change anew."""
    plan = plan_on(site, GREET)
    site.forge.publish(plan)
    site.remove(BRANCH)

    assert site.forge.head(BRANCH) is None
    published = site.forge.publish(replace(plan, message="Anew"))
    assert site.forge.head(BRANCH) == published.commit


def merge_plan(site):
    """A merge of main into the branch, with entries of the branch, a link, a mode, a deletion and a change on top."""
    parent = site.forge.publish(plan_on(site, GREET | {"gone.txt": (None, "1\n")})).commit
    link = FILES["link"]
    second = site.push(
        "main", {"theirs": b"theirs\n", "crlf.txt": b"1\r\n", "docs/guide.md": b"# Guide\n", "link": None}
    )
    old, new = (site.repository.entries(commit) for commit in (parent, second))
    taken = (
        TakenOver(RepoPath("hello.py"), "100755", old["hello.py"][1]),
        TakenOver(RepoPath("link"), link.mode, old["link"][1]),
        TakenOver(RepoPath("theirs")),
    )
    changes = {"docs/guide.md": ("# Guide\n", "# Our guide\n")}
    fields = {"second_parent": second, "taken": taken, "is_new_branch": False, "message": "Merge"}
    plan = a_plan(parent, changes, branch=BRANCH, **fields)
    return plan, {**new, "hello.py": ("100755", old["hello.py"][1]), "link": (link.mode, old["link"][1])}


def test_a_merge_commit(site):
    """A merge has two parents; its tree is the second one's, with the first one's entries and the change over it."""
    plan, expected = merge_plan(site)

    published = site.forge.publish(plan)

    assert site.repository.parents(published.commit) == [plan.parent, plan.second_parent]
    assert site.forge.head(BRANCH) == published.commit
    assert site.forge.merge_base(published.commit, plan.second_parent) == plan.second_parent
    entries = site.repository.entries(published.commit)
    assert site.repository.content(published.commit, "docs/guide.md") == b"# Our guide\n"
    del entries["docs/guide.md"], expected["docs/guide.md"], expected["theirs"]
    assert entries == expected
    assert [file.path for file in published.files] == ["docs/guide.md"]


def test_a_merge_commit_twice_is_once(site):
    """Publishing a merge again finds its commit; one with another second parent is another commit."""
    plan, _ = merge_plan(site)
    first, second = site.forge.publish(plan), site.forge.publish(plan)

    assert second.commit == first.commit == site.forge.head(BRANCH)
    assert second.files == first.files
    with pytest.raises(BranchMoved):
        site.forge.publish(replace(plan, second_parent=site.push("main", {"again": b"1\n"})))


def test_a_branch_that_no_pull_request_shows(site):
    """A branch can be published by itself."""
    published = site.forge.publish(plan_on(site, GREET, has_pull_request=False))

    assert site.forge.head(BRANCH) == published.commit
    assert published.pull_request.number == 0
    assert site.forge.pull_request(BRANCH) is None
