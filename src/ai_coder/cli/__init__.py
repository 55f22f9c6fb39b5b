"""The commands of a person's own machine, a module each: parse, call, print."""

# ruff: noqa: PLC0415  each command imports what it needs

import argparse
from collections.abc import Mapping, Sequence

from ai_coder.cli.parser import make_parser
from ai_coder.wiring import Wire


def run_command(argv: Sequence[str], environ: Mapping[str, str], wire: Wire) -> int:
    """Exit status of one command. Raises: AiCoderError."""
    parser = make_parser()
    if not argv:
        parser.print_help()
        return 0
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    if arguments.command == "completion":
        from ai_coder.cli import completion

        return completion.run(arguments, parser)
    if arguments.command == "demo":
        from ai_coder.loopback.story import Telling, tell

        return tell(environ, Telling(arguments.model, arguments.folder, arguments.json, arguments.quiet))
    if arguments.command == "apply":
        from ai_coder.cli.apply import apply

        return apply(arguments)
    if arguments.command == "context":
        from ai_coder.cli import context

        return context.run(arguments, environ)
    if arguments.command == "replay":
        from ai_coder.cli import replay

        return replay.run(arguments, wire)
    return _on_a_repository(arguments, environ, wire)


def _on_a_repository(arguments: argparse.Namespace, environ: Mapping[str, str], wire: Wire) -> int:
    """The commands that open doors."""
    from ai_coder.cli.session import session_of

    session = session_of(arguments, environ, wire)
    if arguments.command == "scan":
        from ai_coder.cli.scan import scan

        return scan(arguments, session)
    if arguments.command == "doctor":
        from ai_coder.cli.doctor import doctor

        return doctor(arguments, session)
    from ai_coder.cli.run import run_issue

    return run_issue(arguments, session)
