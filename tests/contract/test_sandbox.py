"""The port `Sandbox`, over every launcher of this machine: what is put in, what comes out, and that it ends."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ai_coder.domain.source import RepoPath
from ai_coder.ports import BoxFile
from fakes.launchers import ALL, CONFINING, a_step, launcher

QUICK_S, SLOW_S = 30.0, 60.0
REPORT = '<?xml version="1.0"?><testsuites><testsuite name="{}"/></testsuites>'


@pytest.fixture(name="step", scope="module")
def _step():
    with a_step() as step:
        yield step


@pytest.fixture(name="sandbox", params=ALL, scope="module")
def _sandbox(request, step):
    sandbox = launcher(request.param, step)
    assert sandbox.objection() == ""
    return sandbox


@pytest.fixture(name="open_box")
def _open_box(sandbox):
    boxes = []

    def open_box(files=None):
        boxes.append(sandbox.open(laid(files or {})))
        return boxes[-1]

    yield open_box
    for box in boxes:
        box.close()


def laid(files):
    """Files of a box by their texts; an executable one begins with `#!`."""
    contents = {RepoPath.parse(path): text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return {path: content and BoxFile(content, content.startswith(b"#!")) for path, content in contents.items()}


def run(box, command, *, network=False, timeout_s=QUICK_S):
    """Run a command that must come to its end."""
    ran = box.run(command, network=network, timeout_s=timeout_s)
    assert ran.exit_status is not None, ran.output
    return ran


def test_the_tree_is_there_and_what_is_printed_comes_back(open_box):
    """A command runs in the tree, with exact bytes and executable bits; its status, output and errors come back."""
    box = open_box({"deep/er/a.txt": b"\x00\xff\r\n", "run.sh": "#!/bin/sh\necho ran >&2\n"})

    ran = run(box, "od -An -tx1 deep/er/a.txt; ./run.sh; test -x deep/er/a.txt || echo plain; exit 7")

    assert ran.exit_status == 7
    assert ran.output.split() == ["00", "ff", "0d", "0a", "ran", "plain"]
    assert ran.cut_bytes == 0
    assert 0 < ran.seconds < QUICK_S


def test_a_box_keeps_what_commands_write(open_box):
    """What one command writes is there for the next, in the tree and in its home; another box sees none of it."""
    box, other = open_box(), open_box()

    run(box, "echo 1 > made; mkdir -p node_modules; echo 2 > $HOME/tool; echo 3 > $TMPDIR/x")

    assert run(box, "cat made $HOME/tool; ls").output.split() == ["1", "2", "made", "node_modules"]
    assert run(other, "ls -A . $HOME").output.split() == [".:", *run(other, "echo $HOME:").output.split()]


def test_files_are_laid_over_the_tree(open_box):
    """A later put replaces, adds and removes; a file takes the place of a folder, and a folder that of a file."""
    box = open_box({"a": "1\n", "b/c": "2\n", "gone": "3\n", "d/e/f": "4\n"})
    run(box, "chmod 0 a; chmod 500 b")

    box.put(laid({"a": "one\n", "b/c": None, "b": "file\n", "gone": None, "d": None, "d/e": "5\n", "never": None}))

    assert run(box, "cat a b d/e; ls").output.split() == ["one", "file", "5", "a", "b", "d"]


def test_output_that_is_no_text_comes_back(open_box):
    """Bytes that are no UTF-8 are replaced one by one, and the rest is kept."""
    assert run(open_box(), r"printf 'a\377b\303\251\n'").output == "a\ufffdb\u00e9\n"


@pytest.mark.parametrize(("command", "status"), [("kill -9 $$", 137), ("exit 0", 0), ("no-such-program-here", 127)])
def test_every_end_has_a_status(open_box, command, status):
    """A signal's number is told as a shell does."""
    assert run(open_box(), command).exit_status == status


def test_a_command_inherits_three_files(open_box):
    """A command holds standard input, which is empty, output and errors, and nothing that is ours."""
    code = "import os; print([n for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}')])"
    ran = run(open_box(), f'wc -c; python3 -c "{code}"')
    assert ran.output.split("\n")[:2] == ["0", "['0', '1', '2']"]


def test_time_is_up(open_box):
    """At the limit the command and what it started are dead, its status is None, and what it had printed is there."""
    box = open_box()

    start = time.monotonic()
    ran = box.run("echo begun; sleep 600 & sleep 601", network=False, timeout_s=1.0)

    assert ran.exit_status is None
    assert ran.output == "begun\n"
    assert time.monotonic() - start < SLOW_S
    assert run(box, "echo still there").output == "still there\n"


