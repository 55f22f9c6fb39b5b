"""How a run ended, as a page says it: a label, a sentence, the model's own words apart from ours."""

from dataclasses import dataclass
from typing import Literal

from ai_coder.domain.outcome import Parked, Planned, Question, Questions, Reviewed
from ai_coder.domain.report import Cancelled, Cannot, Failed, NothingToChange, Published, Report
from ai_coder.domain.task import Skip
from ai_coder.report.headline import capital

Tone = Literal["good", "bad", "wait"]


@dataclass(frozen=True, slots=True)
class Ending:
    """The head of a report."""

    label: str
    tone: Tone
    sentence: str
    words: str = ""
    """The model's own, Markdown."""
    items: tuple[str, ...] = ()
    hint: str = ""


def ending_of(report: Report) -> Ending:
    """What the reader sees first."""
    match report.outcome:
        case Published() as published:
            return _published(published)
        case Questions() | Planned() | Parked() | Reviewed():
            return _without_commit(report.outcome)
        case NothingToChange(reason=reason):
            return Ending("no change", "good", "The model looked and wants no change.", reason)
        case Cannot(reason=reason, hint=hint, refusals=refusals):
            return Ending("cannot", "bad", "This could not be done.", capital(reason), refusals, hint)
        case Failed(reason=reason, hint=hint):
            return Ending("failed", "bad", f"{capital(reason)}.", hint=hint)
        case Cancelled(reason=reason):
            return Ending("cancelled", "bad", reason)
        case Skip(reason=reason):
            return Ending("skipped", "wait", f"{capital(reason)}.")


def _without_commit(outcome: Questions | Planned | Parked | Reviewed) -> Ending:
    match outcome:
        case Questions(summary=summary, questions=questions):
            sentence = "The model asks before it works; an answer in a comment resumes."
            return Ending("question", "wait", sentence, summary, tuple(map(_question, questions)))
        case Planned(plan=plan, files=files):
            hint = "Comment `/ai_coder go` to have it carried out."
            return Ending("planned", "wait", "A plan was posted; nothing was changed.", plan, files, hint)
        case Reviewed(summary=summary, comments=comments):
            sentence = f"A review was posted, with {comments} comment{'' if comments == 1 else 's'} on lines."
            return Ending("reviewed", "good", sentence, summary)
        case Parked(reason=reason, hint=hint):
            return Ending("parked", "wait", f"{capital(reason)}; nothing was written.", hint=hint)


def _published(published: Published) -> Ending:
    proposal, pull_request = published.proposal, published.pull_request
    words = proposal.summary if proposal else ""
    if not published.commit:
        return Ending("dry run", "wait", "Nothing was written: this was a dry run.", words, published.notes)
    where = f"Commit {published.commit[:12]} is on branch {published.branch}."
    if pull_request.number:
        verb = "is open" if published.is_new_pull_request else "has a new commit"
        draft = ", as a draft" if pull_request.is_draft else ""
        where = f"Pull request #{pull_request.number} {verb}{draft}: commit {published.commit[:12]}."
    if proposal and proposal.parked:
        sentence = f"{where} The work is not finished: {proposal.parked}."
        return Ending("parked", "wait", sentence, words, (*proposal.remaining, *published.notes))
    return Ending("changed", "good", where, words, published.notes)


def _question(question: Question) -> str:
    return f"{question.text} ({' / '.join(question.options)})" if question.options else question.text
