"""Worker: the ranking of this project, from a cold start, through its own adapter."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ai_coder.adapters.git_program import GitProgram
from ai_coder.adapters.local_tree import LocalTree
from ai_coder.resolve.ranking import rank
from benchmarks.ranking.workers.serve import serve


def _rank(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """The time is that of the first ranking, with nothing read before; the other budgets come after it."""
    start = time.perf_counter()
    tree = LocalTree(GitProgram(Path(asked["git_dir"])), asked["commit"])
    rankings, seconds = {}, 0.0
    for budget in asked["budgets"]:
        rankings[budget] = rank(asked["title"], asked["body"], tree.entries().values(), tree.stream, budget)
        seconds = seconds or time.perf_counter() - start
    shown = {
        budget: {file.path.text: [[lines.first, lines.last] for lines in file.lines] for file in ranking.files}
        for budget, ranking in rankings.items()
    }
    return {"order": [file.path.text for file in rankings[max(rankings)].files], "shown": shown, "seconds": seconds}


if __name__ == "__main__":
    serve(_rank)
