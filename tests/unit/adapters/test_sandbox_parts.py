"""The parts of the sandboxes of this machine: bounded output, the runner's folders, what a self-check finds."""

from __future__ import annotations

import base64
import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.adapters.sandbox.child_box import open_box
from ai_coder.adapters.sandbox.launch import find
from ai_coder.adapters.sandbox.output import BoundedOutput
from ai_coder.adapters.sandbox.probe import Probe, Sight, look, parse_sight
from ai_coder.adapters.sandbox.runner_folders import RunnerFolders
from ai_coder.adapters.sandbox.self_check import namespace_objection, sight_objection, status_objection
from ai_coder.adapters.sandbox.warden import Plan, parse_plan
from ai_coder.errors import SandboxError

SECRET = "ghs_0123456789-abcdef.ghijkl"
STATUS = """\
Name:\tsh
Uid:\t61999\t61999\t61999\t61999
Gid:\t61999\t61999\t61999\t61999
Groups:\t
NoNewPrivs:\t1
Seccomp:\t2
CapInh:\t0000000000000000
CapPrm:\t0000000000000000
CapEff:\t0000000000000000
CapBnd:\t0000000000000000
CapAmb:\t0000000000000000
"""
DEVICE = " 0" * 16


@given(st.lists(st.binary(max_size=30)), st.integers(1, 40).map(lambda half: 2 * half))
def test_head_and_tail_are_kept(parts, max_bytes):
    """Whatever the pieces, the first and the last half of what fits are kept, and what is missing is counted."""
    whole, output = b"".join(parts), BoundedOutput(max_bytes)
    for part in parts:
        output.feed(part)

    missing = max(0, len(whole) - max_bytes)
    assert output.cut_bytes == missing
    half = max_bytes // 2
    kept = whole if not missing else whole[:half] + f"\n[{missing} bytes left out]\n".encode() + whole[-half:]
    assert output.text == kept.decode("utf-8", "replace")


def test_a_box_whose_commands_cannot_be_started(tmp_path):
    """A program that is missing leaves no folder behind, and what is to be done at the end of a box is done."""
    ended = []

    with pytest.raises(SandboxError, match="no-such-program"):
        open_box(str(tmp_path), 0, lambda _: find("no-such-program"), {}, lambda: ended.append(1))

    assert (list(tmp_path.iterdir()), ended) == ([], [1])


def folders_of(tmp_path, container_folder):
    """A runner's folders below `tmp_path`, of which everybody may read all."""
    for name in ("home", "temp", "commands"):
        (tmp_path / name).mkdir(mode=0o755)
    environ = {
        "HOME": str(tmp_path / "home"),
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_ENV": str(tmp_path / "commands" / "env"),
        "GITHUB_WORKSPACE": str(tmp_path / "none"),
        "GITHUB_OUTPUT": "",
    }
    return RunnerFolders(environ, container_folder)


def modes(folder):
    """Of what is in a folder."""
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_folders_are_closed_and_given_back(tmp_path):
    """The runner's folders are closed once, for as long as anybody holds them closed, and are then as they were."""
    folders = folders_of(tmp_path, tmp_path / "no")
    (tmp_path / "temp").chmod(0o711)
    before = modes(tmp_path)

    folders.close()
    folders.close()
    folders.open()
    closed = modes(tmp_path)
    folders.open()

    assert set(closed.values()) == {0o700}
    assert modes(tmp_path) == before


def test_the_container_s_own_folder_is_the_door(tmp_path):
    """What is mounted below one folder of the container is closed by closing that one; the host's are not touched."""
    outer = tmp_path / "github"
    outer.mkdir(mode=0o755)
    folders = folders_of(outer, outer)

    folders.close()

    assert modes(tmp_path) == {"github": 0o700}
    assert set(modes(outer).values()) == {0o755}


