"""`main(argv, environ) -> exit status`: the action inside a runner, a command elsewhere; the catch of AiCoderError."""

# ruff: noqa: PLC0415  what a skipped event does not need is imported where it is needed

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from ai_coder.adapters.action_metadata import default_model
from ai_coder.adapters.actions_host import ActionsHost
from ai_coder.adapters.event_file import read_event_text
from ai_coder.adapters.line import Recorder
from ai_coder.domain.report import Report, ending
from ai_coder.egress import Egress
from ai_coder.errors import AiCoderError
from ai_coder.recording import cassette_of
from ai_coder.report.finish import finish
from ai_coder.settings import inputs_of, parse_settings
from ai_coder.wiring import Session, Wire
from ai_coder.wiring import wire as wire_real

Heard = Callable[[], AbstractContextManager[None]]
"""Where the wish that the program ends may interrupt it."""


def main(argv: Sequence[str], environ: Mapping[str, str], *, wire: Wire = wire_real, heard: Heard = nullcontext) -> int:
    """Exit status of the whole program: with no arguments inside a runner it is the action, elsewhere a command."""
    if not argv and (environ.get("GITHUB_ACTIONS") == "true" or environ.get("GITHUB_EVENT_PATH")):
        return run_action(environ, wire, heard)
    from ai_coder.cli import run_command

    try:
        with heard():
            return run_command(argv, environ, wire)
    except AiCoderError as error:
        sys.stderr.write(f"ai_coder: {error}\n  {error.hint}\n")
        return error.exit_status
    except KeyboardInterrupt:
        sys.stderr.write("ai_coder: stopped\n")
        return 1


def run_action(environ: Mapping[str, str], wire: Wire, heard: Heard = nullcontext) -> int:
    """Answer the runner's event; outputs and summary are written however it ends."""
    host = ActionsHost(environ)
    values = {"model": default_model()} | inputs_of(environ)
    secrets = tuple(values[name] for name in ("github_token", "openai_api_key") if values.get(name))
    for secret in secrets:
        host.mask(secret)
    egress, event = Egress(secrets), environ.get("GITHUB_EVENT_NAME", "")
    recorder: Recorder | None = None
    report: Report | None = None

    def end(report: Report) -> int:
        files = cassette_of(environ, values, recorder, report, egress) if recorder else {}
        finish(report, host, egress, files)
        return report.exit_status

    try:
        with heard():
            settings = parse_settings(values)
            recorder = Recorder() if settings.record else None
            report = Session(environ, values, settings, host, wire, recorder).answer(event, read_event_text(environ))
    except (AiCoderError, KeyboardInterrupt) as error:
        return end(report or Report(ending(error)))
    except Exception as error:
        end(Report(ending(error)))
        raise
    return end(report)
