"""Programs that try to get out, in every sandbox that is to hold. Unconfined, the same programs do get out."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ai_coder.adapters.local_forge import LocalForge
from ai_coder.domain.source import RepoPath
from ai_coder.ports import BoxFile
from fakes.git_repositories import GitRepository, set_traps
from fakes.launchers import CONFINING, OUT, PROBES, a_step, given_variables, launcher
from fakes.plans import a_plan

PROBE_FILES = {RepoPath(path.name): BoxFile(path.read_bytes()) for path in PROBES.glob("*.py")}


@pytest.fixture(name="step", scope="module")
def _step():
    with a_step() as step:
        yield step


@pytest.fixture(name="sandbox", params=CONFINING, scope="module")
def _sandbox(request, step):
    sandbox = launcher(request.param, step)
    assert sandbox.objection() == ""
    return sandbox


@pytest.fixture(name="box")
def _box(sandbox):
    box = sandbox.open(PROBE_FILES)
    yield box
    box.close()


@pytest.fixture(name="server", scope="module")
def _server():
    """A server of this machine: what connects to it has the network."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_accept, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()


def _accept(listener):
    while True:
        try:
            listener.accept()[0].close()
        except OSError:
            return


def arguments(name, step, server):
    """What a probe is told of the world it tries to reach; a command line with the secret would show it to itself."""
    halves = step.secret[:10], step.secret[10:]
    return {
        "e01_docker_socket": [step.socket, "/var/run/docker.sock"],
        "e03_other_processes": halves,
        "e04_file_commands": [step.folder / "file_commands"],
        "e05_git_credentials": [*halves, *step.folders],
        "e12_network": server,
    }.get(name, [])


REACHING = (
    "e01_docker_socket",
    "e03_other_processes",
    "e03_root",
    "e04_file_commands",
    "e05_git_credentials",
    "e12_network",
)


@pytest.mark.parametrize("name", [*REACHING, "e03_debugger"])
def test_nothing_outside_can_be_reached(box, step, server, name):
    """Neither the engine's socket, nor a key, another process, root, the runner's files, a token, or the network."""
    command = " ".join(["python3", f"{name}.py", *map(str, arguments(name, step, server))])

    ran = box.run(command, network=False, timeout_s=30.0)

    assert ran.exit_status == 0, ran.output
    assert "held:" in ran.output
    assert step.secret not in ran.output