def test_a_shared_folder_stays_open(tmp_path):
    """A folder that everybody needs is not closed; whether a secret is in it is for the self-check to say."""
    folders = folders_of(tmp_path, tmp_path / "no")
    (tmp_path / "temp").chmod(0o1777)

    folders.close()

    assert modes(tmp_path)["temp"] == 0o777
    assert tmp_path / "temp" in folders.paths


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("encode", [bytes, base64.b64encode])
def test_a_secret_is_found_in_a_file(shift, encode):
    """Raw or in base64, wherever it begins; the objection names the file, never the secret."""
    content = b"[" + encode(b"x" * shift + SECRET.encode() + b"tail") + b"]"

    found = sight_objection(Sight((), (("/home/x/.netrc", content), ("/tmp/y", b"nothing"))), (SECRET, "", "short"))  # noqa: S108 - a text

    assert found == "another user can read a secret in '/home/x/.netrc'"


def test_nothing_is_found_in_other_files():
    """Other texts are no secrets, and short secrets are no needles."""
    files = (("a", SECRET.upper().encode()), ("b", SECRET[:-1].encode()), ("c", b"short"))
    assert sight_objection(Sight((), files), (SECRET, "short")) == ""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", ""),
        ("Uid:\t61999", "Uid:\t0", "Uid"),
        ("Groups:\t", "Groups:\t27", "Groups"),
        ("NoNewPrivs:\t1", "NoNewPrivs:\t0", "NoNewPrivs"),
        ("Seccomp:\t2", "Seccomp:\t0", "Seccomp"),
        ("CapBnd:\t0000000000000000", "CapBnd:\t0000000000000001", "CapBnd"),
        (STATUS, "setpriv: setresuid failed", "setresuid failed"),
        (STATUS, "", "()"),
    ],
)
def test_the_kernel_s_words_decide(old, new, told):
    """A process of another user, a group, a capability, or without the filter is not confined."""
    found = status_objection(STATUS.replace(old, new) if old else STATUS, 61_999, is_filtered=True)
    assert told in found
    assert bool(found) is bool(told)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (f"lo:{DEVICE}", ""),
        (f"lo:{DEVICE}\neth0:{DEVICE}", "it sees the network device eth0:"),
        ("it can write to /usr", "it can write to /usr"),
    ],
)
def test_a_name_space_that_leaks_is_told(more, told):
    """A network device or a writable system means that the name space does not hold; so does silence."""
    assert namespace_objection(f"{STATUS}{more}\n") == told
    assert namespace_objection("") == "it tells nothing of itself"
    assert namespace_objection("bwrap: No permissions to create new namespace\n").startswith("bwrap: No permissions")


def test_what_is_seen_comes_back(tmp_path):
    """A look around tells what can be reached, and hands over the readable files, links not followed."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a").write_bytes(b"1\n\0")
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "a")
    os.mkfifo(tmp_path / "pipe")
    out = io.BytesIO()

    look(Probe(("/no/such.sock",), (str(tmp_path), "/no/such"), (str(tmp_path), "/no/such")), out)
    sight = parse_sight(out.getvalue())

    assert sight.findings == (f"reach {str(tmp_path)!r}",)
    assert [file for file in sight.files if file[0].startswith(str(tmp_path))] == [(f"{tmp_path}/deep/a", b"1\n\0")]


@pytest.mark.parametrize("seen", [b"", b"[", b"[]\n\0\0\0\1\0\0\0\5"])
def test_half_a_look_is_none(seen):
    """A look around that ended early proves nothing."""
    with pytest.raises(ValueError, match="before its end"):
        parse_sight(seen)


@pytest.mark.parametrize("probe", [None, Probe(("a",), ("b",), ("c",), is_filtered=True)])
def test_a_plan_arrives_as_it_was(probe):
    """The warden reads what was written."""
    plan = Plan(("/bin/true", "é\n"), 5, 61_999, is_filtered=True, limits={"CORE": 0}, probe=probe)
    read = parse_plan(plan.text)
    assert json.loads(read.text) == json.loads(plan.text)
    assert (read.uid, read.is_filtered, dict(read.limits), bool(read.probe)) == (61_999, True, {"CORE": 0}, bool(probe))
