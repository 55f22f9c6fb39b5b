"""`ai_coder run`: work on one issue, or on every accepted one."""

import argparse
import sys

from ai_coder.adapters.terminal_host import TerminalHost
from ai_coder.cli.session import issue_number, place_of, write_files
from ai_coder.domain.report import Report
from ai_coder.domain.task import Candidate, Event, Issue, Person
from ai_coder.egress import Egress
from ai_coder.pipeline import accepted_issues, run, run_each
from ai_coder.report.finish import finish
from ai_coder.wiring import Session

_YOU = Person("you")
"""Who types a command, where no forge knows a name: nobody's id, so that nobody else is credited."""


def run_issue(arguments: argparse.Namespace, session: Session) -> int:
    """Exit status of the run, after its report is printed. Raises: AiCoderError."""
    try:
        opened = session.open(place_of(arguments, session.environ))
        if arguments.all:
            report = run_each(accepted_issues(opened.ports.tracker, session.settings.trigger), opened)
        else:
            event = Event("command_line", sender=_YOU, issue=Issue(number=_number(arguments)))
            report = run(Candidate(event, ()), opened)
        return _print(report, arguments, session, opened.egress)
    finally:
        if isinstance(session.host, TerminalHost):
            session.host.rest()


def _number(arguments: argparse.Namespace) -> int:
    if arguments.repo is None:
        return 1
    return issue_number(arguments.issue)


def _print(report: Report, arguments: argparse.Namespace, session: Session, egress: Egress) -> int:
    host = session.host
    finish(report, host, egress)
    if isinstance(host, TerminalHost):
        sys.stdout.write(host.files["report.json"].decode() if arguments.json else host.summary)
        if arguments.report:
            write_files(arguments.report, host.files)
    return report.exit_status
