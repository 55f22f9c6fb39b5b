"""A process that has imported everything a run needs, and forks a child for each run: see `fakes.forked`.

Standard input names the runs, one JSON object a line; standard output says the pid of each, then how it ended.
"""

import json
import os
import sys

# ruff: noqa: F401  imported so that no child has to
import markdown_it
import openai
import openai.lib.streaming.chat
import openai.resources.chat.completions
import openai.resources.responses

import ai_coder.adapters.clock
import ai_coder.adapters.github_api
import ai_coder.adapters.github_forge
import ai_coder.adapters.github_tracker
import ai_coder.adapters.openai_client
import ai_coder.cli
import ai_coder.pipeline
from ai_coder.__main__ import run
from ai_coder.adapters.prices import cost_usd
from ai_coder.domain.chat import Usage


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
    run(argv)


def main() -> None:
    """Fork until nobody asks any more."""
    openai.OpenAI(api_key="none").close()
    cost_usd("none", Usage())
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
