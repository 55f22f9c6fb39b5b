"""What is about to be published, written down before a branch shows it, for the run after a crash to end it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ai_coder.domain.kept import Kept
from ai_coder.domain.kept_answer import KeptAnswer
from ai_coder.domain.plan import CommitPlan
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Proposal, Published, Report
from ai_coder.domain.review import ThreadAnswer, ThreadWord
from ai_coder.domain.status_mark import request_ids
from ai_coder.domain.task import Task
from ai_coder.pipeline.answering import decided
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.run import Run
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
