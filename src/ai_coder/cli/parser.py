"""What can be typed: the commands and their flags."""

import argparse

from ai_coder import __version__
from ai_coder.cli import context, replay
from ai_coder.settings import INPUTS

_NOT_FLAGS = frozenset({"github_token", "openai_api_key", "issue"})
"""Inputs that are no flags: secrets stay out of the list of processes, and `issue` has a flag of its own."""


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="ai_coder",
        description="Turn an issue into a pull request. Inside a runner, without arguments, it is the action.",
    )
    parser.add_argument("--version", action="version", version=f"ai_coder {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="the whole story on this machine, offline, with a scripted model")
    demo.add_argument(
        "--model",
        metavar="NAME",
        default="",
        help="scripted, smollm2 (real and small), or a model of your own endpoint",
    )
    demo.add_argument("--folder", default="", help="where the demo's repository and report are kept")
    run = _add_run(commands)
    scan = commands.add_parser("scan", help="list the accepted issues that wait for an answer")
    scan.add_argument("--repo", metavar="OWNER/NAME", required=True, help="repository on GitHub; reads GITHUB_TOKEN")
    apply = commands.add_parser("apply", help="apply a model's answer to the files of a folder; prints JSON")
    apply.add_argument("--root", metavar="DIR", required=True, help="folder that the answer's paths start from")
    apply.add_argument("--answer", metavar="FILE", required=True, help="the model's text; - reads standard input")
    apply.add_argument(
        "--format", default="auto", help="auto (default), search_replace, patch, unified_diff, whole_file or tool_call"
    )
    apply.add_argument("--check", action="store_true", help="change nothing, only say what would happen")
    context.add_parser(commands)
    replay.add_parser(commands)
    for command in (run, scan):
        command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        _add_inputs(command)
    return parser


def _add_run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    run = commands.add_parser("run", help="work on one issue: a file and a local repository, or a number on GitHub")
    where = run.add_mutually_exclusive_group(required=True)
    where.add_argument("--root", default="", help="folder of a local git repository")
    where.add_argument("--repo", metavar="OWNER/NAME", help="repository on GitHub; reads GITHUB_TOKEN")
    what = run.add_mutually_exclusive_group(required=True)
    what.add_argument("--issue", default="", help="Markdown file (with --root) or issue number (with --repo)")
    what.add_argument("--all", action="store_true", help="every accepted open issue (with --repo)")
    run.add_argument(
        "--unsafe-local-tests",
        action="store_true",
        help="run `--test-command` even where nothing confines it: the tests can then do whatever you can",
    )
    return run


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