@pytest.mark.parametrize("name", [*REACHING, "e02_environment", "e03_debugger"])
def test_the_probes_can_get_out(tmp_path, step, server, name):
    """A probe that runs unconfined, with the step's environment, gets out: it would tell of a hole."""
    told = [step.pid] if name == "e03_debugger" else arguments(name, step, server)

    ran = subprocess.run(
        [sys.executable, str(PROBES / f"{name}.py"), *map(str, told)],
        env=step.environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == OUT, ran.stdout + ran.stderr


def test_the_environment_is_ours_to_name(box, sandbox):
    """A command sees the search path, home, language, temporary folder and `CI`; nothing of the runner's."""
    ran = box.run(f"python3 e02_environment.py {','.join(given_variables(sandbox))}", network=False, timeout_s=30.0)
    assert ran.exit_status == 0, ran.output


def test_a_fork_bomb_is_stopped(box):
    """Processes are counted, and all of them are dead when the command is over."""
    ran = box.run("python3 e10_fork_bomb.py 5000", network=False, timeout_s=60.0)

    assert ran.exit_status == 0, ran.output
    assert "held: after" in ran.output
    assert box.run("echo alive", network=False, timeout_s=30.0).output == "alive\n"


def test_no_daemon_stays(box):
    """Two forks and a session of its own do not outlive the command."""
    ran = box.run("python3 e10_daemon.py heart; sleep 0.5; wc -l < heart", network=False, timeout_s=30.0)
    first = box.run("wc -l < heart", network=False, timeout_s=30.0).output
    time.sleep(0.3)

    assert ran.exit_status == 0
    assert int(first) > 0, "the daemon never lived"
    assert box.run("wc -l < heart", network=False, timeout_s=30.0).output == first


def test_output_without_end_is_cut(box):
    """Head and tail come back, at most a megabyte, with how much is missing; the rest is read and dropped."""
    ran = box.run("echo begun; python3 e11_endless_output.py", network=False, timeout_s=1.0)

    assert ran.exit_status is None
    assert ran.output.startswith("begun\ny\n")
    assert len(ran.output) <= 1_000_100
    assert ran.cut_bytes > 10_000_000
    assert f"[{ran.cut_bytes} bytes left out]" in ran.output


def test_a_big_file_is_refused(box):
    """No file grows past a gigabyte, nor is a larger one made of a hole."""
    ran = box.run("python3 e11_big_file.py", network=False, timeout_s=60.0)

    assert ran.exit_status == 0, ran.output
    assert "held: at 1073741824 bytes" in ran.output


def test_memory_has_an_end(box):
    """A command that takes memory without end is refused it or killed, and the machine goes on."""
    ran = box.run("python3 e11_memory.py", network=False, timeout_s=60.0)
    assert ran.exit_status in {0, 137}, ran.output


@pytest.mark.parametrize("mode", [0o666])
def test_an_open_engine_closes_the_sandbox(mode):
    """Where another user could talk to the container engine, nothing is run as another user."""
    with a_step(socket_mode=mode) as step:
        objection = launcher("process", step).objection()
    assert "use the socket" in objection
    assert "`test_image`" in objection


def test_a_readable_secret_closes_the_sandbox(step):
    """Where another user could read a key in a file, encoded or not, nothing is run as another user."""
    with a_step() as other:
        path = Path(other.folder, "left-open")
        path.write_text(f"token: {step.secret}\n", encoding="utf-8")
        path.chmod(0o644)
        objection = launcher("process", step).objection()
    assert "read a secret in" in objection
    assert step.secret not in objection


@pytest.mark.parametrize("name", CONFINING)
def test_no_trap_of_git_fires(tmp_path, step, name):
    """The tree comes without `.git`, the tests can plant none that counts, and publishing afterwards starts nothing."""
    marker = tmp_path / "fired"
    repository = GitRepository(tmp_path / "r", {"a.txt": b"1\n"})
    set_traps(repository, marker)
    forge = LocalForge(repository.folder, {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"})
    base = forge.head("main")
    contents = forge.tree(base).read(forge.tree(base).entries())
    box = launcher(name, step).open({path: BoxFile(content) for path, content in contents.items()})
    plant = f"ls -A; mkdir -p .git/hooks; echo '[core]\n\tfsmonitor = touch {marker}' > .git/config; echo 2 > a.txt"

    ran = box.run(f"{plant}; ls {repository.folder}", network=False, timeout_s=30.0)
    box.close()
    published = forge.publish(a_plan(base, {"a.txt": ("1\n", "3\n")}))

    assert ran.output.splitlines()[0] == "a.txt"
    assert ran.exit_status != 0, "the repository itself can be seen"
    assert not marker.exists(), marker.read_text(encoding="utf-8")
    assert repository.git("cat-file", "blob", f"{published.commit}:a.txt") == b"3\n"


ABANDONED = """
import sys
from ai_coder.adapters.sandbox.{module} import {kind}
box = {kind}({{"PATH": sys.argv[1]}}, parent=sys.argv[2]).open({{}})
box.run("sleep {marker} & setsid sleep {marker}", network=False, timeout_s=600)
"""
"""A run that is never over."""
LAUNCHERS = {
    "process": ("process", "ProcessSandbox"),
    "bubblewrap": ("bubblewrap", "BubblewrapSandbox"),
    "unconfined": ("unconfined", "UnconfinedSandbox"),
}
END_TIMEOUT_S = 30.0


@pytest.mark.parametrize("name", LAUNCHERS)
def test_nothing_outlives_us(step, name):
    """When we are killed in the middle of a command, so is the command, with all that it started."""
    launcher(name, step)
    module, kind = LAUNCHERS[name]
    marker = f"300.{secrets.randbelow(10**9):09}"
    code = ABANDONED.format(module=module, kind=kind, marker=marker)

    with subprocess.Popen([sys.executable, "-c", code, os.environ["PATH"], str(step.boxes)]) as us:
        was_running = until(lambda: processes(marker) == 2)
        us.kill()

    assert was_running
    assert until(lambda: processes(marker) == 0)


def processes(marker):
    """How many processes sleep for just so long."""
    lines = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            lines.append((process / "cmdline").read_bytes() if process.name.isdecimal() else b"")
    return lines.count(f"sleep\0{marker}\0".encode())


def until(holds):
    """Whether it comes to hold."""
    end = time.monotonic() + END_TIMEOUT_S
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False
