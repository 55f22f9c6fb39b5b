"""`python -m ai_coder` and the command `ai_coder`: the only reader of the process's arguments and environment."""

import os
import sys
from collections.abc import Sequence

from ai_coder.adapters.signals import Signals


def run(argv: Sequence[str] | None = None) -> None:
    """Run, and end the process with the exit status; without `argv` the arguments are the process's own."""
    signals = Signals(in_runner=os.environ.get("GITHUB_ACTIONS") == "true")
    signals.listen()
    from ai_coder.entry import main  # noqa: PLC0415  it takes a while, and process 1 of a container ignores signals till then

    sys.exit(main(sys.argv[1:] if argv is None else argv, dict(os.environ), heard=signals.heard))


if __name__ == "__main__":
    run()
