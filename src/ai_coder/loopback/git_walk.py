"""Histories of commits that are known already, walked without a process. None: ask git, a commit is not known. Pure."""

from collections.abc import Callable

Parents = Callable[[str], tuple[str, ...] | None]
"""Names of a commit's parents; None when the commit is not known."""


def reach(start: str, parents: Parents) -> dict[str, tuple[str, ...]] | None:
    """The commit and all before it, nearest first, each with its parents."""
    found: dict[str, tuple[str, ...]] = {}
    waiting = [start]
    for sha in waiting:
        if sha not in found:
            above = parents(sha)
            if above is None:
                return None
            found[sha] = above
            waiting += above
    return found


def meeting(left: str, right: str, parents: Parents) -> str | None:
    """The side that is part of the other one's history; None also when neither is."""
    for old, new in ((left, right), (right, left)):
        if old in (reach(new, parents) or ()):
            return old
    return None


def since(start: str, end: str, parents: Parents) -> list[str] | None:
    """What `end` has and `start` (which may be empty) has not, newest first.

    None also where a commit has several parents: the order is git's then.
    """
    whole, without = reach(end, parents), reach(start, parents) if start else {}
    if whole is None or without is None or any(len(above) > 1 for above in whole.values()):
        return None
    return [sha for sha in whole if sha not in without]
