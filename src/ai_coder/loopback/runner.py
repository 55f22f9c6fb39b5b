"""A runner of GitHub Actions, as far as a Docker action sees one: event file, inputs, command files, exit status.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands and variables
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from ai_coder.loopback.http import Json

_OWN = re.compile(r"(?:GITHUB|INPUT|OPENAI|RUNNER|ACTIONS)_")
"""What the shell that starts us may have set, and a step must not inherit."""
_HEREDOC = re.compile(r"^([A-Za-z_][\w-]*)<<(\S+)\n(.*?)\n?\2\n", re.MULTILINE | re.DOTALL)
_MASK = "::add-mask::"
_ANNOTATION = re.compile(r"^::(notice|warning|error)(?: [^:]*)?::")
COMMAND = (sys.executable, "-m", "ai_coder")
"""What the image's entry point runs."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a step left behind."""

    exit_status: int
    log: str
    """Standard output and standard error, as they came."""
    outputs: Mapping[str, str]
    summary: str
    """The job summary, in Markdown."""
    report: Json
    """The report file; empty when there is none."""
    page: str = ""
    """Path of the page beside it; empty when there is none."""


@dataclass(slots=True)
class Runner:
    """Runs steps for one repository, each with folders of its own below `folder`."""

    folder: Path
    api_url: str
    repository: str
    token: str
    server_url: str = "https://github.com"
    inputs: Mapping[str, str] = field(default_factory=dict)
    """The `with:` block of the workflow; what a run is given wins over it."""
    command: Sequence[str] = COMMAND
    _runs: Iterator[int] = field(default_factory=lambda: count(1))

    def environ(self, event: str, payload: Json, inputs: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of a new step; its files stand when this returns."""
        number = next(self._runs)
        home = self.folder / f"run-{number}"
        workspace, commands = home / "workspace", home / "file_commands"
        for folder in (workspace, commands, home / "workflow"):
            folder.mkdir(parents=True)
        event_file = home / "workflow" / "event.json"
        event_file.write_text(json.dumps(payload), encoding="utf-8")
        files = {"GITHUB_OUTPUT": commands / "output", "GITHUB_STEP_SUMMARY": commands / "summary"}
        for path in files.values():
            path.touch()
        given = {"github_token": self.token, **self.inputs, **(inputs or {})}
        return {
            **{name: value for name, value in os.environ.items() if not _OWN.match(name)},
            **{f"INPUT_{name.upper()}": value for name, value in given.items()},
            **{name: str(path) for name, path in files.items()},
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": str(payload.get("sender", {}).get("login", "")),
            "GITHUB_API_URL": self.api_url,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(event_file),
            "GITHUB_REPOSITORY": self.repository,
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": str(1_000 + number),
            "GITHUB_SERVER_URL": self.server_url,
            "GITHUB_WORKSPACE": str(workspace),
            "PYTHONUNBUFFERED": "1",
        }

    def run(
        self,
        event: str,
        payload: Json,
        inputs: Mapping[str, str] | None = None,
        watch: Callable[[str], None] | None = None,
    ) -> Ran:
        """Run the action on the event in a process of its own, to its end; `watch` hears each line at once."""
        environ = self.environ(event, payload, inputs)
        lines = []
        with subprocess.Popen(
            [*self.command],
            env=environ,
            cwd=environ["GITHUB_WORKSPACE"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            for line in process.stdout or ():
                lines.append(line.decode("utf-8", "replace"))
                if watch:
                    watch(lines[-1].rstrip("\r\n"))
        return collect(environ, process.returncode, "".join(lines))


def collect(environ: Mapping[str, str], exit_status: int, log: str) -> Ran:
    """What stands in the files of a step that has ended."""
    outputs = parse_outputs(Path(environ["GITHUB_OUTPUT"]).read_text(encoding="utf-8"))
    summary = Path(environ["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    path = Path(environ["GITHUB_WORKSPACE"], outputs.get("report_path", ""))
    report = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    page = path.with_suffix(".html")
    return Ran(exit_status, log, outputs, summary, report, str(page) if report and page.is_file() else "")


def seen_line(line: str, masks: list[str]) -> str | None:
    """A line of the log as the run's page shows it: masks are obeyed and not shown, annotations lose their sign."""
    if line.startswith(_MASK):
        masks.append(line.removeprefix(_MASK))
        return None
    shown = _ANNOTATION.sub(r"\1: ", line)
    for mask in masks:
        shown = shown.replace(mask, "***")
    return shown


def parse_outputs(text: str) -> dict[str, str]:
    """The outputs that a command file holds, in its form of several lines: `name<<mark`, lines, `mark`."""
    return {found[1]: found[3] for found in _HEREDOC.finditer(text)}
