"""What is about to be published: written down before a branch shows it, and told where the run did not end it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ai_coder.domain.kept import Kept
from ai_coder.domain.kept_answer import KeptAnswer
from ai_coder.domain.plan import CommitPlan
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Proposal, Published, Report
from ai_coder.domain.review import ThreadAnswer, ThreadWord
from ai_coder.domain.status_mark import request_ids
from ai_coder.domain.task import Task
from ai_coder.errors import ForgeError
from ai_coder.pipeline.answering import decided
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.run import Run
from ai_coder.ports import Forge
from ai_coder.resolve.conversation import Conversation

KeepPlan = Callable[[CommitPlan, Proposal, str], None]
"""Is told what is about to be published, and as which commit."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps the commits of one task; on somebody else's pull request nothing is kept."""

    task: Task
    conversation: Conversation
    run: Run
    desk: Desk
    words: tuple[ThreadWord, ...] = ()
    """What the model says of the threads."""
    answers: tuple[ThreadAnswer, ...] = ()
    """Those that are decided already."""
    notes: tuple[str, ...] = ()
    """What the report will say beside the change."""

    def keep(self, planned: CommitPlan, proposal: Proposal, commit: str) -> None:
        """Keep a change that answers all that is asked."""
        made = Published(planned.branch, commit, PullRequest(), is_new_pull_request=False, files=(), proposal=proposal)
        threads = self.conversation.threads
        answers = tuple(decided(Report(made, threads=self.answers, thread_words=self.words), threads))
        lasts = (thread.comments[-1] for thread in threads)
        asked = request_ids(self.task, (*lasts, *self.conversation.requests))
        self._keep(Kept.of(planned, proposal, self.task, asked), commit, answers)

    def keep_part(
        self,
        planned: CommitPlan,
        proposal: Proposal,
        commit: str,
        answers: tuple[ThreadAnswer, ...],
        asked: tuple[str, ...],
    ) -> None:
        """Keep a change that answers only these requests."""
        self._keep(Kept.of(planned, proposal, self.task, asked), commit, answers)

    def _keep(self, kept: Kept, commit: str, answers: tuple[ThreadAnswer, ...]) -> None:
        if self.task.issue.is_pull_request:
            return
        redact = self.run.egress.redact
        safe = (replace(answer, words=redact(answer.words)) for answer in answers)
        notes = tuple(map(redact, self.notes))
        self.desk.keep(replace(kept, commit=commit, answers=tuple(map(KeptAnswer.of, safe)), notes=notes))


def told_where(report: Report, desk: Desk, forge: Forge) -> Report:
    """The report, with where the change is that was paid for and whose publication did not come to its end."""
    kept = desk.progress.kept
    if kept and not isinstance(report.outcome, Published) and (pull_request := _shown_in(kept, forge)):
        return replace(report, shown_in=pull_request, unpublished=None)
    return replace(report, notes=(*report.notes, *_places(report, desk.kept)))


def _shown_in(kept: Kept, forge: Forge) -> PullRequest | None:
    """The open pull request that shows the kept commit already; None, too, where the forge does not say."""
    try:
        if not kept.branch or forge.head(kept.branch) != kept.commit:
            return None
        found = forge.pull_request(kept.branch)
    except ForgeError:
        return None
    return replace(found, head=kept.commit) if found and found.is_open else None


def _places(report: Report, kept: Kept | None) -> Iterator[str]:
    """Where the change can be found, one sentence each."""
    is_published = isinstance(report.outcome, Published) and report.outcome.pull_request.number
    if kept and not is_published:
        yield f"The change is kept as commit `{kept.commit[:12]}`: the next run publishes it, and asks no model for it."
    if report.unpublished:
        yield "The change stands as a patch in the job summary and in the report file."
