"""What became of a request, as the first lines of the status comment and the job summary. Facts are the forge's."""

from collections.abc import Iterator

from ai_coder.domain.outcome import Parked, Planned, Question, Questions, Reviewed
from ai_coder.domain.plan import ChangedFile
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Cancelled, Cannot, Failed, NothingToChange, Outcome, Published
from ai_coder.domain.status_mark import marked_plan
from ai_coder.egress import Egress
from ai_coder.report.verification import render_verification

_MAX_LISTED_FILES = 50


def render_headline(outcome: Outcome, egress: Egress) -> Iterator[str]:
    """The lines; foreign words are quoted."""
    match outcome:
        case Published() as published:
            yield from _published(published, egress)
        case Questions() | Planned() | Parked():
            yield from _waiting(outcome, egress)
        case Cannot() | Failed() | Cancelled():
            yield from _ended(outcome, egress)
        case Reviewed() as reviewed:
            yield from _reviewed(reviewed, egress)
        case NothingToChange(reason=reason):
            yield "### No change"
            yield from _quoted(reason, "The model looked and wants no change for now.", egress)
        case skip:
            yield "### Nothing to do"
            yield from ("", f"{egress.prose(skip.reason)}.")


def render_shown_in(pull_request: PullRequest | None) -> Iterator[str]:
    """The pull request of a run that ended before it could say what it made; nothing for none."""
    if pull_request:
        link = f"[Pull request #{pull_request.number}]({pull_request.url})"
        yield from ("", f"{link} shows the change already, as commit `{pull_request.head[:7]}`.")


def _waiting(outcome: Questions | Planned | Parked, egress: Egress) -> Iterator[str]:
    """What waits for a person."""
    match outcome:
        case Questions(summary=summary, questions=questions):
            yield "### A question before the work"
            yield from _quoted(summary, "The request can be read in more than one way.", egress)
            for number, question in enumerate(questions, 1):
                yield from _question(number, question, egress)
            yield from ("", "Tick a box or answer in a comment, and the work goes on.")
        case Planned() as planned:
            yield "### A plan, nothing was changed yet"
            yield from ("", marked_plan(egress.quote(planned.plan)), "")
            if planned.files:
                yield f"Files it would touch: {', '.join(map(egress.code, planned.files[:_MAX_LISTED_FILES]))}"
                yield ""
            dollars = f", about ${planned.estimate_usd:.2f}" if planned.estimate_usd is not None else ""
            yield f"Carrying it out may take {planned.estimate_tokens:,} tokens{dollars}; this is a rough guess."
            yield from ("", "Comment `/ai_coder go` to have it carried out, or say what should be different.")
        case Parked(reason=reason, hint=hint, resumes_at=resumes_at):
            yield "### The work is parked"
            when = f" It can go on at {resumes_at:%H:%M} UTC ({resumes_at:%Y-%m-%d})." if resumes_at else ""
            yield from ("", f"{egress.line(capital(reason))}; nothing more was written.{when} {hint}")


def _reviewed(reviewed: Reviewed, egress: Egress) -> Iterator[str]:
    """What was looked at, and how much was said about it."""
    commit = f"`{reviewed.commit[:7]}`"
    if reviewed.url:
        count = f"{reviewed.comments} {'comment' if reviewed.comments == 1 else 'comments'}"
        yield f"### A review with {count} on lines"
        yield from ("", f"[The review]({reviewed.url}) is of commit {commit}. It approves nothing.")
    else:
        yield "### Nothing new to say"
        yield from ("", f"Commit {commit} was reviewed; there is nothing to say that an earlier review did not say.")
    yield from _quoted(reviewed.summary, "The model wrote no summary.", egress)
    if reviewed.known:
        yield from ("", f"{reviewed.known} remark(s) of an earlier review were not made again.")
    if reviewed.dropped:
        yield from ("", f"{reviewed.dropped} remark(s) on lines that the diff does not change were dropped.")


def _ended(outcome: Cannot | Failed | Cancelled, egress: Egress) -> Iterator[str]:
    """What came to nothing, and what to do about it."""
    match outcome:
        case Cannot(reason=reason, hint=hint, refusals=refusals):
            yield "### This could not be done"
            yield from _quoted(capital(reason), "", egress)
            yield from ("", *(f"- {egress.prose(refusal)}" for refusal in refusals)) if refusals else ()
            yield from ("", hint) if hint else ()
        case Failed(reason=reason, hint=hint):
            yield "### The run failed"
            yield from _quoted(capital(reason), "", egress)
            yield from ("", hint, "", "To try again, comment `/ai_coder retry`.")
        case Cancelled(reason=reason):
            yield "### The run was cancelled"
            yield from ("", f"{reason} To go on, comment `/ai_coder retry`.")


def capital(text: str) -> str:
    """The text as the beginning of a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def _question(number: int, question: Question, egress: Egress) -> Iterator[str]:
    """The question and its boxes; the trigger finds them by this form."""
    yield from ("", f"**{number}.** {egress.line(question.text)}", "")
    for place, option in enumerate(question.options):
        is_default = place == 0 and len(question.options) > 1
        yield f"- [ ] {egress.line(option)}{' (what it would do by itself)' if is_default else ''}"


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
    yield from ("", "| file | + | − | |", "|---|--:|--:|---|")
    yield from (_row(file, egress) for file in published.files[:_MAX_LISTED_FILES])
    more = len(published.files) - _MAX_LISTED_FILES
    if more > 0:
        yield f"| and {more} more | | | |"
    yield ""
    yield from render_verification(published.verification, egress)
    if published.proposal and published.proposal.parked:
        yield from ("", f"**Not finished:** {egress.line(published.proposal.parked)}. A comment goes on from here.")
        yield from (f"- [ ] {egress.line(item)}" for item in published.proposal.remaining)
    if published.notes:
        yield ""
        yield from (f"- {egress.prose(note)}" for note in published.notes)


def _row(file: ChangedFile, egress: Egress) -> str:
    return f"| {egress.code(file.path)} | {file.added_lines} | {file.removed_lines} | {file.status} |"


def _quoted(text: str, fallback: str, egress: Egress) -> Iterator[str]:
    yield ""
    words = egress.prose(text) if text.strip() else fallback
    yield from (f"> {line}".rstrip() for line in words.splitlines())
