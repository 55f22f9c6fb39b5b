"""Runs in the image, as a step does: every probe as another user. Prints what came of each, as JSON.

python -I inside.py FOLDER_OF_PROBES HOST PORT
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from ai_coder.adapters.sandbox.process import ProcessSandbox
from ai_coder.domain.source import RepoPath
from ai_coder.ports import BoxFile

GITHUB = Path("/github")


def main(folder: str, host: str, port: str) -> None:
    """Probe, and print."""
    secret = os.environ["ACTIONS_RUNTIME_TOKEN"]
    halves = f"{secret[:10]} {secret[10:]}"
    folders = " ".join(str(GITHUB / name) for name in ("runner_temp", "home", "workflow", "file_commands", "workspace"))
    probes = {
        "e01_docker_socket": "/var/run/docker.sock",
        "e02_environment": "",
        "e03_other_processes": halves,
        "e03_debugger": "",
        "e03_root": "",
        "e04_file_commands": str(GITHUB / "file_commands"),
        "e05_git_credentials": f"{halves} {folders}",
        "e10_fork_bomb": "5000",
        "e11_big_file": "",
        "e11_memory": "",
        "e12_network": f"{host} {port}",
    }
    sandbox = ProcessSandbox(os.environ, secrets=(secret,))
    seen: dict[str, object] = {"objection": sandbox.objection()}
    if not sandbox.objection():
        box = sandbox.open({RepoPath(path.name): BoxFile(path.read_bytes()) for path in Path(folder).glob("*.py")})
        for name, words in probes.items():
            ran = box.run(f"python3 {name}.py {words}", network=False, timeout_s=60.0)
            seen[name] = [ran.exit_status, ran.output]
        ran = box.run(f"python3 e12_network.py {host} {port}", network=True, timeout_s=60.0)
        seen["with network"] = [ran.exit_status, ran.output]
        ran = box.run("python3 e10_daemon.py heart & sleep 1; yes", network=False, timeout_s=3.0)
        seen["without end"] = [ran.exit_status, ran.output[-20:], ran.cut_bytes]
        box.close()
    seen["left"] = [path.name for path in Path("/tmp").iterdir()]  # noqa: S108 - everybody's folder
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
