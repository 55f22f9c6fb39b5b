"""Whose pull request it is: ours, with the issue behind it, or somebody else's. Pure."""

import re

from ai_coder.domain.pull_request import PullRequest
from ai_coder.settings import CommitPolicy

_CLOSES = re.compile(r"<!-- ai_coder:begin -->\nCloses #([0-9]{1,18})\n")
"""The first line of our own section of the body, which people may edit but hardly forge: they hold the branch."""


def issue_behind(pull_request: PullRequest, policy: CommitPolicy) -> int:
    """Number of the issue that the pull request solves, when it is one of ours; 0 for somebody else's.

    Only who may write to the repository can make a branch in it, so the branch's name is believed. A branch of a fork
    proves nothing.
    """
    if pull_request.is_from_fork:
        return 0
    if named := issue_of_branch(pull_request.branch, policy.branch_prefix):
        return named
    found = _CLOSES.search(pull_request.body.replace("\r\n", "\n"))
    return int(found[1]) if found else 0


def issue_of_branch(branch: str, prefix: str) -> int:
    """Number of the issue that a branch of ours is named after; 0 for any other branch."""
    found = re.fullmatch(rf"{re.escape(prefix)}issue-([0-9]{{1,18}})(?:-[0-9]{{1,2}})?", branch)
    return int(found[1]) if found else 0
