"""A process that has imported everything a run needs, and forks a child for each run: see `fakes.forked`.

Standard input names the runs, one JSON object a line; standard output says the pid of each, then how it ended.
"""

import gc
import importlib
import json
import os
import pkgutil
import sys

import openai
from pygments.lexers.python import PythonLexer

import ai_coder
from ai_coder.__main__ import run
from ai_coder.adapters.prices import cost_usd
from ai_coder.domain.chat import Usage
from ai_coder.generate.policy.keys import line_with_key


def _child(environ: dict[str, str], output: str) -> None:
    """Be the action's process: its environment, its folder, its log, and nothing of ours."""
    sink = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(environ["GITHUB_WORKSPACE"])
    try:
        run([])
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(
            end.code if isinstance(end.code, int) else 1
        )  # to take down what the parent imported is no part of a run


def _warm() -> None:
    """Import what a run imports late, so that no child has to."""
    for module in pkgutil.walk_packages(ai_coder.__path__, "ai_coder."):
        importlib.import_module(module.name)
    with openai.OpenAI(api_key="none") as client:
        _ = client.chat.completions.with_raw_response.create, client.responses.with_raw_response.create
    cost_usd("none", Usage())
    line_with_key("", "word = another_word")
    PythonLexer()
    gc.freeze()


def main() -> None:
    """Fork until nobody asks any more."""
    _warm()
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if not pid:
            _child(asked["environ"], asked["output"])
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
