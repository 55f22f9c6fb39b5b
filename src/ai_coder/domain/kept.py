"""`Kept`: a change that is a commit of the forge while branch and pull request do not show all of it yet.

It stands in the status comment, so that the run after a crash or a refusal publishes it instead of paying for it again.
"""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from ai_coder.domain.kept_answer import KeptAnswer
from ai_coder.domain.plan import CommitPlan
from ai_coder.domain.report import Proposal
from ai_coder.domain.status_mark import text_id
from ai_coder.domain.task import Task
from ai_coder.domain.verification import Verification
from ai_coder.domain.verification_facts import Facts, facts_of, verification_of

_MAX_CHARS = 40_000
"""Longest text that a status comment has room for beside what people read."""
_BLOCK = re.compile(r"^<!-- ai_coder:kept (\{[^\n]*\}) -->$", re.MULTILINE)
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&"}


Keep = Callable[[str], None]
"""Is told the object name of a commit."""


def forget(_commit: str) -> None:
    """The `Keep` that keeps nothing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One commit and the pull request that it wants, as they were planned."""

    commit: str
    parent: str
    base_branch: str
    title: str
    body: str
    is_draft: bool
    text_id: str
    """Names the issue's text that it was made for."""
    asked: tuple[str, ...] = ()
    """The requests that it answers, as `request_ids` names them."""
    parked: str = ""
    """The limit that ended the work on it, as a sentence; empty for finished work."""
    remaining: tuple[str, ...] = ()
    tests: Facts = field(default_factory=dict)
    """What was verified, as `facts_of` writes it."""
    merged: str = ""
    """Of a merge commit: the head of the base branch that it merges."""
    own: tuple[str, ...] = ()
    """Of a merge commit: the paths that differ from both parents."""
    answers: tuple[KeptAnswer, ...] = ()
    """What is to be said in the review threads."""
    notes: tuple[str, ...] = ()
    """What the report has to say beside it, one sentence each."""
    branch: str = ""
    """Where it is to stand; empty in what older versions kept."""

    @classmethod
    def of(cls, plan: CommitPlan, proposal: Proposal, task: Task, asked: tuple[str, ...]) -> "Kept":
        """What is planned, before its commit has a name."""
        return cls(
            "",
            plan.parent,
            plan.base_branch,
            plan.title,
            plan.body,
            plan.is_draft,
            text_id(task.issue),
            asked,
            proposal.parked,
            proposal.remaining,
            facts_of(proposal.verification) if proposal.verification else {},
            plan.second_parent,
            tuple(change.path.text for change in plan.change_set.changes) if plan.second_parent else (),
            branch=plan.branch,
        )

    @property
    def verification(self) -> Verification | None:
        """What the tests said of it; None where nobody asked them, or it cannot be read."""
        try:
            return verification_of(self.tests) if self.tests else None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    @classmethod
    def parse(cls, status_text: str) -> "Kept | None":
        """What a status comment keeps; None where it keeps nothing that can be read."""
        found = _BLOCK.search(status_text)
        try:
            data = json.loads(found[1]) if found else {}
            lists = {name: tuple(data[name]) for name in ("asked", "remaining", "own", "notes") if name in data}
            answers = tuple(map(KeptAnswer.parse, data.get("answers", ())))
            kept = cls(**{**data, **lists, "answers": answers})
        except (ValueError, KeyError, TypeError):
            return None
        texts = (kept.commit, kept.parent, kept.base_branch, kept.title, kept.body, kept.text_id, kept.branch)
        lines = (kept.parked, kept.merged, *kept.asked, *kept.remaining, *kept.own, *kept.notes)
        is_sound = all(isinstance(text, str) for text in (*texts, *lines))
        commits = (kept.commit, kept.parent, kept.merged or kept.parent)
        return kept if is_sound and all(map(_COMMIT.fullmatch, commits)) else None

    def __str__(self) -> str:
        """A line that no reader of the page sees; empty for a text that is too long to be kept."""
        text = json.dumps(asdict(self), ensure_ascii=True).translate(_ESCAPES)
        return f"<!-- ai_coder:kept {text} -->" if len(text) <= _MAX_CHARS else ""
