"""`KeptAnswer`: what is decided about a review thread, written down before the branch shows it and anybody is told."""

from dataclasses import dataclass, replace
from typing import Any

from ai_coder.domain.review import Thread, ThreadAnswer, Verdict
from ai_coder.domain.status_mark import request_id


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The answer to one thread, without the thread."""

    thread: str
    """Its id."""
    asked: str
    """The comment that it answers, as `request_id` names it."""
    verdict: str
    commit: str
    is_touched: bool
    words: str
    is_suggestion: bool
    first_line: int
    last_line: int
    """Where the thread stood then: the commit may outdate it."""

    @classmethod
    def of(cls, answer: ThreadAnswer) -> "KeptAnswer":
        """What is to be kept of it."""
        thread = answer.thread
        return cls(
            thread.id,
            request_id(thread.comments[-1]),
            answer.verdict.value,
            answer.commit,
            answer.is_touched,
            answer.words,
            answer.is_suggestion,
            thread.first_line,
            thread.last_line,
        )

    @classmethod
    def parse(cls, data: dict[str, Any]) -> "KeptAnswer":
        """Raises: TypeError, ValueError for data of another shape."""
        kept = cls(**data)
        Verdict(kept.verdict)
        texts = (kept.thread, kept.asked, kept.verdict, kept.commit, kept.words)
        numbers, flags = (kept.first_line, kept.last_line), (kept.is_touched, kept.is_suggestion)
        is_sound = all(isinstance(text, str) for text in texts) and all(isinstance(flag, bool) for flag in flags)
        if not (is_sound and all(type(number) is int for number in numbers)):
            msg = "no answer to a thread"
            raise TypeError(msg)
        return kept

    def on(self, thread: Thread) -> ThreadAnswer:
        """The answer, on the thread as it stands now."""
        return ThreadAnswer(
            replace(thread, first_line=self.first_line, last_line=self.last_line),
            Verdict(self.verdict),
            self.commit,
            self.is_touched,
            self.words,
            self.is_suggestion,
            thread.is_resolved,
        )
