"""Commands that are answered without a model."""

from ai_coder.domain.report import Cannot, NothingToChange
from ai_coder.domain.task import Command, Verb

HELP = """\
Commands, as the first word of a comment after `/ai_coder`:

- any text: work on it
- `retry`: work on the issue again
- `scope repo` or `scope linked`: what may be changed, for this issue
- `help`: this list"""
_NOT_BUILT = frozenset({Verb.PLAN, Verb.GO, Verb.STOP, Verb.REVIEW, Verb.BUDGET})


def answer_order(command: Command) -> NothingToChange | Cannot | None:
    """The answer to a command that asks for no work; None when there is work to do."""
    if command.verb is Verb.HELP:
        return NothingToChange(HELP)
    if command.verb in _NOT_BUILT:
        return Cannot(f"`/ai_coder {command.verb}` is not in this version", "Comment `/ai_coder help` for the list.")
    if command.verb is Verb.SCOPE and command.argument not in {"repo", "linked"}:
        return Cannot(f"there is no scope `{command.argument}`", "Comment `/ai_coder scope repo` or `scope linked`.")
    return None
