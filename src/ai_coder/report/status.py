"""The one status comment of an issue: the rooms while it works, the receipt when it is done."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ai_coder.domain.report import (
    STATUS_MARKER,
    Cancelled,
    Cannot,
    ChangedFile,
    Failed,
    NothingToChange,
    Parked,
    Published,
    Questions,
    Report,
    Spent,
)
from ai_coder.egress import Egress

ROOMS = ("Resolve", "Prompt", "Generate", "Commit")
_MAX_LISTED_FILES = 50
_MAX_SHOWN_STEPS = 12


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the run is."""

    done: tuple[str, ...] = ()
    """What each finished room has to say, in the order of `ROOMS`."""
    steps: tuple[str, ...] = ()
    """What the model did so far, step by step."""

    def then(self, said: str) -> "Progress":
        """One room further."""
        return replace(self, done=(*self.done, said))

    def with_step(self, said: str) -> "Progress":
        """One step further."""
        return replace(self, steps=(*self.steps, said))


def render_progress(progress: Progress, run_url: str, egress: Egress) -> str:
    """The comment while the run works."""
    lines = [_marker("working"), "### ai_coder is working on this", ""]
    for number, room in enumerate(ROOMS):
        is_done = number < len(progress.done)
        said = f": {progress.done[number]}" if is_done and progress.done[number] else ""
        lines.append(f"- [{'x' if is_done else ' '}] **{room}**{said}")
        if room == "Generate" and progress.steps:
            hidden = len(progress.steps) - _MAX_SHOWN_STEPS
            lines += [f"  - {hidden} earlier steps"] if hidden > 0 else []
            lines += [f"  - {egress.code(step)}" for step in progress.steps[-_MAX_SHOWN_STEPS:]]
    if run_url:
        lines += ["", f"[Log of this run]({run_url})"]
    return egress.finish("\n".join(lines))


def render_receipt(report: Report, run_url: str, egress: Egress) -> str:
    """The comment when the run has ended. Facts as read back from the forge; foreign words are quoted."""
    return egress.finish("\n".join([_marker(report.status.value), *_receipt(report, run_url, egress)]))


def render_summary(report: Report, run_url: str, egress: Egress) -> str:
    """The job summary: the receipt, under the issue's number."""
    heading = f"## ai_coder: issue #{report.task.issue.number}" if report.task else "## ai_coder"
    return egress.summary("\n".join([heading, "", *_receipt(report, run_url, egress), ""]))


def _marker(status: str) -> str:
    return f"{STATUS_MARKER} {json.dumps({'status': status})} -->"


def _receipt(report: Report, run_url: str, egress: Egress) -> Iterator[str]:
    yield from _headline(report, egress)
    if report.notes:
        yield ""
        yield from (f"- {egress.prose(note)}" for note in report.notes)
    if report.task:
        yield ""
        yield " · ".join(part for part in (_cost(report.spent), f"[log]({run_url})" if run_url else "") if part)


def _headline(report: Report, egress: Egress) -> Iterator[str]:
    match report.outcome:
        case Published() as published:
            yield from _published(published, egress)
        case NothingToChange(reason=reason):
            yield "### No change"
            yield from _quoted(reason, "The model looked and wants no change for now.", egress)
        case Questions(summary=summary, questions=questions):
            yield "### A question before the work"
            yield from _quoted(summary, "The request can be read in more than one way.", egress)
            yield ""
            yield from (f"{number}. {egress.line(question)}" for number, question in enumerate(questions, 1))
            yield from ("", "Answer in a comment, and the work goes on.")
        case Parked(reason=reason, hint=hint):
            yield "### The work is parked"
            yield from ("", f"{reason[:1].upper()}{reason[1:]}; nothing was written yet. {hint}")
        case Cannot(reason=reason, hint=hint, refusals=refusals):
            yield "### This could not be done"
            yield from _quoted(f"{reason[:1].upper()}{reason[1:]}", "", egress)
            yield from ("", *(f"- {egress.prose(refusal)}" for refusal in refusals)) if refusals else ()
            yield from ("", hint) if hint else ()
        case Failed(reason=reason, hint=hint):
            yield "### The run failed"
            yield from _quoted(f"{reason[:1].upper()}{reason[1:]}", "", egress)
            yield from ("", hint)
            yield from ("", "To try again, comment `/ai_coder retry`.")
        case Cancelled(reason=reason):
            yield "### The run was cancelled"
            yield from ("", f"{reason} To go on, comment `/ai_coder retry`.")
        case skip:
            yield "### Nothing to do"
            yield from ("", f"{egress.prose(skip.reason)}.")


def _published(published: Published, egress: Egress) -> Iterator[str]:
    pull_request = published.pull_request
    commit = f"`{published.commit[:7]}`"
    commit = f"[{commit}]({published.commit_url})" if published.commit_url else commit
    if not published.commit:
        yield "### Dry run: nothing was written"
    elif pull_request.number:
        verb = "is open" if published.is_new_pull_request else "has a new commit"
        draft = ", as a draft" if pull_request.is_draft else ""
        yield f"### Pull request #{pull_request.number} {verb}{draft}"
        yield from ("", f"[Pull request #{pull_request.number}]({pull_request.url}) · commit {commit}")
    else:
        yield f"### Branch `{published.branch}` has a new commit"
        yield from ("", f"Commit {commit}")
    yield from ("", "| file | change | + | − |", "|---|---|--:|--:|")
    yield from (_row(file, egress) for file in published.files[:_MAX_LISTED_FILES])
    more = len(published.files) - _MAX_LISTED_FILES
    if more > 0:
        yield f"| and {more} more | | | |"
    yield from ("", "**Tests:** not run.")
    if published.proposal and published.proposal.parked:
        yield from ("", f"**Not finished:** {egress.line(published.proposal.parked)}. A comment goes on from here.")
        yield from (f"- [ ] {egress.line(item)}" for item in published.proposal.remaining)
    if published.notes:
        yield ""
        yield from (f"- {egress.prose(note)}" for note in published.notes)


def _row(file: ChangedFile, egress: Egress) -> str:
    return f"| {egress.code(file.path)} | {file.status} | {file.added_lines} | {file.removed_lines} |"


def _quoted(text: str, fallback: str, egress: Egress) -> Iterator[str]:
    yield ""
    words = egress.prose(text) if text.strip() else fallback
    yield from (f"> {line}".rstrip() for line in words.splitlines())


def _cost(spent: Spent) -> str:
    if not spent.rounds:
        return ""
    replies = "1 reply" if spent.rounds == 1 else f"{spent.rounds} replies"
    tokens = f"{spent.usage.input_tokens:,} tokens in, {spent.usage.output_tokens:,} out"
    dollars = f", ${spent.cost_usd:.4f}" if spent.cost_usd is not None else ""
    return f"{replies}, {tokens}{dollars}"
