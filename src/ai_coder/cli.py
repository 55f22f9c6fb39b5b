"""The commands of a person's own machine: parse, call, print."""

# ruff: noqa: PLC0415  each command imports what it needs

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ai_coder import __version__
from ai_coder.adapters.action_metadata import default_model
from ai_coder.adapters.terminal_host import TerminalHost
from ai_coder.domain.report import Report
from ai_coder.domain.task import Candidate, Event, Issue, Person
from ai_coder.egress import Egress
from ai_coder.errors import ConfigurationError
from ai_coder.report.finish import finish
from ai_coder.settings import INPUTS, inputs_of, parse_settings
from ai_coder.wiring import Place, Session, Wire

_NOT_FLAGS = frozenset({"github_token", "openai_api_key", "issue"})
"""Inputs that are no flags: secrets stay out of the list of processes, and `issue` has a flag of its own."""
_YOU = Person("you", 1)
"""Who types a command, where no forge knows a name."""


def run_command(argv: Sequence[str], environ: Mapping[str, str], wire: Wire) -> int:
    """Exit status of one command. Raises: AiCoderError."""
    parser = _parser()
    if not argv:
        parser.print_help()
        return 0
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    if arguments.command == "demo":
        from ai_coder.loopback.story import tell

        return tell(environ, model=arguments.model, folder=arguments.folder)
    session = _session(arguments, environ, wire)
    return _scan(arguments, session) if arguments.command == "scan" else _run(arguments, session)


def _parser() -> argparse.ArgumentParser:
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
    run = commands.add_parser("run", help="work on one issue: a file and a local repository, or a number on GitHub")
    where = run.add_mutually_exclusive_group(required=True)
    where.add_argument("--root", default="", help="folder of a local git repository")
    where.add_argument("--repo", metavar="OWNER/NAME", help="repository on GitHub; reads GITHUB_TOKEN")
    what = run.add_mutually_exclusive_group(required=True)
    what.add_argument("--issue", default="", help="Markdown file (with --root) or issue number (with --repo)")
    what.add_argument("--all", action="store_true", help="every accepted open issue (with --repo)")
    scan = commands.add_parser("scan", help="list the accepted issues that wait for an answer")
    scan.add_argument("--repo", metavar="OWNER/NAME", required=True, help="repository on GitHub; reads GITHUB_TOKEN")
    for command in (run, scan):
        command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        _add_inputs(command)
    return parser


def _add_inputs(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("inputs of the action")
    for row in INPUTS:
        if row.name in _NOT_FLAGS or not row.is_built:
            continue
        flag = "--" + row.name.replace("_", "-")
        if row.kind == "bool":
            group.add_argument(flag, action="store_const", const="true", help=row.help.replace("%", "%%"))
        else:
            group.add_argument(flag, metavar="VALUE", help=row.help.replace("%", "%%"))


def _session(arguments: argparse.Namespace, environ: Mapping[str, str], wire: Wire) -> Session:
    flags = {row.name: value for row in INPUTS if row.name != "issue" and (value := getattr(arguments, row.name, None))}
    values = {"model": default_model()} | inputs_of(environ) | flags
    values.pop("issue", None)
    return Session(environ, values, parse_settings(values), TerminalHost(), wire)


def _run(arguments: argparse.Namespace, session: Session) -> int:
    from ai_coder.pipeline import accepted_issues, run, run_each

    opened = session.open(_place(arguments, session.environ))
    if arguments.all:
        report = run_each(accepted_issues(opened.ports.tracker, session.settings.trigger), opened)
    else:
        event = Event("command_line", sender=_YOU, issue=Issue(number=_number(arguments)))
        report = run(Candidate(event, ()), opened)
    return _print(report, arguments.json, session, opened.egress)


def _place(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Place:
    if arguments.repo is not None:
        return Place(repository=arguments.repo or environ.get("GITHUB_REPOSITORY", ""))
    if getattr(arguments, "all", False):
        msg = "--all goes with --repo"
        raise ConfigurationError(msg, hint="Use `--root DIR --issue FILE.md` for a local repository.")
    return Place(root=str(Path(arguments.root or ".")), issue_file=arguments.issue)


def _number(arguments: argparse.Namespace) -> int:
    if arguments.repo is None:
        return 1
    text = arguments.issue.removeprefix("#")
    if not (text.isascii() and text.isdigit() and int(text)):
        msg = f"--issue {arguments.issue!r} is no issue number"
        raise ConfigurationError(msg, hint="With --repo, give the number, as in `--issue 7`.")
    return int(text)


def _print(report: Report, is_json: bool, session: Session, egress: Egress) -> int:  # noqa: FBT001  a flag typed by a person
    host = session.host
    finish(report, host, egress)
    if isinstance(host, TerminalHost):
        sys.stdout.write(host.report if is_json else host.summary)
    return report.exit_status


def _scan(arguments: argparse.Namespace, session: Session) -> int:
    from ai_coder.pipeline import waiting_issues

    opened = session.open(_place(arguments, session.environ))
    issues = list(waiting_issues(opened.ports.tracker, session.settings.trigger))
    if arguments.json:
        rows = [{"issue": issue.number, "title": opened.egress.title(issue.title)} for issue in issues]
        sys.stdout.write(json.dumps({"include": rows}) + "\n")
        return 0
    for issue in issues:
        sys.stdout.write(f"#{issue.number}\t{opened.egress.title(issue.title)}\n")
    session.host.say(f"{len(issues)} issue(s) wait")
    return 0
