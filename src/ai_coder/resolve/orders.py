"""Commands that are answered without a model, and what the others say in numbers."""

import re
from collections.abc import Iterable

from ai_coder.domain.report import Cannot, NothingToChange
from ai_coder.domain.task import Command, Verb

HELP = """\
Commands, as the first word of a comment after `/ai_coder`:

- any text: work on it
- `retry`: work on the issue again
- `plan`: post a plan and change nothing; `go`: carry it out
- `review`: review the pull request, in comments on its lines
- `apply suggestions`: commit the open suggestions on the pull request, exactly as they stand
- `budget 5`: let this issue cost up to 5 US dollars
- `fix ci`: work on the checks that failed on our branch
- `stop`: end what is being worked on, and forget what waits
- `scope repo` or `scope linked`: what may be changed, for this issue
- `help`: this list"""
STOPPED = "Stopped, as asked. Comment `/ai_coder retry` to start again."
_DOLLARS = re.compile(r"\$?([0-9]{1,4}(?:\.[0-9]{1,2})?)")


def answer_order(command: Command) -> NothingToChange | Cannot | None:
    """The answer to a command that asks for no work; None when there is work to do."""
    if command.verb is Verb.HELP:
        return NothingToChange(HELP)
    if command.verb is Verb.STOP:
        return NothingToChange(STOPPED)
    if command.verb is Verb.BUDGET and dollars_of(command) is None:
        return Cannot(f"`{command.argument}` is no number of dollars", "Comment, for example, `/ai_coder budget 5`.")
    if command.verb is Verb.SCOPE and command.argument not in {"repo", "linked"}:
        return Cannot(f"there is no scope `{command.argument}`", "Comment `/ai_coder scope repo` or `scope linked`.")
    return None


def dollars_of(command: Command) -> float | None:
    """The limit that a `budget` command sets, in US dollars; None when it is no such number."""
    found = _DOLLARS.fullmatch(command.argument.strip())
    return float(found[1]) if found else None


def ordered_scope(commands: Iterable[Command]) -> str:
    """The last scope that was ordered; empty when none was."""
    scope = ""
    for command in commands:
        if command.verb is Verb.SCOPE and command.argument in {"repo", "linked"}:
            scope = command.argument
    return scope


def ordered_budget_usd(commands: Iterable[Command]) -> float:
    """The largest limit that was ordered, in US dollars; 0 when none was."""
    return max((dollars_of(command) or 0.0 for command in commands if command.verb is Verb.BUDGET), default=0.0)
