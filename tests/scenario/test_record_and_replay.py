"""A recorded run is had again from its cassette alone: offline, without a key, to the same commit."""

import io
import json
import zipfile
from contextlib import redirect_stderr, redirect_stdout

import pytest

from ai_coder.domain.verification import Ran
from ai_coder.entry import main
from ai_coder.loopback import Answer
from ai_coder.loopback.model import Call, Say
from builders import a_block
from fakes.models import first
from fakes.sandbox import ScriptedSandbox

SALUT = a_block("hello.py", "print('hello')\n", "print('salut')\n")
KEY = "sk-stage-0123456789"
COMPARED = ("status", "commit_sha", "changed_files", "steps", "verified")
FILES = {f"src/part_{n}.py": f"def greet_{n}():\n    return 'hello {n}'\n" for n in range(9)}
EDIT = Call(
    "edit_file", {"path": "src/part_3.py", "old_text": "    return 'hello 3'\n", "new_text": "    return 'salut'\n"}
)
DONE = Call("finish", {"outcome": "changed", "title": "Greet in French", "summary": "Says salut now."})


def cassette_of(scene):
    """The cassette of the only recorded run."""
    [path] = scene.folder.rglob("run.zip")
    return path


def replay(path, *more):
    """Exit status and the JSON that `ai_coder replay` prints, in an environment that holds nothing."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        status = main(["replay", str(path), "--json", *more], {})
    return status, json.loads(out.getvalue())


def altered(path, member, old, new):
    """The cassette with a text of one member changed."""
    other = path.with_name("altered.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == member:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            target.writestr(name, content)
    return other


def record_single(stage):
    """One reply, one commit."""
    scene = stage(SALUT, record="true")
    return scene, scene.label(scene.open())


def record_agent(stage):
    """Tools over a repository that is read as an archive."""
    scene = stage(
        Say("", calls=[EDIT]), Say("", calls=[DONE]), Say("", calls=[DONE]), files=FILES, mode="agent", record="true"
    )
    return scene, scene.label(scene.open(body="Greet in French."))


def record_comment(stage):
    """A comment on what stands already."""
    scene = stage(SALUT, a_block("hello.py", "print('salut')\n", "print('salut!')\n"))
    number = scene.open()
    scene.label(number)
    return scene, scene.comment(number, "Louder!", record="true")


def record_refusal(stage):
    """Edits that do not fit are told back, and the second reply fits."""
    scene = stage(a_block("hello.py", "nope\n", "x\n"), SALUT, record="true")
    return scene, scene.label(scene.open())


def record_passing_fault(stage):
    """The endpoint is busy once."""
    scene = stage(SALUT, record="true")
    scene.model.interceptors.append(first(Answer(429, {"error": {"message": "slow down"}}, {"Retry-After": "0"})))
    return scene, scene.label(scene.open())


def record_no_change(stage):
    """The model wants nothing."""
    scene = stage("NO CHANGE: It is French already.", record="true")
    return scene, scene.label(scene.open())


def french_tests(files, _):
    """Tests that want a French greeting."""
    failed = "salut" not in files["hello.py"]
    return Ran(int(failed), f"test_hello.py::test_french {'FAILED' if failed else 'PASSED'}\n", seconds=0.5)


def record_verified(stage):
    """The project's tests say that it is right."""
    scene = stage(SALUT, record="true", sandbox=ScriptedSandbox(french_tests), test_command="pytest -v")
    ran = scene.label(scene.open())
    assert ran.outputs["verified"] == "passed", ran.log
    return scene, ran


STORIES = [
    record_verified,
    record_single,
    record_agent,
    record_comment,
    record_refusal,
    record_passing_fault,
    record_no_change,
]


@pytest.mark.parametrize("record", STORIES)
def test_the_same_run(stage, record):
    """Every story of ours, played back when its servers are gone, makes the same requests and the same outputs."""
    scene, ran = record(stage)
    path = cassette_of(scene)
    scene.__exit__()

    status, told = replay(path)

    assert told["divergences"] == []
    assert (status, told["same"]) == (0, True)
    assert {name: told["outputs"][name] for name in COMPARED} == {name: ran.outputs[name] for name in COMPARED}


