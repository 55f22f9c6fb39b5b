"""Branches and commits of a repository on this machine."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ai_coder.adapters.local_forge import LocalForge
from ai_coder.errors import BranchMoved, EmptyRepository, ForgeError
from fakes.git_repositories import Entry, GitRepository
from fakes.plans import a_plan

ODD = {
    ".gitattributes": b"* text=auto eol=lf ident filter=nowhere working-tree-encoding=UTF-16\n",
    "crlf.txt": b"one\r\ntwo\r\n",
    "bom.txt": b"\xef\xbb\xbfbom\r\n",
    "no-final-newline": b"end",
    "run.sh": Entry(b"#!/bin/sh\n", "100755"),
    "link": Entry(b"crlf.txt", "120000"),
    "vendor/lib": Entry(b"1" * 40, "160000"),
    "a/b/c.txt": b"c\n",
    "a/d.txt": b"d\n",
    "tab\there": b"tab\n",
    "lat\udcedn/back\\slash": b"left alone\n",
}


@pytest.fixture(name="repository")
def _repository(tmp_path):
    return GitRepository(tmp_path / "r", {"hello.py": b"print('hi')\n", "docs/guide.md": b"# Guide\n"})


@pytest.fixture(name="forge")
def _forge(repository, tmp_path):
    return LocalForge(repository.folder, {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"})


def plan_on(repository, changes, base="main", **fields):
    """A plan for a new branch at the head of `base`."""
    return a_plan(repository.head(base), changes, **fields)


# where things are


def test_default_branch(repository, forge):
    """The branch that HEAD names is the default one, also from a folder below."""
    repository.git("checkout", "--quiet", "-b", "topic/one")

    assert forge.default_branch() == "topic/one"
    assert LocalForge(repository.folder / "docs").default_branch() == "topic/one"


def test_detached_head(repository, forge):
    """A detached HEAD names no branch; the hint says how to name one."""
    repository.git("checkout", "--quiet", "--detach")

    with pytest.raises(ForgeError, match="HEAD is detached") as caught:
        forge.default_branch()
    assert "--base-branch" in caught.value.hint
    assert forge.publish(plan_on(repository, {"hello.py": ("print('hi')\n", "pass\n")})).commit


def test_linked_worktree(repository, tmp_path):
    """In a linked worktree the default branch is the one checked out there."""
    repository.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))

    assert LocalForge(tmp_path / "linked" / "docs").default_branch() == "other"


@pytest.mark.parametrize("bare", [False, True])
def test_empty_repository(tmp_path, bare):
    """A repository without a commit is said to be empty, with what to do about it."""
    GitRepository(tmp_path / "empty", bare=bare)
    forge = LocalForge(tmp_path / "empty")

    assert forge.default_branch() == "main"
    with pytest.raises(EmptyRepository, match="no commit yet") as caught:
        forge.head("main")
    assert "first commit" in caught.value.hint


def test_head_of_what_is_no_branch(repository, forge):
    """Tags, branches of a remote and commits are read as what they name."""
    commit = repository.head("main")
    repository.git("tag", "v1")
    repository.git("tag", "-a", "v2", "-m", "two")
    repository.git("update-ref", "refs/remotes/origin/topic", commit)

    names = ["main", "v1", "v2", "origin/topic", commit, commit[:10]]
    assert {name: forge.head(name) for name in names} == dict.fromkeys(names, commit)


def test_a_branch_wins_over_a_tag_of_its_name(repository, forge):
    """Where branch and tag have one name, the branch is meant."""
    repository.git("tag", "topic")
    commit = repository.commit("topic", {"x": b"x\n"})

    assert forge.head("topic") == commit


@pytest.mark.parametrize(
    "name",
    [
        *["nowhere", "", "-x", "--all", "../heads/main", "heads/main", "refs/heads/main", "main~0", "main^{commit}"],
        *["main:hello.py", "@", "@{-1}", "HEAD", "mai*", "main\0", "main\n", "\ud800", "main/", "/main", "0" * 40],
    ],
)
def test_head_of_nothing(forge, name):
    """What names no branch, tag or commit is nothing, whatever git could read into it."""
    assert forge.head(name) is None


def test_no_pull_requests(forge):
    """A folder has no pull requests."""
    assert forge.pull_request("main") is None


# what is published


def test_bytes_and_modes(tmp_path):
    """What is published is to the byte what was planned; what no change names keeps mode and object."""
    repository = GitRepository(tmp_path / "odd", ODD, bare=True)
    changes = {
        "crlf.txt": ("one\r\ntwo\r\n", "one\r\nthree\r\n"),
        "bom.txt": ("\ufeffbom\r\n", "\ufeffmob\r\n"),
        "no-final-newline": ("end", "$Id$\r\nend"),
        "run.sh": ("#!/bin/sh\n", "#!/bin/bash\n", "100755"),
        "a/d.txt": ("d\n", None),
        "README→TEMP.md": (None, "arrow\n"),
        "new folder/-dash 'quo\"te'.txt": (None, "\r\n"),
        "lat/new.txt": (None, ""),
    }
    plan = plan_on(repository, changes)

    published = LocalForge(repository.folder, {}).publish(plan)

    before, after = repository.entries("main"), repository.entries(published.commit)
    untouched = set(before) - set(changes)
    assert {path: after.get(path) for path in untouched} == {path: before[path] for path in untouched}
    assert set(after) == untouched | {path for path, change in changes.items() if change[1] is not None}
    for path, (_, text, *mode) in changes.items():
        if text is not None:
            assert repository.content(published.commit, path) == text.encode()
            assert after[path][0] == (mode[0] if mode else "100644")


def test_folders_come_and_go(repository, forge):
    """A folder vanishes with its last file; a file may become a folder, and a folder a file."""
    changes = {
        "docs/guide.md": ("# Guide\n", None),
        "docs": (None, "a file now\n"),
        "hello.py": ("print('hi')\n", None),
        "hello.py/main.py": (None, "pass\n"),
    }
    published = forge.publish(plan_on(repository, changes))

    assert sorted(repository.entries(published.commit)) == ["docs", "hello.py/main.py"]


def test_the_last_file_may_go(tmp_path):
    """A commit may leave nothing."""
    repository = GitRepository(tmp_path / "one", {"a/b": b"x\n"}, bare=True)

    published = LocalForge(repository.folder, {}).publish(plan_on(repository, {"a/b": ("x\n", None)}))

    assert repository.entries(published.commit) == {}


@pytest.mark.parametrize("path", ["link", "vendor/lib", "link/x", "vendor/lib/x", "crlf.txt/x", "a", "a/b"])
def test_what_is_no_file_is_not_overwritten(tmp_path, path):
    """Nothing is written over or below a link, a submodule, a file or a folder that stands in the way."""
    repository = GitRepository(tmp_path / "odd", ODD, bare=True)

    with pytest.raises(ForgeError, match=r"is no file|is a file, a link or a submodule"):
        LocalForge(repository.folder, {}).publish(plan_on(repository, {path: (None, "x\n")}))
    assert list(repository.branches()) == ["main"]


@pytest.mark.parametrize("path", ["nowhere", "no/where", "docs"])
def test_only_files_are_deleted(repository, forge, path):
    """A deletion of what is no file does not fit the commit to build on."""
    with pytest.raises(ForgeError, match="is no file in the commit to build on"):
        forge.publish(plan_on(repository, {path: ("x\n", None)}))


def test_read_back(repository, forge):
    """What was published is told by git: the commit, and each file with its status and its lines."""
    repository.commit("main", {"old.txt": b"".join(b"%d\n" % n for n in range(20))})
    text = "".join(f"{n}\n" for n in range(20))
    changes = {
        "hello.py": ("print('hi')\n", "print('salut')\nprint()\n"),
        "docs/guide.md": ("# Guide\n", None),
        "old.txt": (text, None),
        "new name.txt": (None, text + "20\n"),
        "added→.txt": (None, "1\n2\n3"),
    }
    published = forge.publish(plan_on(repository, changes, message="Greet\n\nIn French.\n", branch="ai_coder/greet"))

    assert published.branch == "ai_coder/greet"
    assert published.commit == repository.head("ai_coder/greet")
    assert (published.pull_request.number, published.pull_request.url, published.commit_url) == (0, "", "")
    assert not published.is_new_pull_request
    assert [(file.path, file.status, file.added_lines, file.removed_lines) for file in published.files] == [
        ("added→.txt", "added", 3, 0),
        ("docs/guide.md", "removed", 0, 1),
        ("hello.py", "modified", 2, 1),
        ("new name.txt", "renamed", 1, 0),
    ]
    assert repository.message(published.commit) == "Greet\n\nIn French."
    assert repository.parents(published.commit) == [repository.head("main")]


@pytest.mark.parametrize(
    ("configuration", "who"),
    [
        ("", "ai_coder <ai_coder@localhost>"),
        ("[user]\n\tname = Ádá\n\temail = ada@example.com\n", "Ádá <ada@example.com>"),
    ],
)
def test_author(repository, forge, tmp_path, configuration, who):
    """The commit is the person's own where git knows them, else ours."""
    (tmp_path / ".gitconfig").write_text(configuration)

    published = forge.publish(plan_on(repository, {"hello.py": ("print('hi')\n", "pass\n")}))

    said = repository.git("log", "-1", "--format=%an <%ae>|%cn <%ce>", published.commit).decode().strip()
    assert said == f"{who}|{who}"


