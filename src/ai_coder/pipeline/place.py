"""Which branch the change goes to, and what it builds on."""

from collections.abc import Iterable

from ai_coder.commit import branch_name
from ai_coder.domain.plan import Place
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Cannot
from ai_coder.domain.task import Issue
from ai_coder.errors import ForgeError
from ai_coder.ports import Forge
from ai_coder.settings import CommitPolicy

_MAX_MERGED = 20
_MAX_ASKED = 8
"""Refs of links that are looked up: each costs a request."""


def find_place(issue: Issue, refs: Iterable[str], policy: CommitPolicy, forge: Forge, slug: str = "") -> Place | Cannot:
    """The issue's one branch, as it stands now. The first of `refs` (links name them) that is a branch is the base.

    What is asked for after a merge goes to a branch of its own. Raises: EmptyRepository, ForgeError.
    """
    branch, pull_request = unmerged(branch_name(issue, policy, slug), forge)
    if pull_request and pull_request.is_merged:
        msg = f"{_MAX_MERGED} pull requests of this issue are merged already"
        raise ForgeError(msg, hint="Open a new issue for what is still missing.")
    head = forge.head(branch)
    if head and pull_request and not pull_request.is_open:
        return Cannot(
            f"pull request #{pull_request.number} of this issue is closed",
            f"Reopen it to go on with it, or delete the branch `{branch}`, and comment `/ai_coder retry`.",
        )
    if head and pull_request:
        base_commit = forge.head(pull_request.base_branch) or pull_request.base_commit or head
        return Place(branch, pull_request.base_branch, head, is_new_branch=False, base_commit=base_commit)
    base, found = _base((ref for ref in refs if ref != branch), policy, forge)
    if not found:
        return Cannot(f"there is no branch `{base}` to build on", "Correct the input `base_branch`.")
    return Place(branch, base, head or found, is_new_branch=head is None, base_commit=found)


def unmerged(branch: str, forge: Forge) -> tuple[str, PullRequest | None]:
    """The branch, or the first of `branch-2`, `branch-3`, ... whose pull request is not merged; and that pull request.

    Where so many are merged that nobody looks further, it is the last merged one. Raises: ForgeError.
    """
    name, pull_request = branch, forge.pull_request(branch)
    for number in range(2, _MAX_MERGED + 2):
        if pull_request is None or not pull_request.is_merged:
            return name, pull_request
        name = f"{branch}-{number}"
        pull_request = forge.pull_request(name)
    return name, pull_request


def known_branches(refs: Iterable[str], place: Place, forge: Forge) -> frozenset[str]:
    """Those of `refs` that are branches: of `release/2/a.py` the forge alone knows where the branch's name ends.

    Git keeps no branch below another, so nothing below a known one is asked for. Raises: ForgeError.
    """
    known, asked = {place.branch, place.base_branch}, 0
    for ref in dict.fromkeys(refs):
        if asked == _MAX_ASKED:
            break
        if any(f"{ref}/".startswith(f"{branch}/") for branch in known):
            continue
        asked += 1
        if forge.head(ref):
            known.add(ref)
    return frozenset(known)


def _base(refs: Iterable[str], policy: CommitPolicy, forge: Forge) -> tuple[str, str | None]:
    for ref in dict.fromkeys(refs):
        commit = forge.head(ref)
        if commit:
            return ref, commit
    base = policy.base_branch or forge.default_branch()
    return base, forge.head(base)
