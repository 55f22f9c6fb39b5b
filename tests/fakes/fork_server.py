"""A process that has done a whole run, and forks a child for each run asked for: see `fakes.forked`.

Standard input names the runs, one JSON object a line; standard output says the pid of each, then how it ended.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from ai_coder.__main__ import run
from builders import a_block
from fakes.stage import Stage

ANSWER = a_block("hello.py", "print('hello')\n", "print('salut')\n")


def _rehearse(folder: Path) -> None:
    """A run, so that no child has to import, compile or read what every run needs."""
    with Stage(folder, [ANSWER]) as stage:
        ran = stage.label(stage.open())
    if ran.outputs["status"] != "changed":
        raise RuntimeError(ran.log)


def _child(environ: dict[str, str], output: str, argv: list[str]) -> None:
    """Be the program's process: its environment, its folder, its log, and nothing of ours."""
    sink = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(environ.get("GITHUB_WORKSPACE", "/"))
    try:
        run(argv)
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)  # the teardown of what the parent imported is left out


def main() -> None:
    """Fork until nobody asks any more."""
    with TemporaryDirectory() as folder:
        _rehearse(Path(folder))
    gc.freeze()  # no child has to look through, and so copy, what was here before it
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if not pid:
            _child(asked["environ"], asked["output"], asked["argv"])
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
