"""How a runner of GitHub Actions reads what a step prints: which commands it finds, and with what.

Source: https://github.com/actions/runner, src/Runner.Common/ActionCommand.cs (`TryParseV2`, `TryParse`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NEW = re.compile(r"::([^:\s]+)(?: [^:]*)?::(.*)", re.DOTALL)
_OLD = re.compile(r"##\[([^\]]+)\](.*)", re.DOTALL)
_STOP = "stop-commands"


@dataclass(frozen=True, slots=True)
class Found:
    """A command that the runner would obey."""

    name: str
    value: str


def commands(log: str) -> Iterator[Found]:
    """The commands in a step's output; none between `stop-commands` and the word that it names."""
    resume = ""
    for line in re.split(r"\r\n|\n|\r", log):
        found = _command(line)
        if resume:
            resume = "" if found and found.name == resume else resume
        elif found:
            resume = found.value if found.name == _STOP else ""
            yield found


def _command(line: str) -> Found | None:
    """A new command stands first after Unicode white space; an old one anywhere in the line."""
    new = _NEW.match(line.strip()) if line.strip().startswith("::") else None
    old = _OLD.search(line)
    found = new or old
    return Found(found[1].split(" ")[0].lower(), found[2]) if found else None


def masked(log: str) -> str:
    """The log as the runner's page shows it: every value that was registered becomes `***`."""
    for value in [found.value for found in commands(log) if found.name == "add-mask" and found.value]:
        log = log.replace(value, "***")
    return log
