"""What people see of a request that nobody with a right to ask stands behind: a reaction, rarely a comment."""

from ai_coder.domain.report import OWN_MARKER
from ai_coder.domain.task import Event, Skip
from ai_coder.errors import ForgeError
from ai_coder.pipeline.desk import react
from ai_coder.pipeline.run import Run

REFUSAL_MARKER = f"{OWN_MARKER}refused -->"
"""Beginning of the one comment of an issue that says why nothing was done."""


def refuse(skip: Skip, event: Event, run: Run) -> Skip:
    """The skip, shown where it is to be; fails no job where GitHub takes neither reaction nor comment."""
    try:
        if skip.explanation:
            _explain(skip.explanation, event, run)
        elif skip.is_refused_command:
            react(run.ports, event.issue.number, event.comment, "confused")
    except ForgeError as error:
        run.ports.host.say(run.egress.redact(f"the refused request got no answer: {error}"))
    return skip


def _explain(text: str, event: Event, run: Run) -> None:
    """Say why in the issue's one comment for that; nothing is written where it says so already. Raises: ForgeError."""
    tracker, number = run.ports.tracker, event.issue.number
    body = run.egress.finish(f"{REFUSAL_MARKER}\n{run.egress.prose(text)}")
    own = react(run.ports, number, event.comment, "confused").by
    comments = tracker.comments(number)
    found = [one for one in comments if one.author.id == own.id and one.body.startswith(REFUSAL_MARKER)]
    if not found or found[0].body.strip() != body.strip():
        tracker.write_status(number, found[0].id if found else 0, body)
