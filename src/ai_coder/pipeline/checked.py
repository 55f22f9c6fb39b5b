"""Whether checks that have ended are still about the work on their issue."""

from ai_coder.commit import branch_name
from ai_coder.domain.task import Event, Skip
from ai_coder.pipeline.place import unmerged
from ai_coder.pipeline.run import Run


def outdated(event: Event, run: Run) -> Skip | None:
    """Why nothing is to be mended on the branch that was checked; None where it is. Raises: ForgeError."""
    checked, forge = event.checked, run.ports.forge
    if not checked.commit:
        return None
    branch, pull_request = unmerged(branch_name(event.issue, run.settings.commit), forge)
    if branch != checked.branch:
        return Skip(f"branch `{checked.branch}` was merged, or is not the one that issue #{event.issue.number} has now")
    if pull_request and not pull_request.is_open:
        return Skip(f"pull request #{pull_request.number} of `{branch}` is closed")
    if forge.head(branch) != checked.commit:
        return Skip(f"the checks were of {checked.commit[:12]}, which is not the head of `{branch}` any more")
    return None
