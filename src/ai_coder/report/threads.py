"""Answers to review threads: what the code knows beside what the model says; one reply each, and one table of all."""

import difflib
import re
from collections.abc import Iterable, Iterator

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.outcome import Questions
from ai_coder.domain.report import OWN_MARKER, Cannot, NothingToChange, Outcome, Published
from ai_coder.domain.review import Thread, ThreadAnswer, ThreadWord, Verdict
from ai_coder.egress import Egress

REPLY_MARKER = f"{OWN_MARKER}reply -->"
_NEAR_LINES = 3
"""Lines around a commented one that belong to its hunk, as git makes them."""
_HEADER = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)")
_UNSAID = "The model said nothing about this thread."
_SEE_STATUS = "There is a question before the work can go on: see the status comment."


def decide_answer(thread: Thread, word: ThreadWord | None, outcome: Outcome) -> ThreadAnswer | None:
    """What became of the thread; None where the run ended before anybody looked at it."""
    match outcome:
        case Published(proposal=proposal) as published if published.commit and proposal:
            change = _change_of(thread, proposal.change_set)
            is_touched = change is not None and touches(change, thread)
            commit = published.commit if change else ""
            verdict = word.verdict if word else (Verdict.FIXED if is_touched else Verdict.NOT_CHANGED)
            if verdict is Verdict.NOT_CHANGED:
                is_touched = change is not None and touches(change, thread, near_lines=0)
            words = word.text if word else "" if change else _UNSAID
            return ThreadAnswer(thread, verdict, commit, is_touched, words, is_resolved=thread.is_resolved)
        case Questions():
            words = word.text if word else _SEE_STATUS
            return ThreadAnswer(thread, Verdict.QUESTION, words=words, is_resolved=thread.is_resolved)
        case NothingToChange(reason=reason) | Cannot(reason=reason):
            verdict = Verdict.QUESTION if word and word.verdict is Verdict.QUESTION else Verdict.NOT_CHANGED
            words = word.text if word and word.text else reason or _UNSAID
            return ThreadAnswer(thread, verdict, words=words, is_resolved=thread.is_resolved)
    return None


def may_resolve(answer: ThreadAnswer, *, is_no_worse: bool) -> bool:
    """Whether the thread is settled: its own lines were changed, as was said, and nothing broke."""
    return answer.verdict is Verdict.FIXED and answer.is_touched and bool(answer.commit) and is_no_worse


def _change_of(thread: Thread, change_set: ChangeSet) -> FileChange | None:
    return next((change for change in change_set.changes if change.path.text == thread.path), None)


def touches(change: FileChange, thread: Thread, near_lines: int = _NEAR_LINES) -> bool:
    """Whether the change is in the hunk of the thread. Of an outdated thread nobody can tell any more."""
    if thread.is_outdated:
        return False
    if not thread.last_line or change.after is None:
        return True
    first, last = _lines_before(thread)
    before, after = (change.before or "").split("\n"), change.after.split("\n")
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return any(
        tag != "equal" and begin < last + near_lines and end >= first - near_lines
        for tag, begin, end, _, _ in matcher.get_opcodes()
    )


def _lines_before(thread: Thread) -> tuple[int, int]:
    """The thread's lines in the file as it stood; those of removed lines are where the hunk goes on without them."""
    if thread.side == "RIGHT":
        return thread.first_line, thread.last_line
    header, *lines = thread.hunk.split("\n")
    found = _HEADER.match(header)
    at = int(found[1]) if found else 1
    at += sum(not line.startswith("-") for line in lines)
    return at, at


def render_reply(answer: ThreadAnswer, egress: Egress) -> str:
    """The one reply in the thread: facts first, then the model's words as a quote."""
    lines = [REPLY_MARKER, _fact(answer)]
    if answer.words:
        lines += ["", egress.quote(answer.words)]
    if answer.verdict is Verdict.QUESTION:
        lines += ["", "Answer here, and the work goes on."]
    return egress.finish("\n".join(lines))


def _fact(answer: ThreadAnswer) -> str:
    commit = answer.commit[:12]
    match answer.verdict:
        case Verdict.FIXED if answer.is_suggestion:
            return f"Applied as suggested in {commit}."
        case Verdict.FIXED if answer.is_touched:
            return f"Fixed in {commit}."
        case Verdict.FIXED if commit:
            where = "; these lines had changed before" if answer.thread.is_outdated else ", but not at these lines"
            return f"The model says that this is fixed. {commit} changes this file{where}."
        case Verdict.FIXED:
            return "The model says that this is fixed. The commit does not change this file."
        case Verdict.QUESTION:
            return "A question first:"
        case _ if answer.is_touched:
            return f"{commit} changes these lines, and the model says that this is not changed:"
    return "Not changed, because:"


def render_table(answers: Iterable[ThreadAnswer], egress: Egress) -> Iterator[str]:
    """One row a thread; nothing for none."""
    answers = tuple(answers)
    if not answers:
        return
    yield from ("", "| review thread | answer | resolved |", "|---|---|---|")
    for answer in answers:
        first = answer.thread.comments[0] if answer.thread.comments else None
        place = egress.code(answer.thread.place)
        link = f"[{place}]({first.url})" if first and first.url else place
        yield f"| {link} | {_short(answer)} | {'yes' if answer.is_resolved else 'no'} |"


def _short(answer: ThreadAnswer) -> str:
    match answer.verdict:
        case Verdict.FIXED if answer.is_suggestion:
            return f"suggestion applied in {answer.commit[:12]}"
        case Verdict.FIXED if answer.is_touched:
            return f"fixed in {answer.commit[:12]}"
        case Verdict.FIXED:
            return "fixed elsewhere, as the model says"
        case Verdict.QUESTION:
            return "a question"
    return "not changed"