def test_configured_encodings_do_not_reach_the_message(repository, forge):
    """A message is UTF-8, whatever the repository wants."""
    repository.git("config", "i18n.commitEncoding", "ISO-8859-1")

    published = forge.publish(plan_on(repository, {"x": (None, "x")}, message="Grüße →"))

    assert repository.message(published.commit) == "Grüße →"


# what is not moved


def test_a_checked_out_branch_is_not_moved(repository, forge, tmp_path):
    """A branch that is checked out somewhere stays where it is, also when it has no commit yet."""
    repository.git("worktree", "add", "--quiet", "-b", "ai_coder/greet", str(tmp_path / "linked"))
    plan = plan_on(repository, {"x": (None, "x\n")}, branch="ai_coder/greet", is_new_branch=False)
    with pytest.raises(ForgeError, match="is checked out") as caught:
        forge.publish(plan)
    assert "Check out another branch" in caught.value.hint

    repository.git("checkout", "--quiet", "--orphan", "ai_coder/unborn")
    with pytest.raises(ForgeError, match="is checked out"):
        forge.publish(plan_on(repository, {"x": (None, "x\n")}, branch="ai_coder/unborn"))
    assert repository.head("ai_coder/greet") == repository.head("main")


def test_the_default_branch_of_a_bare_repository_may_move(tmp_path):
    """Nobody has the files of a bare repository checked out."""
    repository = GitRepository(tmp_path / "bare", {"x": b"x\n"}, bare=True)
    plan = plan_on(repository, {"x": ("x\n", "y\n")}, branch="main", is_new_branch=False)

    assert LocalForge(repository.folder, {}).publish(plan).commit == repository.head("main")