def test_no_key_is_on_the_cassette(stage):
    """Neither the key nor the token is on it in any form, and no header of a request."""
    scene, _ = record_single(stage)
    with zipfile.ZipFile(cassette_of(scene)) as file:
        texts = b"".join(file.read(name) for name in file.namelist())

    assert KEY.encode() not in texts
    assert scene.github.token.encode() not in texts
    assert b"uthorization" not in texts


def test_a_changed_request_is_told(stage):
    """Where the program asks the model something else than it did, the line is named; the run goes on."""
    scene, _ = record_single(stage)
    path = altered(cassette_of(scene), "exchanges.jsonl", "Say it in French", "Say it in Welsh")

    status, told = replay(path)

    assert status == 1
    [one] = told["divergences"]
    assert one["where"] == "request 1 to the model"
    assert "-Say it in Welsh" in one["difference"]
    assert "+Say it in French" in one["difference"]
    assert told["outputs"]["status"] == "changed"


def test_a_changed_commit_is_told(stage):
    """Where another text would be committed, the request that holds it is named."""
    scene, _ = record_single(stage)
    path = altered(cassette_of(scene), "exchanges.jsonl", "print('salut')", "print('moin!')")

    status, told = replay(path)

    assert status == 1
    assert "POST /git/blobs" in [one["where"] for one in told["divergences"]]


def test_another_ending_is_told(stage):
    """What the recorded run did and this one does not is told, with the outputs that differ."""
    scene, _ = record_single(stage)
    path = altered(cassette_of(scene), "exchanges.jsonl", "<<<<<<< SEARCH", "NO CHANGE: fine")

    status, told = replay(path)

    assert status == 1
    where = [one["where"] for one in told["divergences"]]
    assert "POST /pulls" in where
    assert "output `status`" in where


def test_a_damaged_cassette(stage, tmp_path, capsys):
    """Whatever byte of it is wrong, there is one sentence or the same run, and never a traceback."""
    scene, _ = record_no_change(stage)
    whole, damaged = cassette_of(scene).read_bytes(), tmp_path / "damaged.zip"
    with zipfile.ZipFile(cassette_of(scene)) as file:
        starts = [member.header_offset for member in file.infolist()]
    places = [start + step for start in starts for step in (*range(0, 50, 2), *range(50, 600, 50))]
    told = set()

    for place in (place for place in places if place < len(whole)):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        assert main(["replay", str(damaged), "--json"], {}) in {0, 1, 2}
        told.add(capsys.readouterr().err.partition("(")[0])

    assert any("is no cassette" in words for words in told)


def test_the_report_of_a_repeated_run(stage, tmp_path):
    """A repeated run leaves its report where it is told to."""
    scene, _ = record_single(stage)

    replay(cassette_of(scene), "--report", str(tmp_path / "again"))

    assert "Greet in French" in (tmp_path / "again" / "report.html").read_text(encoding="utf-8")


def test_the_verdict_in_words(stage, capsys):
    """Without `--json` one line says how it went."""
    scene, ran = record_single(stage)

    assert main(["replay", str(cassette_of(scene))], {}) == 0
    assert f"changed, commit {ran.outputs['commit_sha'][:12]}" in capsys.readouterr().out


def test_nothing_is_recorded_unasked(stage):
    """Without the input there is no cassette."""
    scene = stage(SALUT)
    scene.label(scene.open())

    assert list(scene.folder.rglob("run.zip")) == []


def test_a_skipped_event_is_not_recorded(stage):
    """An event for which nobody was asked anything leaves no cassette."""
    scene = stage(record="true")
    issue = scene.open()
    payload = scene.repo.payload("issues", "closed", sender="mona", issue=issue)
    scene.run("issues", payload)

    assert list(scene.folder.rglob("run.zip")) == []


def test_recording_twice_makes_one_file(stage):
    """The times in a cassette are no clock's, so that what was recorded alike is alike."""
    scene, _ = record_no_change(stage)
    with zipfile.ZipFile(cassette_of(scene)) as file:
        assert {member.date_time[0] for member in file.infolist()} == {1980}


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_no_cassette(tmp_path, capsys, content):
    """A file that is none, or is not there, is named with what to do."""
    path = tmp_path / "run.zip"
    if content is not None:
        path.write_bytes(content)

    assert main(["replay", str(path)], {}) == 2
    assert "Name the file `run.zip`" in capsys.readouterr().err
