"""Suggestions of reviewers, applied exactly as they stand: no model is asked, and a commit of its own holds them."""

from dataclasses import dataclass, replace

from ai_coder.commit import plan
from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.plan import CommitPlan, Place
from ai_coder.domain.report import Cannot, Proposal, Published, Report
from ai_coder.domain.review import Thread, ThreadAnswer, Verdict
from ai_coder.domain.source import RepoPath, WriteSet, decode
from ai_coder.domain.status_mark import request_id, request_ids, text_id
from ai_coder.domain.task import Task, Verb
from ai_coder.domain.verification import Verification
from ai_coder.edits.suggestion import LineSwap, Suggestion, swap_lines
from ai_coder.generate.policy import check
from ai_coder.pipeline.dispatching import started
from ai_coder.pipeline.keeping import Keeper, KeepPlan
from ai_coder.pipeline.run import Run
from ai_coder.pipeline.verifying import opened_tests, verified
from ai_coder.ports import SourceTree
from ai_coder.report.verification import render_verification
from ai_coder.resolve.commands import parse_command
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.suggestions import asks_to_apply_all
from ai_coder.resolve.threads import suggestion_in

_OUTDATED = "The lines were changed after the suggestion was made. Make it again on the lines as they are now."
_LEFT = "The suggestion stands on lines that the pull request removes."


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the suggestions that were asked for."""

    place: Place
    tree: SourceTree
    """As it is with the suggestions in it."""
    answers: tuple[ThreadAnswer, ...] = ()
    """Those of an earlier run first, which committed them and came no further."""
    published: Published | None = None
    open_words: frozenset[str] = frozenset()
    """Ids of threads whose comment asks for more than the suggestion."""
    is_all: bool = False
    """Whether suggestions were asked for, and nothing else was."""

    @property
    def settled(self) -> frozenset[str]:
        """Ids of threads that ask for nothing more."""
        return frozenset(answer.thread.id for answer in self.answers) - self.open_words


def apply_suggestions(task: Task, conversation: Conversation, applied: Applied, run: Run, keeper: Keeper) -> Applied:
    """Commit every suggestion that was asked for and fits; why not, for each of the others. Raises: ForgeError."""
    if task.command.verb not in {Verb.WORK, Verb.RETRY}:
        return applied
    phrase = run.settings.trigger.phrase
    found = [(thread, asked) for thread in conversation.threads if (asked := suggestion_in(thread, task, phrase))]
    if not found:
        return applied
    swaps = _Swaps(applied.tree, run)
    problems = {answer.thread.id: "" if answer.commit else answer.words for answer in applied.answers}
    made = [(thread, asked) for thread, asked in found if thread.id not in problems]
    problems |= {thread.id: swaps.add(thread, asked) for thread, asked in made}
    open_words = frozenset(thread.id for thread, asked in found if asked.words and not problems[thread.id])
    rest = {thread.id for thread in conversation.threads} - (problems.keys() - open_words)
    is_issue_done = bool(task.comment.id) or (task.is_sweep and conversation.mark.text_id == text_id(task.issue))
    is_all = not rest and is_issue_done and _are_orders_to_apply(conversation, phrase)
    change_set, before = swaps.change_set(), applied.answers

    def answers(commit: str) -> tuple[ThreadAnswer, ...]:
        return (*before, *(_answer(thread, problems[thread.id], commit) for thread, _ in made))

    def keep(planned: CommitPlan, proposal: Proposal, commit: str) -> None:
        lasts = (request_id(thread.comments[-1]) for thread, _ in found if thread.id not in open_words)
        every = (*(thread.comments[-1] for thread, _ in found), *conversation.requests)
        asked = request_ids(task, every) if is_all else tuple(lasts)
        keeper.keep_part(planned, proposal, commit, answers(commit), asked)

    published = _publish(task, change_set, applied, run, keep, is_tested=is_all) if change_set else None
    applied = replace(
        applied,
        answers=answers(published.commit if published else ""),
        published=published,
        open_words=open_words,
        is_all=is_all,
    )
    if published and published.commit:
        place = replace(applied.place, parent=published.commit, is_new_branch=False)
        return replace(applied, place=place, tree=run.ports.forge.tree(published.commit))
    return applied


def _are_orders_to_apply(conversation: Conversation, phrase: str) -> bool:
    """Whether no comment asks for anything else."""
    commands = [parse_command(comment.body, phrase) for comment in conversation.requests]
    return all(command and asks_to_apply_all(command.argument) for command in commands)


def settled_report(task: Task, applied: Applied) -> Report:
    """The report of a run in which suggestions were all that was asked for."""
    if applied.published:
        return Report(applied.published, task, threads=applied.answers)
    reasons = tuple(f"`{answer.thread.place}`: {answer.words}" for answer in applied.answers)
    return Report(Cannot("no suggestion could be applied", refusals=reasons), task, threads=applied.answers)


class _Swaps:
    """The swaps that fit so far, file by file."""

    def __init__(self, tree: SourceTree, run: Run) -> None:
        self._tree = tree
        self._policy = run.settings.write
        self._swaps: dict[RepoPath, list[LineSwap]] = {}
        self._texts: dict[RepoPath, str] = {}

    def add(self, thread: Thread, asked: Suggestion) -> str:
        """Take the suggestion in; why it is left out, as a sentence. Raises: ForgeError."""
        if thread.is_outdated or not thread.last_line:
            return _OUTDATED
        if thread.side == "LEFT":
            return _LEFT
        try:
            path = RepoPath.parse(thread.path)
            text = self._text(path)
            swaps = [*self._swaps.get(path, ()), LineSwap(thread.first_line, thread.last_line, asked.lines)]
            after = swap_lines(text, swaps)
        except ValueError as error:
            return f"It does not fit: {error}."
        if after == swap_lines(text, swaps[:-1]):
            return "The lines say that already."
        violations = check(self._change_set({path: after}), WriteSet(), self._policy, self._tree.entries())
        if violations:
            return " ".join(map(str, violations))
        self._swaps[path] = swaps
        return ""

    def change_set(self) -> ChangeSet:
        """The files with all of them in it."""
        return self._change_set({path: swap_lines(self._texts[path], swaps) for path, swaps in self._swaps.items()})

    def _change_set(self, after: dict[RepoPath, str]) -> ChangeSet:
        entries = self._tree.entries()
        changes = (FileChange(path, self._texts[path], text, entries[path].mode) for path, text in after.items())
        return ChangeSet.of(self._tree.commit, changes)

    def _text(self, path: RepoPath) -> str:
        """The file. Raises: ValueError where it is gone or no text, ForgeError."""
        if path not in self._texts:
            text = decode(self._tree.read([path]).get(path, b"\0"))
            if text is None or path not in self._tree.entries():
                msg = f"`{path}` is gone, or no text"
                raise ValueError(msg)
            self._texts[path] = text
        return self._texts[path]


def _publish(
    task: Task, change_set: ChangeSet, applied: Applied, run: Run, keep: KeepPlan, *, is_tested: bool
) -> Published:
    """One commit; the tests look at it where no further work does. Raises: ForgeError."""
    count = len(change_set.changes)
    title = "Apply suggestions from review" if count > 1 else f"Apply a suggestion to {change_set.changes[0].path}"
    proposal = Proposal(change_set, title, "")
    if is_tested:
        with opened_tests(applied.place, applied.tree, run, run.ends_at_s) as tests:
            proposal = verified(proposal, tests)
    told = render_verification(proposal.verification or Verification(), run.egress)
    planned = plan(task, proposal, applied.place, run.settings.commit, run.egress, told)
    published = run.ports.forge.publish(planned, lambda commit: keep(planned, proposal, commit))
    return replace(published, proposal=proposal, notes=(*published.notes, *started(published, run)))


def _answer(thread: Thread, problem: str, commit: str) -> ThreadAnswer:
    if problem:
        return ThreadAnswer(thread, Verdict.NOT_CHANGED, words=problem)
    return ThreadAnswer(thread, Verdict.FIXED, commit, is_touched=True, is_suggestion=True)
