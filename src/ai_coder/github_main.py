"""The oldest way in, kept: `python3 -m ai_coder.github_main [owner/name]` works through every accepted open issue.

Reads OPENAI_KEY and GITHUB_TOKEN; without an argument the repository is GITHUB_REPOSITORY.
"""

import os
import sys

from ai_coder.entry import main


def run() -> None:
    """Run, and end the process with the exit status."""
    repository = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("GITHUB_REPOSITORY", "")
    sys.exit(main(["run", "--repo", repository, "--all"], dict(os.environ)))


if __name__ == "__main__":
    run()