def test_an_alias_is_not_followed(repository, forge):
    """A branch that stands for another one is not a way to move that one."""
    repository.commit("other", {"x": b"x\n"})
    repository.git("symbolic-ref", "refs/heads/ai_coder/greet", "refs/heads/other")
    before = repository.branches()

    plan = plan_on(repository, {"y": (None, "y\n")}, "other", branch="ai_coder/greet", is_new_branch=False)
    with pytest.raises(ForgeError, match="alias"):
        forge.publish(plan)
    assert repository.branches() == before


def test_a_branch_that_was_removed(repository, forge):
    """A branch that is gone is not made again."""
    plan = plan_on(repository, {"y": (None, "y\n")}, branch="ai_coder/greet", is_new_branch=False)

    with pytest.raises(BranchMoved, match="was removed") as caught:
        forge.publish(plan)
    assert "Run the command again" in caught.value.hint


@pytest.mark.parametrize("same", [True, False])
def test_many_at_once(repository, forge, same):
    """Of many publications at once one wins: the same plan finds its commit, another plan that the branch moved."""
    plans = [plan_on(repository, {"y": (None, "y\n")}, message="Y" if same else f"Y {n}") for n in range(6)]

    def attempt(plan):
        try:
            return forge.publish(plan).commit
        except ForgeError as error:
            return error

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(attempt, plans))

    head = repository.head("ai_coder/issue-7")
    assert results.count(head) == (6 if same else 1)
    assert len([result for result in results if isinstance(result, BranchMoved)]) == (0 if same else 5)


def test_a_lock_in_the_way(repository, forge):
    """A branch that somebody else holds locked is not moved; git says which file is in the way."""
    lock = repository.git_dir / "refs" / "heads" / "slow.lock"
    lock.touch()

    with pytest.raises(ForgeError, match=r"slow\.lock"):
        forge.publish(plan_on(repository, {"y": (None, "y\n")}, branch="slow"))
    assert "slow" not in repository.branches()


@pytest.mark.parametrize(
    "name", ["-x", "--force", "a..b", "a b", "a~1", "x.lock", "", "/x", "x/", "@{-1}", "a\0b", "\ud800", "a\nb"]
)
def test_names_that_are_no_branches(repository, forge, name):
    """A branch is called what git lets a branch be called."""
    with pytest.raises(ForgeError, match="no name for a branch"):
        forge.publish(plan_on(repository, {"y": (None, "y\n")}, branch=name))
    assert list(repository.branches()) == ["main"]


def test_a_name_taken_by_a_folder(repository, forge):
    """A branch `ai_coder` leaves no room for `ai_coder/greet`; git says so."""
    repository.git("branch", "ai_coder")

    with pytest.raises(ForgeError, match="refs/heads/ai_coder"):
        forge.publish(plan_on(repository, {"y": (None, "y\n")}, branch="ai_coder/greet"))


def test_sha256_repository(tmp_path):
    """A repository that names its objects by SHA-256 is a repository."""
    made = GitRepository(tmp_path / "made")
    made.git("init", "--quiet", "--bare", "--object-format=sha256", "--initial-branch=main", str(tmp_path / "256"))
    modern = GitRepository.at(tmp_path / "256")
    modern.commit("main", {"x": b"x\n"})
    forge = LocalForge(modern.folder, {})

    published = forge.publish(plan_on(modern, {"x": ("x\n", "y\n")}))

    assert len(published.commit) == 64
    assert modern.content(published.commit, "x") == b"y\n"
    assert forge.publish(plan_on(modern, {"x": ("x\n", "y\n")})) == published
