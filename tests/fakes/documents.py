"""What `settings` says, as the documents must say it: the parts of action.yml and README.md that are generated."""

import json
import re
import textwrap
from pathlib import Path

from ai_coder.settings import INPUTS, OUTPUTS, Input

ROOT = Path(__file__).parent.parent.parent
MODEL = "gpt-6.1-terra"
"""The default of input `model`: it stands in action.yml, and here to be compared with."""


def action_interface() -> str:
    """The `inputs:` and `outputs:` of action.yml."""
    rows = ["inputs:"]
    for row in INPUTS:
        rows += [f"  {row.name}:", *_description(_plain(row))]
        rows += ["    required: false", f"    default: {json.dumps(default(row))}"]
    rows += ["outputs:"]
    for output in OUTPUTS:
        rows += [f"  {output.name}:", *_description(output.description)]
    return "\n".join(rows) + "\n"


def readme_inputs() -> str:
    """The table of inputs."""
    rows = ["| input | default | what it does |", "|---|---|---|"]
    for row in INPUTS:
        shown = default(row)
        rows.append(f"| `{row.name}` | {f'`{shown}`' if shown else ''} | {row.help} |")
    return "\n".join(rows) + "\n"


def readme_outputs() -> str:
    """The table of outputs."""
    rows = ["| output | what it holds |", "|---|---|"]
    return "\n".join([*rows, *(f"| `{output.name}` | {output.description} |" for output in OUTPUTS)]) + "\n"


def default(row: Input) -> str:
    """The default as action.yml has it."""
    return MODEL if row.name == "model" else row.default


def replaced(text: str, name: str, content: str) -> str:
    """`text` with the part between the marks of `name` replaced."""
    begin, end = f"<!-- generated: {name} -->\n", f"<!-- end: {name} -->"
    if not re.search(f"{re.escape(begin)}.*?{re.escape(end)}", text, re.DOTALL):
        msg = f"no part {name} between its marks"
        raise ValueError(msg)
    before, _, rest = text.partition(begin)
    return before + begin + content + end + rest.partition(end)[2]


def _description(text: str) -> list[str]:
    """A folded YAML text, which needs no quotes and no long lines."""
    return ["    description: >-", *(f"      {line}" for line in textwrap.wrap(text, 110, break_on_hyphens=False))]


def _plain(row: Input) -> str:
    """The help with the default in a whole sentence."""
    shown = default(row)
    if row.name == "github_token":
        return f"{row.help} Default: the token of the workflow."
    return f"{row.help} Default: {f'`{shown}`' if shown else 'empty'}."
