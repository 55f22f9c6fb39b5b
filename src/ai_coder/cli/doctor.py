"""`ai_coder doctor`: looks at token, settings, endpoint and sandbox before any money is spent; changes nothing."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from ai_coder.cli.session import issue_number
from ai_coder.commit import branch_name
from ai_coder.domain.chat import Message, Prompt, ToolSpec
from ai_coder.domain.finding import Finding, Level
from ai_coder.domain.task import Issue
from ai_coder.errors import AiCoderError, ConfigurationError, ToolsRefused
from ai_coder.pipeline import Run, examine, with_own_file
from ai_coder.settings import CommitPolicy
from ai_coder.wiring import Place, Session

_CALL_S = 60.0
_TOOL = ToolSpec("ok", "Say that it works.", '{"type": "object", "properties": {}, "additionalProperties": false}')
_QUESTION = Prompt((Message("user", "Call the tool `ok` now, and say nothing."),), (_TOOL,))


def doctor(arguments: argparse.Namespace, session: Session) -> int:
    """Print what was found; 1 where something keeps every run from its end. Raises: AiCoderError."""
    place = Place(arguments.repo or session.environ.get("GITHUB_REPOSITORY", ""))
    opened = session.open(place)
    findings = tuple(_findings(opened, issue_number(arguments.issue) if arguments.issue else 0))
    if arguments.json:
        sys.stdout.write(json.dumps({"findings": [asdict(one) for one in findings]}) + "\n")
    else:
        sys.stdout.writelines(f"{_line(one, opened)}\n" for one in findings)
    return 1 if any(one.level is Level.BLOCKER for one in findings) else 0


def _line(finding: Finding, opened: Run) -> str:
    hint = f"\n         {finding.hint}" if finding.hint else ""
    return opened.egress.redact(f"{finding.level:8} {finding.about}: {finding.sentence}.{hint}")


def _findings(opened: Run, number: int) -> Iterator[Finding]:
    try:
        opened = with_own_file(opened)
    except ConfigurationError as error:
        yield Finding(Level.BLOCKER, "settings", str(error), error.hint)
    settings = opened.settings
    yield from (Finding(Level.WARNING, "settings", warning.rstrip(".")) for warning in settings.warnings)
    if opened.ports.switches:
        found = opened.ports.switches.all(branch_name(Issue(number=number or 1), settings.commit))
        yield from (_checks(one, settings.commit) if one.about == "checks" else one for one in found)
    if number:
        yield _links(number, opened)
    yield _endpoint(opened)
    yield _sandbox(opened)


def _checks(found: Finding, policy: CommitPolicy) -> Finding:
    """Whether checks start by themselves, when workflows are named that we start."""
    names = ", ".join(f"`{name}`" for name in policy.dispatch_workflows)
    said = f"{names} is started on the branch after each commit (`dispatch_workflows`)"
    return Finding(Level.FINE, found.about, said) if names else found


def _links(number: int, opened: Run) -> Finding:
    try:
        return examine(number, opened)
    except AiCoderError as error:
        return Finding(Level.BLOCKER, f"issue #{number}", str(error), error.hint)


def _endpoint(opened: Run) -> Finding:
    """A call of a few tokens: whether the endpoint answers, and whether its model calls tools."""
    ports, settings = opened.ports, opened.settings
    about = f"model {settings.model.model}"
    if not settings.model.api_key and not settings.model.base_url:
        hint = "Set `openai_api_key` from a secret: `${{ secrets.OPENAI_API_KEY }}`."
        return Finding(Level.BLOCKER, about, "`openai_api_key` is empty, and OpenAI needs one", hint)
    try:
        model = ports.open_model(settings.model, ports.clock.monotonic_s() + _CALL_S)
        reply = model.complete(_QUESTION)
    except ToolsRefused as error:
        level = Level.BLOCKER if settings.mode == "agent" else Level.WARNING
        return Finding(level, about, str(error), error.hint)
    except AiCoderError as error:
        return Finding(Level.BLOCKER, about, str(error), error.hint)
    if not reply.tool_calls:
        said = "The endpoint answers, and the model called no tool when it was asked to"
        return Finding(Level.WARNING, about, said, "Set the input `mode` to `single`, or `model` to another one.")
    return Finding(Level.FINE, about, "The endpoint answers, and the model calls tools")


def _sandbox(opened: Run) -> Finding:
    policy = opened.settings.verify
    if not policy.test_command:
        return Finding(Level.WARNING, "tests", "No test command is set, so nothing is verified", "Set `test_command`.")
    try:
        sandbox = opened.ports.open_sandbox(policy)
        objection = sandbox.objection()
    except AiCoderError as error:
        return Finding(Level.WARNING, "sandbox", str(error), error.hint)
    if objection:
        return Finding(
            Level.WARNING, "sandbox", objection.rstrip("."), "Set `test_image`, or run where containers can."
        )
    return Finding(Level.FINE, "sandbox", f"{sandbox.name} holds")
