"""`ai_coder scan`: which accepted issues wait for an answer."""

import argparse
import json
import sys
from itertools import islice

from ai_coder.cli.session import place_of
from ai_coder.pipeline import waiting_issues
from ai_coder.wiring import Session

_MAX_ROWS = 256
"""Jobs of one matrix. Source: https://docs.github.com/en/actions/reference/limits"""


def scan(arguments: argparse.Namespace, session: Session) -> int:
    """List them, as lines or as a matrix. Raises: AiCoderError."""
    opened = session.open(place_of(arguments, session.environ))
    waiting = waiting_issues(opened.ports, session.settings)
    if arguments.json:
        issues = list(islice(waiting, _MAX_ROWS))
        if next(waiting, None):
            session.host.say(
                f"more than {_MAX_ROWS} issues wait: a matrix holds no more jobs, the next scan lists more"
            )
        rows = [{"issue": issue.number, "title": opened.egress.title(issue.title)} for issue in issues]
        sys.stdout.write(json.dumps({"include": rows}) + "\n")
        return 0
    issues = list(waiting)
    for issue in issues:
        sys.stdout.write(f"#{issue.number}\t{opened.egress.title(issue.title)}\n")
    session.host.say(f"{len(issues)} issue(s) wait")
    return 0
