"""What can be typed: the commands and their flags."""

import argparse
import difflib
import re
from collections.abc import Sequence
from typing import NoReturn, TypeAlias, cast

from ai_coder import __version__
from ai_coder.cli import completion, context, replay
from ai_coder.settings import INPUTS

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  its only name
_NOT_FLAGS = frozenset({"github_token", "openai_api_key", "issue", "record"})
"""Inputs that are no flags: secrets stay out of the list of processes, `issue` has a flag of its own, and a recording
repeats an event, which a command is not."""


class Parser(argparse.ArgumentParser):
    """A parser that names the nearest spelling of what it does not know, and keeps its usage for `--help`."""

    def parse_known_args(  # type: ignore[override]  # argparse's own overloads say the same
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """The arguments; a flag that nothing begins with is told before one that is missing."""
        words = typed_words(self)
        for word in args or ():
            flag = word.partition("=")[0]
            if len(flag) > _SHORTEST and flag.startswith("--") and not any(known.startswith(flag) for known in words):
                self.error(f"there is no flag {flag!r}{_meant(flag, words)}")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """One sentence and where to read more; exit status 2."""
        wrong = _INVALID.search(message)
        if wrong:
            commands = [word for word in typed_words(self) if not word.startswith("-")]
            message = f"there is no command {wrong[1]!r}{_meant(wrong[1], commands)}"
        self.exit(2, f"{self.prog}: {message}\n  See `{self.prog} --help`.\n")


_INVALID = re.compile(r"^argument COMMAND: invalid choice: '([^']*)'")
_SHORTEST = len("--")


def _meant(typed: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(typed, known, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def typed_words(parser: argparse.ArgumentParser) -> list[str]:
    """Every command and flag, those of the commands included."""
    words: list[str] = []
    for action in parser._actions:  # noqa: SLF001  argparse has no other way to ask
        words += action.option_strings
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  same
            for name, command in action.choices.items():
                words += [name, *typed_words(command)]
    return words


def make_parser() -> Parser:
    """The parser of the whole command line."""
    parser = Parser(
        prog="ai_coder",
        description="Turn an issue into a pull request. Inside a runner, without arguments, it is the action.",
    )
    parser.add_argument("--version", action="version", version=f"ai_coder {__version__}")
    commands = cast(Commands, parser.add_subparsers(dest="command", required=True, metavar="COMMAND"))
    _add_demo(commands)
    _add_run(commands)
    _add_scan(commands)
    _add_doctor(commands)
    _add_apply(commands)
    context.add_parser(commands)
    replay.add_parser(commands)
    completion.add_parser(commands)
    return parser


def _add_demo(commands: Commands) -> None:
    demo = commands.add_parser("demo", help="the whole story on this machine, offline, with a scripted model")
    demo.add_argument(
        "--model",
        metavar="NAME",
        default="",
        help="scripted, smollm2 (real and small), or a model of your own endpoint",
    )
    demo.add_argument("--folder", metavar="DIR", default="", help="where the demo's repository and report are kept")
    _add_manner(demo)


def _add_run(commands: Commands) -> None:
    run = commands.add_parser("run", help="work on one issue: a file and a local repository, or a number on GitHub")
    where = run.add_mutually_exclusive_group(required=True)
    where.add_argument("--root", default="", help="folder of a local git repository")
    where.add_argument("--repo", metavar="OWNER/NAME", help="repository on GitHub; reads GITHUB_TOKEN")
    what = run.add_mutually_exclusive_group(required=True)
    what.add_argument("--issue", default="", help="Markdown file (with --root) or issue number (with --repo)")
    what.add_argument("--all", action="store_true", help="every accepted open issue (with --repo)")
    run.add_argument("--report", metavar="DIR", default="", help="where to write report.html and report.json")
    run.add_argument(
        "--unsafe-local-tests",
        action="store_true",
        help="run `--test-command` even where nothing confines it: the tests can then do whatever you can",
    )
    _add_manner(run)
    _add_inputs(run)


def _add_scan(commands: Commands) -> None:
    scan = commands.add_parser("scan", help="list the accepted issues that wait for an answer")
    scan.add_argument("--repo", metavar="OWNER/NAME", required=True, help="repository on GitHub; reads GITHUB_TOKEN")
    _add_manner(scan)
    _add_inputs(scan)


def _add_doctor(commands: Commands) -> None:
    doctor = commands.add_parser("doctor", help="look at token, settings, endpoint and sandbox; changes nothing")
    doctor.add_argument("--repo", metavar="OWNER/NAME", default="", help="repository on GitHub; reads GITHUB_TOKEN")
    doctor.add_argument("--issue", metavar="N", default="", help="number of an issue whose links are looked at as well")
    _add_manner(doctor)
    _add_inputs(doctor)


def _add_apply(commands: Commands) -> None:
    apply = commands.add_parser("apply", help="apply a model's answer to the files of a folder; prints JSON")
    apply.add_argument("--root", metavar="DIR", required=True, help="folder that the answer's paths start from")
    apply.add_argument("--answer", metavar="FILE", required=True, help="the model's text; - reads standard input")
    apply.add_argument(
        "--format", default="auto", help="auto (default), search_replace, patch, unified_diff, whole_file or tool_call"
    )
    apply.add_argument("--check", action="store_true", help="change nothing, only say what would happen")


def _add_manner(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    command.add_argument("--quiet", action="store_true", help="no progress: warnings and the result only")


def _add_inputs(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("inputs of the action")
    for row in INPUTS:
        if row.name in _NOT_FLAGS:
            continue
        flag = "--" + row.name.replace("_", "-")
        if row.kind == "bool":
            group.add_argument(flag, action="store_const", const="true", help=row.help.replace("%", "%%"))
        else:
            group.add_argument(flag, metavar="VALUE", help=row.help.replace("%", "%%"))
