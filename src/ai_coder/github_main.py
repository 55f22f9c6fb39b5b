"""The oldest way in, kept: `python3 -m ai_coder.github_main [owner/name]` works through every accepted open issue.

Reads OPENAI_KEY and GITHUB_TOKEN; without an argument the repository is GITHUB_REPOSITORY.
"""

import sys

from ai_coder.__main__ import run

if __name__ == "__main__":
    run(["run", "--repo", *(sys.argv[1:2] or [""]), "--all"])
