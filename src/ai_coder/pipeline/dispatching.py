"""Workflows that are to look at a commit of ours: its push starts none, so they are started by name."""

from collections.abc import Iterator

from ai_coder.domain.report import Published
from ai_coder.errors import ForgeError
from ai_coder.pipeline.run import Run


def started(published: Published, run: Run) -> Iterator[str]:
    """Start the workflows that are to look at the commit; a sentence for each that could not be started."""
    checks = run.ports.checks
    if checks is None or not published.commit:
        return
    for workflow in run.settings.commit.dispatch_workflows:
        try:
            checks.start(workflow, published.branch)
        except ForgeError as error:
            yield f"The workflow `{workflow}` was not started: {error.told}"
