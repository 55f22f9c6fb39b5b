"""`python -m ai_coder` and the command `ai_coder`: the only reader of the process's arguments and environment."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from ai_coder.entry import main


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """A runner that cancels a job ends like a person that presses Ctrl+C: what was begun is answered.

    It sends SIGINT, SIGTERM 7.5 s later and SIGKILL 2.5 s after that: the second must not cut the answer off.
    """
    if os.environ.get("GITHUB_ACTIONS") == "true":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def run(argv: Sequence[str] | None = None) -> None:
    """Run, and end the process with the exit status; without `argv` the arguments are the process's own."""
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main(sys.argv[1:] if argv is None else argv, dict(os.environ)))


if __name__ == "__main__":
    run()
