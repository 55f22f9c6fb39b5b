"""The end of a run: one sentence in the log, then outputs, summary and report file."""

from collections.abc import Iterator
from typing import Literal

from ai_coder.domain.report import Cancelled, Failed, Published, Report
from ai_coder.domain.terminal import plain_lines
from ai_coder.egress import Egress
from ai_coder.ports import Host
from ai_coder.report.outputs import reason, render_outputs, render_report
from ai_coder.report.status import render_summary


def finish(report: Report, host: Host, egress: Egress) -> None:
    """Tell the host how it ended."""
    for note in report.notes:
        host.annotate("warning", egress.redact(note))
    for title, output in _outputs(report):
        host.group(title, egress.redact(output))
    level, sentence = _sentence(report)
    if level == "say":
        host.say(egress.redact(sentence))
    else:
        host.annotate(level, egress.redact(sentence))
    host.finish(
        render_outputs(report), render_summary(report, host.run_url, egress), egress.redact(render_report(report))
    )


def _outputs(report: Report) -> Iterator[tuple[str, str]]:
    """What the tests printed, as folded parts of the log."""
    if not isinstance(report.outcome, Published):
        return
    verification = report.outcome.verification
    for title, run in (("Tests of the base", verification.base), ("Tests with the change", verification.head)):
        if run:
            yield title, "\n".join(plain_lines(run.ran.output))


def _sentence(report: Report) -> tuple[Literal["say", "error"], str]:
    match report.outcome:
        case Published() as published:
            if not published.commit:
                return "say", "changed: nothing was written, since this was a dry run"
            where = published.pull_request.url or f"branch {published.branch}"
            return "say", f"{report.status}: commit {published.commit[:12]} on {where}"
        case Failed(reason=text, hint=hint):
            return "error", f"{text[:1].upper()}{text[1:]}. {hint}"
        case Cancelled(reason=text):
            return "error", text
    return "say", f"{report.status}: {reason(report)}"
