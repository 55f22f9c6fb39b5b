"""The end of a run: one sentence in the log, then outputs, summary and report file."""

from collections.abc import Iterator, Mapping
from typing import Literal

from ai_coder.domain.report import Cancelled, Failed, Published, Report
from ai_coder.domain.terminal import plain_lines
from ai_coder.egress import Egress
from ai_coder.ports import Host
from ai_coder.report.headline import capital
from ai_coder.report.outputs import reason, render_outputs, render_report
from ai_coder.report.status import render_summary


def finish(report: Report, host: Host, egress: Egress, files: Mapping[str, bytes] | None = None) -> None:
    """Tell the host how it ended; `files` stand beside the report."""
    for note in report.notes:
        host.annotate("warning", egress.redact(note))
    for title, output in _outputs(report):
        host.group(title, egress.redact(output))
    if report.shown_in:
        host.annotate("notice", f"Pull request {report.shown_in.url} shows the change already.")
    level, sentence = _sentence(report)
    if level == "say":
        host.say(egress.redact(sentence))
    else:
        host.annotate(level, egress.redact(sentence))
    beside = _files(report, host, egress) | dict(files or {})
    host.finish(render_outputs(report), render_summary(report, host.run_url, egress), beside)


def _files(report: Report, host: Host, egress: Egress) -> dict[str, bytes]:
    """The report for programs, and for people where there was work to tell of."""
    files = {"report.json": egress.redact(render_report(report)).encode("utf-8", "replace")}
    if report.task:
        from ai_coder.report.html import render_html  # noqa: PLC0415  a skipped event must not pay for it

        try:
            files["report.html"] = render_html(report, host.run_url, egress).encode("utf-8", "replace")
        except Exception as error:  # noqa: BLE001  what was done stands, and has to be told, whether it can be drawn or not
            host.annotate("warning", f"The report could not be drawn ({type(error).__name__}); its JSON is there.")
    return files


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
            return "error", f"{capital(text)}. {hint}"
        case Cancelled(reason=text):
            return "error", text
    return "say", f"{report.status}: {reason(report)}"
