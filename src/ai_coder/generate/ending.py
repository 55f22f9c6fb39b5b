"""The call `finish`: sent back once where nothing changed, and once with the whole diff, before it counts."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.outcome import Planned, Question, Questions, Reviewed
from ai_coder.domain.report import Cannot, NothingToChange, Proposal
from ai_coder.domain.review import ThreadWord
from ai_coder.domain.verification import Verification
from ai_coder.generate.arguments import Arguments, Misuse
from ai_coder.generate.findings import parse_findings
from ai_coder.generate.policy import unresolved_conflicts
from ai_coder.generate.thread_words import parse_thread_words
from ai_coder.generate.toolbox import Told, Toolbox, broken_files

_MAX_DIFF_CHARS = 16_000
_MAX_QUESTIONS = 3
_MAX_OPTIONS = 4
_MAX_PLAN_CHARS = 10_000
_MAX_SUMMARY_CHARS = 2_000
_WORK_IS_LEFT = "the model says that work is left"


@dataclass(slots=True)
class Ending:
    """What was sent back so far."""

    shown: ChangeSet | None = None
    """What the model was shown last."""
    was_sent_back: bool = False
    verification: Verification | None = None
    """What the tests say of what was shown last."""
    threads: tuple[ThreadWord, ...] = ()
    """What the model says of each review thread, by its last call."""

    def finish(
        self, arguments: Arguments, toolbox: Toolbox, limit: str
    ) -> Told | Proposal | NothingToChange | Cannot | Questions | Planned | Reviewed:
        """The outcome, or what the model is told instead; at a limit nothing is sent back. Raises: Misuse."""
        summary = arguments.text("summary", "").strip()[:_MAX_SUMMARY_CHARS]
        self.threads = parse_thread_words(arguments.texts("threads")) or self.threads
        change_set = toolbox.overlay.change_set()
        match arguments.text("outcome").strip().lower():
            case "no_change" if change_set and not limit and not self._again():
                return Told(f"{_names(change_set)} changed. Finish with `changed`, or undo that first.", is_error=True)
            case "no_change":
                return NothingToChange(summary)
            case "reviewed" if toolbox.is_review:
                return Reviewed(summary, findings=parse_findings(arguments.texts("findings")))
            case "planned" if toolbox.is_read_only and not toolbox.is_review:
                plan = arguments.text("plan").strip()[:_MAX_PLAN_CHARS]
                return Planned(plan, arguments.texts("files")) if plan else Told("The `plan` is empty.", is_error=True)
            case "changed" if toolbox.is_read_only:
                other = "reviewed" if toolbox.is_review else "planned"
                return Told(f"Nothing is changed now: finish with `{other}`.", is_error=True)
            case "need_info":
                return Questions(summary, _questions(arguments))
            case "changed":
                return self._changed(arguments, summary, toolbox, limit)
            case "cannot":
                return Cannot(summary or "the model gave no reason")
        raise Misuse("`outcome` has to be changed, no_change, need_info or cannot.")

    def _changed(
        self, arguments: Arguments, summary: str, toolbox: Toolbox, limit: str
    ) -> Told | Proposal | NothingToChange:
        change_set = toolbox.overlay.change_set()
        if not change_set:
            if limit or self._again():
                return NothingToChange(summary or "Nothing was changed.")
            return Told("No file differs yet. Edit the files first, or finish with another outcome.", is_error=True)
        if violations := toolbox.check(change_set) + unresolved_conflicts(change_set, toolbox.write_set):
            raise Misuse("Not allowed: " + " ".join(str(violation) for violation in violations))
        broken = broken_files(change_set)
        if broken and not limit:
            raise Misuse(" ".join(broken) + " Mend that, then call `finish` again.")
        if not limit and change_set != self.shown:
            self.shown = change_set
            return Told(_whole(change_set) + self._tested(change_set, toolbox))
        remaining = (*broken, *arguments.texts("remaining"))
        parked = limit or (_WORK_IS_LEFT if remaining else "")
        verification = self.verification if change_set == self.shown else None
        return Proposal(change_set, arguments.text("title", ""), summary, parked, remaining, verification)

    def _tested(self, change_set: ChangeSet, toolbox: Toolbox) -> str:
        """What the tests say of the change, in words for the model; empty where there are none."""
        tests = toolbox.tests
        self.verification = tests.verify(change_set) if tests and tests.can_run else None
        return tests.told(self.verification) if tests and self.verification else ""

    def _again(self) -> bool:
        """Whether it was sent back before; it is now."""
        before, self.was_sent_back = self.was_sent_back, True
        return before


def _whole(change_set: ChangeSet) -> str:
    diff = "\n".join(_diff(change_set))
    cut = diff if len(diff) <= _MAX_DIFF_CHARS else f"{diff[:_MAX_DIFF_CHARS]}\n... (the diff is cut here)"
    return (
        "This is the whole change. Look for mistakes, leftovers and scratch files, and mend them; "
        f"when it is right, call `finish` again.\n{cut}\n"
    )


def _questions(arguments: Arguments) -> tuple[Question, ...]:
    """Each as `question | option | option`. Raises: Misuse."""
    rows = [[part.strip() for part in text.split("|") if part.strip()] for text in arguments.texts("questions")]
    questions = tuple(Question(row[0], tuple(row[1 : 1 + _MAX_OPTIONS])) for row in rows if row)
    if not questions:
        raise Misuse("`need_info` needs one to three `questions`.")
    return questions[:_MAX_QUESTIONS]


def _names(change_set: ChangeSet) -> str:
    return ", ".join(f"`{change.path}`" for change in change_set.changes[:5])


def _diff(change_set: ChangeSet) -> Iterator[str]:
    """The change as a unified diff, deleted files by their names; what no line of it shows is said."""
    for change in change_set.changes:
        if change.after is None:
            yield f"deleted: {change.path}"
            continue
        before, after = (change.before or "").splitlines(), change.after.splitlines()
        name = change.path.text
        yield from difflib.unified_diff(before, after, name if change.before is not None else "new", name, lineterm="")
        if before == after:
            yield f"{'new and empty' if change.before is None else 'only line ends differ'}: {name}"
