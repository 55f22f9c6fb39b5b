"""The one status comment of an issue: the rooms while it works, the receipt when it is done."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ai_coder.domain.kept import Kept
from ai_coder.domain.outcome import Parked, Questions
from ai_coder.domain.report import Published, Report, Spent, Status
from ai_coder.domain.status_mark import WORKING, StatusMark, marked_plan, text_id
from ai_coder.egress import Egress
from ai_coder.report.headline import render_headline, render_shown_in
from ai_coder.report.patch import render_patch
from ai_coder.report.threads import render_table

ROOMS = ("Resolve", "Prompt", "Generate", "Commit")
_MAX_SHOWN_STEPS = 12
_UNFINISHED = frozenset({Status.FAILED, Status.CANCELLED, Status.PARKED, Status.CANNOT})
"""Ends after which the same questions may be worked on again."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the run is."""

    done: tuple[str, ...] = ()
    """What each finished room has to say, in the order of `ROOMS`."""
    steps: tuple[str, ...] = ()
    """What the model did so far, step by step."""
    before_usd: float = 0.0
    """What earlier runs of the issue cost."""
    plan: str = ""
    """The plan that is carried out, as it stood in the comment; it stays until it is."""
    head: str = ""
    """Head of the branch as an earlier run left it."""
    text_id: str = ""
    """Names the issue's text as an earlier run worked on it."""
    bot_turns: int = 0
    """How many requests of bots in a row this is."""
    ci_rounds: int = 0
    """How many runs in a row a failed check alone started."""
    resumed: int = 0
    """How many scheduled runs in a row, with this one, go on with parked work."""
    questions: str = ""
    """The questions that are answered, with their boxes; they stay until the work is done."""
    kept: Kept | None = None
    """The change that is about to be published; it stays until it is."""
    asked: tuple[str, ...] = ()
    """What is answered, once it is."""
    spent_usd: float = 0.0
    """What this run has cost so far."""

    def then(self, said: str) -> "Progress":
        """One room further."""
        return replace(self, done=(*self.done, said))

    def with_step(self, said: str) -> "Progress":
        """One step further."""
        return replace(self, steps=(*self.steps, said))


def render_progress(progress: Progress, run_url: str, egress: Egress) -> str:
    """The comment while the run works."""
    spent_usd = progress.before_usd + progress.spent_usd
    mark = StatusMark(
        WORKING,
        spent_usd,
        progress.text_id,
        head=progress.head,
        bot_turns=progress.bot_turns,
        ci_rounds=progress.ci_rounds,
        resumed=progress.resumed,
    )
    lines = [str(mark), *_kept(progress), "### ai_coder is working on this", ""]
    for number, room in enumerate(ROOMS):
        is_done = number < len(progress.done)
        said = f": {progress.done[number]}" if is_done and progress.done[number] else ""
        lines.append(f"- [{'x' if is_done else ' '}] **{room}**{said}")
        if room == "Generate" and progress.steps:
            hidden = len(progress.steps) - _MAX_SHOWN_STEPS
            lines += [f"  - {hidden} earlier steps"] if hidden > 0 else []
            lines += [f"  - {egress.code(step)}" for step in progress.steps[-_MAX_SHOWN_STEPS:]]
    if progress.plan:
        lines += ["", "The plan that is carried out:", "", marked_plan(progress.plan)]
    if progress.questions:
        lines += ["", "The questions, and what was answered:", "", progress.questions]
    if run_url:
        lines += ["", f"[Log of this run]({run_url})"]
    return egress.finish("\n".join(lines))


def render_receipt(report: Report, progress: Progress, run_url: str, egress: Egress) -> str:
    """The comment when the run has ended. Facts as read back from the forge; foreign words are quoted."""
    outcome = report.outcome
    is_read = bool(report.spent.rounds or progress.kept) or report.status is Status.NEED_INFO
    issue_id = text_id(report.task.issue) if report.task and is_read else ""
    asked_about = outcome.about_head if isinstance(outcome, Questions) else ""
    mark = StatusMark(
        report.status.value,
        progress.before_usd + (report.spent.cost_usd or 0.0),
        issue_id,
        asked_about or report.head or progress.head,
        asks_about_branch=bool(asked_about),
        bot_turns=progress.bot_turns,
        asked=progress.asked,
        resumes_at=outcome.resumes_at if isinstance(outcome, Parked) else None,
        ci_rounds=progress.ci_rounds,
        resumed=progress.resumed,
    )
    is_published = isinstance(outcome, Published) and bool(outcome.pull_request.number)
    lines = [str(mark), *(() if is_published else _kept(progress)), *_receipt(report, run_url, egress)]
    if progress.plan and report.status is not Status.CHANGED:
        lines += ["", "The plan waits for `/ai_coder go`:", "", marked_plan(progress.plan)]
    if progress.questions and report.status in _UNFINISHED:
        lines += ["", "The questions, and what was answered:", "", progress.questions]
    return egress.finish("\n".join(lines))


def _kept(progress: Progress) -> Iterator[str]:
    """The kept change, for the next run; readers of the page do not see it."""
    if progress.kept and (line := str(progress.kept)):
        yield line


def render_summary(report: Report, run_url: str, egress: Egress) -> str:
    """The job summary: the receipt, under the issue's number."""
    heading = f"## ai_coder: issue #{report.task.issue.number}" if report.task else "## ai_coder"
    return egress.summary("\n".join([heading, "", *_receipt(report, run_url, egress), "", *_patch(report, egress)]))


def _patch(report: Report, egress: Egress) -> Iterator[str]:
    """The change that the forge did not take."""
    if report.unpublished:
        yield from ("<details><summary>The change that was not published, as a patch for `git apply`</summary>", "")
        yield egress.block(render_patch(report.unpublished), "diff")
        yield from ("", "</details>", "")


def _receipt(report: Report, run_url: str, egress: Egress) -> Iterator[str]:
    yield from render_headline(report.outcome, egress)
    yield from render_shown_in(report.shown_in)
    if report.patch:
        yield from (
            "",
            "<details><summary>Not written, since it is protected: the patch to apply by hand</summary>",
            "",
        )
        yield egress.block(report.patch, "diff")
        yield from ("", "</details>")
    yield from render_table(report.threads, egress)
    if report.notes:
        yield ""
        yield from (f"- {egress.prose(note)}" for note in report.notes)
    if report.task:
        yield ""
        parts = " · ".join(part for part in (_cost(report.spent), f"[log]({run_url})" if run_url else "") if part)
        yield f"<sub>{parts}</sub>" if parts else ""


def _cost(spent: Spent) -> str:
    if not spent.rounds:
        return ""
    replies = "1 reply" if spent.rounds == 1 else f"{spent.rounds} replies"
    tokens = f"{spent.usage.input_tokens:,} tokens in, {spent.usage.output_tokens:,} out"
    if spent.cost_usd is None:
        return f"{replies}, {tokens}"
    issue = f" (this issue: ${spent.before_usd + spent.cost_usd:.2f} of ${spent.issue_limit_usd:.2f})"
    return f"{replies}, {tokens}, ${spent.cost_usd:.4f}{issue if math.isfinite(spent.issue_limit_usd) else ''}"
