"""The parts of `docs/` that are generated: the reference of inputs, and the commands with their flags."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ai_coder.cli.parser import make_parser
from ai_coder.settings import INPUTS
from fakes.documents import default

if TYPE_CHECKING:
    from collections.abc import Iterator

_INPUT_FLAGS = {f"--{row.name.replace('_', '-')}" for row in INPUTS}
_HIDDEN = (_INPUT_FLAGS - {"--issue"}) | {"--help", "-h"}


def reference() -> str:
    """Every input, with where it may be set."""
    rows = ["| input | default | kind | may also stand in the file | what it does |", "|---|---|---|---|---|"]
    for row in INPUTS:
        shown = f"`{default(row)}`" if default(row) else ""
        rows.append(f"| `{row.name}` | {shown} | {row.kind} | {'file' if row.in_file else ''} | {row.help} |")
    return "\n".join(rows) + "\n"


def commands() -> str:
    """Every command with its own flags."""
    return "\n".join(_commands()) + "\n"


def _commands() -> Iterator[str]:
    parser = make_parser()
    [action] = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
    for name, command in action.choices.items():
        yield from (f"## ai_coder {name}", "", f"{helps[name][:1].upper()}{helps[name][1:]}.", "")
        own = [one for one in command._actions if not _HIDDEN.intersection(one.option_strings)]
        if own:
            yield from ("| argument | what it does |", "|---|---|")
        for one in own:
            flag = f"{', '.join(one.option_strings)} {one.metavar or ''}".strip() or str(one.metavar or one.dest)
            yield f"| `{flag}` | {one.help or ''} |"
        yield ""
