"""The corridor: event -> task -> context -> prompt -> proposal -> commit -> report."""

from ai_coder.pipeline.corridor import run
from ai_coder.pipeline.examining import examine, with_own_file
from ai_coder.pipeline.refusing import refuse
from ai_coder.pipeline.run import Run
from ai_coder.pipeline.sweep import accepted_issues, run_each, run_waiting, waiting_issues

__all__ = [
    "Run",
    "accepted_issues",
    "examine",
    "refuse",
    "run",
    "run_each",
    "run_waiting",
    "waiting_issues",
    "with_own_file",
]
