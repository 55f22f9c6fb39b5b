"""What was typed -> the session and the place that a command works with."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from ai_coder.adapters.action_metadata import default_model
from ai_coder.adapters.report_files import write_report
from ai_coder.adapters.terminal_host import TerminalHost, look_of
from ai_coder.errors import ConfigurationError
from ai_coder.settings import INPUTS, inputs_of, parse_settings
from ai_coder.wiring import Place, Session, Wire


def session_of(arguments: argparse.Namespace, environ: Mapping[str, str], wire: Wire) -> Session:
    """Inputs from the environment, overridden by flags. Raises: ConfigurationError."""
    flags = {row.name: value for row in INPUTS if row.name != "issue" and (value := getattr(arguments, row.name, None))}
    values = {"model": default_model()} | inputs_of(environ) | flags
    values.pop("issue", None)
    look = look_of(environ, sys.stderr, is_quiet=arguments.quiet)
    return Session(environ, values, parse_settings(values), TerminalHost(look=look), wire)


def place_of(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Place:
    """A repository on GitHub, or a folder and an issue. Raises: ConfigurationError."""
    is_unsafe = getattr(arguments, "unsafe_local_tests", False)
    if arguments.repo is not None:
        return Place(arguments.repo or environ.get("GITHUB_REPOSITORY", ""), is_unsafe_accepted=is_unsafe)
    if getattr(arguments, "all", False):
        msg = "--all goes with --repo"
        raise ConfigurationError(msg, hint="Use `--root DIR --issue FILE.md` for a local repository.")
    return Place(root=str(Path(arguments.root or ".")), issue_file=arguments.issue, is_unsafe_accepted=is_unsafe)


def issue_number(text: str) -> int:
    """The number that was typed, with or without its sign. Raises: ConfigurationError."""
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and int(digits)):
        msg = f"--issue {text!r} is no issue number"
        raise ConfigurationError(msg, hint="With --repo, give the number, as in `--issue 7`.")
    return int(digits)


def write_files(folder: str, files: Mapping[str, bytes]) -> None:
    """Lay the report's files into the folder that was named. Raises: ConfigurationError."""
    try:
        write_report(Path(folder), files)
    except OSError as error:
        msg = f"the report cannot be written to {folder!r}: {error.strerror}"
        raise ConfigurationError(msg, hint="Name a folder that can be written with `--report`.") from error