def test_what_is_left_behind_is_killed(open_box):
    """A command is over when its shell is: what it left running is killed, and holds nothing up."""
    box = open_box()

    ran = run(box, "(while :; do echo alive >> heart; sleep 0.05; done) & sleep 0.3; echo over")
    beats = run(box, "wc -l < heart").output
    time.sleep(0.3)

    assert ran.output == "over\n"
    assert int(beats) > 0
    assert run(box, "wc -l < heart").output == beats


def test_reports_are_collected(open_box):
    """JUnit XML that the command wrote comes back, from wherever in the tree; what stood there before does not."""
    box = open_box({"old.xml": REPORT.format("old"), "deep/same.xml": REPORT.format("same")})
    write = f"mkdir -p build/reports && echo '{REPORT.format('new')}' > build/reports/x.xml; echo '<p/>' > pom.xml"

    assert [one.strip() for one in run(box, write).reports] == [REPORT.format("new")]
    assert run(box, "true").reports == ()
    assert [one.strip() for one in run(box, "cp old.xml deep/same.xml").reports] == [REPORT.format("old")]


def test_reports_lead_nowhere(open_box, step):
    """A link, a second name, a pipe or a huge file is no report, and at most twenty come back."""
    box = open_box()
    word, secret = "not in the box", Path(step.folder, "outside.xml")
    secret.write_text(f"<testsuite>{word}</testsuite>", encoding="utf-8")
    secret.chmod(0o644)
    traps = (
        f"ln -s {secret} link.xml; ln -s {step.folder} folder; mkfifo pipe.xml; ln -s link.xml more.xml; "
        "{ echo '<testsuite>'; head -c 1100000 /dev/zero | tr '\\0' x; } > huge.xml; "
        "for n in $(seq 30); do echo \"<testsuite name='$n'/>\" > $n.xml; done"
    )

    reports = run(box, traps).reports

    assert len(reports) == 20
    assert not [one for one in reports if word in one or len(one) > 100]


def test_no_link_leads_a_put_out_of_the_box(open_box, step):
    """Where a command left links, files are laid in their place: nothing outside is written or removed."""
    outside = Path(step.folder, f"outside-{os.getpid()}")
    outside.mkdir(exist_ok=True)
    outside.chmod(0o777)
    (outside / "file").write_text("mine\n", encoding="utf-8")
    (outside / "file").chmod(0o666)
    box = open_box({"src/a.txt": "1\n", "b.txt": "2\n"})
    run(box, f"rm -rf src b.txt; ln -s {outside} src; ln -s {outside}/file b.txt")

    box.put(laid({"src/a.txt": "new\n", "src/file": None, "b.txt": "new\n"}))

    assert (
        run(box, "cat src/a.txt b.txt; test -L src || test -L b.txt || echo no links").output == "new\nnew\nno links\n"
    )
    assert [path.name for path in outside.iterdir()] == ["file"]
    assert (outside / "file").read_text(encoding="utf-8") == "mine\n"


def test_a_closed_box_leaves_nothing(sandbox, step):
    """Closing removes everything, also what a command locked, nested deeply or left in `/tmp`; twice is once."""
    before = set(step.boxes.iterdir())
    left = Path("/tmp", f"left-by-{os.getpid()}")  # noqa: S108 - everybody's folder
    box = sandbox.open(laid({"a.txt": "1\n"}))
    elsewhere = "$TMPDIR" if "unsafe" in sandbox.name else left.parent
    deep = "i=0; while [ $i -lt 300 ]; do mkdir dir && cd dir || exit; i=$((i+1)); done; echo x > x; chmod 0 ."
    run(box, f"echo left > {elsewhere}/{left.name}; {deep}")

    box.close()
    box.close()

    assert set(step.boxes.iterdir()) == before
    assert not left.exists()


@pytest.mark.parametrize("name", ALL)
def test_commands_start_in_the_working_directory(name, step):
    """The setting names a folder of the repository."""
    sandbox = launcher(name, step, "sub/folder")
    box = sandbox.open(laid({"sub/folder/here": "1\n", "there": "2\n"}))
    try:
        assert run(box, "ls").output == "here\n"
        assert run(box, "cat ../../there").output == "2\n"
    finally:
        box.close()


@pytest.mark.parametrize("name", CONFINING)
def test_a_name_says_what_holds(name, step):
    """A sandbox's name can be told to people, and an objection-free sandbox is asked once."""
    sandbox = launcher(name, step)
    assert sandbox.objection() == ""
    assert {"process": "user", "bubblewrap": "bubblewrap", "container": "container"}[name] in sandbox.name
