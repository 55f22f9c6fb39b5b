"""`main(argv, environ) -> exit status`: the action inside a runner, a command elsewhere; the catch of AiCoderError."""

# ruff: noqa: PLC0415  what a skipped event does not need is imported where it is needed

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ai_coder.adapters.action_metadata import default_model
from ai_coder.adapters.actions_host import ActionsHost
from ai_coder.adapters.event_file import read_event_text
from ai_coder.domain.report import Report, ending
from ai_coder.domain.task import Issue, Skip
from ai_coder.egress import Egress
from ai_coder.errors import AiCoderError
from ai_coder.report.finish import finish
from ai_coder.resolve.event import parse_event
from ai_coder.resolve.trigger import decide
from ai_coder.settings import inputs_of, parse_settings
from ai_coder.wiring import Place, Session, Wire
from ai_coder.wiring import wire as wire_real


def main(argv: Sequence[str], environ: Mapping[str, str], *, wire: Wire = wire_real) -> int:
    """Exit status of the whole program: with no arguments inside a runner it is the action, elsewhere a command."""
    if not argv and (environ.get("GITHUB_ACTIONS") == "true" or environ.get("GITHUB_EVENT_PATH")):
        return run_action(environ, wire)
    from ai_coder.cli import run_command

    try:
        return run_command(argv, environ, wire)
    except AiCoderError as error:
        sys.stderr.write(f"ai_coder: {error}\n  {error.hint}\n")
        return error.exit_status
    except KeyboardInterrupt:
        sys.stderr.write("ai_coder: stopped\n")
        return 1


def run_action(environ: Mapping[str, str], wire: Wire) -> int:
    """Answer the runner's event; outputs and summary are written however it ends."""
    host = ActionsHost(environ)
    values = {"model": default_model()} | inputs_of(environ)
    secrets = tuple(values[name] for name in ("github_token", "openai_api_key") if values.get(name))
    for secret in secrets:
        host.mask(secret)
    try:
        report = _answer(Session(environ, values, parse_settings(values), host, wire))
    except (AiCoderError, KeyboardInterrupt) as error:
        report = Report(ending(error))
    except Exception as error:
        finish(Report(ending(error)), host, Egress(secrets))
        raise
    finish(report, host, Egress(secrets))
    return report.exit_status


def _answer(session: Session) -> Report:
    """The report on the event. Doors are opened only for an event that asks for something. Raises: AiCoderError."""
    event = parse_event(session.environ.get("GITHUB_EVENT_NAME", ""), read_event_text(session.environ))
    if session.environ.get("GITHUB_RUN_ATTEMPT", "1") != "1":
        event = replace(event, rerun_by=session.environ.get("GITHUB_TRIGGERING_ACTOR", "") or "nobody known")
    if session.settings.issue and not event.issue.number:
        event = replace(event, issue=Issue(number=session.settings.issue))
    decision = decide(event, session.settings.trigger)
    is_sweep = event.kind == "schedule" and not event.issue.number
    if isinstance(decision, Skip) and not is_sweep and not decision.is_refused_command:
        return Report(decision)
    from ai_coder.pipeline import refuse, run, run_waiting

    opened = session.open(Place(session.environ.get("GITHUB_REPOSITORY", "")))
    if isinstance(decision, Skip):
        return run_waiting(opened) if is_sweep else Report(refuse(decision, event, opened))
    return run(decision, opened)
