"""A runner of GitHub Actions: log, annotations, masks, outputs, job summary, report file.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

import base64
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from actions_toolkit import core
from actions_toolkit.file_command import prepare_key_value_message

from ai_coder.adapters.report_files import write_report
from ai_coder.egress import log_line

REPORT_FOLDER, REPORT_FILE = "ai_coder_report", "report.json"
"""Below the workspace: no hidden folder, since artifact uploads leave those out."""
_MIN_SECRET_CHARS = 6


class ActionsHost:
    """Port `Host` over the runner's files and commands."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    @property
    def run_url(self) -> str:
        """The page of this run's log."""
        env = self._environ
        if not (env.get("GITHUB_SERVER_URL") and env.get("GITHUB_REPOSITORY") and env.get("GITHUB_RUN_ID")):
            return ""
        return f"{env['GITHUB_SERVER_URL']}/{env['GITHUB_REPOSITORY']}/actions/runs/{env['GITHUB_RUN_ID']}"

    def mask(self, secret: str) -> None:
        """Every line of the secret, and what git and curl make of it for a header.

        A short text is not masked, since it would tear holes into the log.
        """
        for line in map(str.strip, secret.splitlines()):
            if len(line) >= _MIN_SECRET_CHARS:
                core.set_secret(line)
                for header in (f"x-access-token:{line}", f"{line}:", line):
                    core.set_secret(base64.b64encode(header.encode("utf-8", "surrogatepass")).decode())

    def say(self, text: str) -> None:
        """Lines of the log, none of which the runner takes for a command."""
        for line in text.splitlines() or [""]:
            sys.stdout.write(log_line(line) + "\n")
        sys.stdout.flush()

    def annotate(self, level: Literal["notice", "warning", "error"], text: str) -> None:
        """One sentence on the run's page; the toolkit escapes it."""
        {"notice": core.notice, "warning": core.warning, "error": core.error}[level](log_line(text)[:4_000])
        sys.stdout.flush()

    def group(self, title: str, text: str) -> None:
        """A folded part of the log."""
        core.start_group(log_line(title))
        self.say(text)
        core.end_group()

    def working(self, done: int, of: int, doing: str) -> None:
        """Nothing to do: a log has no line that could be drawn again."""

    def finish(self, outputs: Mapping[str, str], summary: str, files: Mapping[str, bytes]) -> None:
        """Write the outputs, the summary and the report's files, each where the runner said."""
        values = {**outputs, "report_path": self._write_report(files)}
        self._append("GITHUB_OUTPUT", "".join(f"{prepare_key_value_message(k, v)}\n" for k, v in values.items()))
        self._append("GITHUB_STEP_SUMMARY", summary)

    def _write_report(self, files: Mapping[str, bytes]) -> str:
        """The path of the JSON report, relative to the workspace; empty where nothing could be written."""
        workspace = self._environ.get("GITHUB_WORKSPACE", "")
        if not workspace:
            return ""
        try:
            write_report(Path(workspace, REPORT_FOLDER), files)
        except OSError as error:
            self.annotate("warning", f"The report file could not be written: {error.strerror}.")
            return ""
        return f"{REPORT_FOLDER}/{REPORT_FILE}"

    def _append(self, variable: str, text: str) -> None:
        path = self._environ.get(variable, "")
        if not path:
            return
        try:
            with Path(path).open("a", encoding="utf-8", newline="") as file:
                file.write(text)
        except OSError as error:
            self.annotate("warning", f"{variable} could not be written: {error.strerror}.")
