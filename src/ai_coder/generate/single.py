"""Mode `single`: one reply holds all edits; what is refused is told back and asked again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.chat import Finish, Message, Reply
from ai_coder.domain.outcome import Parked, Planned
from ai_coder.domain.report import Cannot, NothingToChange, Proposal
from ai_coder.domain.source import REGULAR, Context, RepoPath
from ai_coder.domain.verification import Verdict
from ai_coder.edits import AppliedAnswer, Code, apply_answer, render_feedback
from ai_coder.errors import ModelError
from ai_coder.generate.answer import Words, read_words
from ai_coder.generate.patch import patch_of
from ai_coder.generate.policy import check, is_protected, unresolved_conflicts, violation_of
from ai_coder.generate.proof import Tests
from ai_coder.generate.talk import Proposed, Talk
from ai_coder.settings import WritePolicy

_TRUNCATED = (
    "Your answer was cut off at the output limit, so nothing was applied. Answer again, shorter: "
    "send only SEARCH/REPLACE blocks of the lines that change."
)


_AGAIN = (
    "Nothing was published. Find what your change broke, and answer again with all edits, made to the files as they "
    "were shown at first."
)


@dataclass(frozen=True, slots=True)
class Repository:
    """What the edits are applied to and checked against."""

    context: Context
    taken: frozenset[RepoPath]
    """Every path of the tree, shown or not."""
    policy: WritePolicy
    tests: Tests | None = None
    """None where the change cannot be verified."""

    @property
    def files(self) -> dict[str, str]:
        """The texts by path; a file that does not exist yet is an empty one, so that its name is known."""
        return {source.path.text: source.text or "" for source in self.context.sources}


def propose_in_one_reply(talk: Talk, repository: Repository) -> Proposed:
    """The model's change, checked; refusals are told back up to `max_rounds` times. Raises: ModelError."""
    reasons: tuple[str, ...] = ()
    last_text, was_told, patch = "", False, ""
    attempt: Proposal | None = None
    for _ in range(1 + talk.limits.max_rounds):
        try:
            reply = talk.ask()
        except ModelError:
            if attempt is None:
                raise
            return Proposed(attempt, talk.spent)
        if isinstance(reply, Cannot):
            return Proposed(attempt or Parked(reply.reason, reply.hint), talk.spent)
        read = _read(reply, repository)
        if isinstance(read, Proposal) and repository.tests and repository.tests.can_run:
            read = _tested(read, repository.tests)
        if not isinstance(read, _Refused):
            return Proposed(read, talk.spent, read_words(reply.text).threads, patch)
        patch = read.patch or patch
        reasons, attempt = read.reasons, read.attempt or attempt
        if reply.text == last_text or (read.is_told_once and was_told):
            break
        last_text, was_told = reply.text, was_told or read.is_told_once
        talk.tell(reply, Message("user", read.feedback))
    hint = "Comment with more detail, link the files it needs, or choose a stronger `model`."
    sentence = f"the model's edits could not be used (replies asked for: {talk.rounds})"
    return Proposed(attempt or Cannot(sentence, hint, reasons), talk.spent, patch=patch)


def plan_in_one_reply(talk: Talk) -> Proposed:
    """The model's plan, from what the prompt shows. Raises: ModelError."""
    reply = talk.ask()
    if isinstance(reply, Cannot):
        return Proposed(Parked(reply.reason, reply.hint), talk.spent)
    if reply.finish is not Finish.STOP or not reply.text.strip():
        return Proposed(Cannot("the model wrote no plan", "Comment `/ai_coder plan` to try again."), talk.spent)
    return Proposed(Planned(reply.text.strip()), talk.spent)


@dataclass(frozen=True, slots=True)
class _Refused:
    """A reply that cannot be used, in words for the model and for people."""

    feedback: str
    reasons: tuple[str, ...]
    is_told_once: bool = False
    """Whether a second time ends the conversation: what is not allowed does not become so by asking."""
    attempt: Proposal | None = None
    """A change that broke tests: it is proposed as a draft where nothing better comes."""
    patch: str = ""
    """The refused changes of protected files."""


def _read(reply: Reply, repository: Repository) -> Proposal | NothingToChange | Cannot | _Refused:
    if reply.finish is Finish.REFUSED:
        return Cannot("the model declined to answer", "Put the request in other words, or choose another `model`.")
    if reply.finish is Finish.LENGTH:
        return _Refused(_TRUNCATED, ("the reply was cut off at the output limit",))
    words = read_words(reply.text)
    if words.declines == "no_change":
        return NothingToChange(words.summary)
    if words.declines == "cannot":
        return Cannot(words.summary or "the model gave no reason")
    applied = apply_answer(repository.files, reply.text)
    unseen = _unseen({refusal.path for refusal in applied.refusals if refusal.code is Code.UNKNOWN_PATH}, repository)
    if unseen:
        return _Refused(_violation_feedback(unseen), unseen, is_told_once=True)
    if applied.refusals:
        return _Refused(render_feedback(applied, repository.files), _reasons(applied))
    return _checked(applied, words, repository)


def _checked(applied: AppliedAnswer, words: Words, repository: Repository) -> Proposal | NothingToChange | _Refused:
    change_set = change_set_of(applied, repository.context)
    if not change_set:
        return NothingToChange(words.summary or "The edits leave every file as it is.")
    shown = {source.path for source in repository.context.sources}
    unseen = [c.path for c in change_set.changes if c.path in repository.taken and c.path not in shown]
    write_set = repository.context.write_set
    violations = check(change_set, write_set, repository.policy, repository.taken)
    violations += unresolved_conflicts(change_set, write_set)
    reasons = [str(violation) for violation in violations]
    reasons += [f"`{path}` exists and was not shown, so it is not overwritten." for path in unseen]
    if reasons:
        protected = (change for change in change_set.changes if is_protected(change.path))
        patch = "\n".join(patch_of(change.path.text, change.before, change.after) for change in protected)
        return _Refused(_violation_feedback(reasons), tuple(reasons), is_told_once=True, patch=patch)
    return Proposal(change_set, words.title, words.summary)


def _tested(proposal: Proposal, tests: Tests) -> Proposal | _Refused:
    """The proposal with its verification; one that broke something is told back."""
    verification = tests.verify(proposal.change_set)
    tested = replace(proposal, verification=verification)
    if verification.verdict is not Verdict.FAILED:
        return tested
    return _Refused(f"{tests.told(verification)}\n{_AGAIN}", (), attempt=tested)


def _unseen(paths: Iterable[str], repository: Repository) -> tuple[str, ...]:
    """A sentence for each path that exists and was not shown, so that nothing can be quoted from it."""
    existing = {path.text: path for path in repository.taken}
    found = [existing[path] for path in sorted(paths) if path in existing]
    violations = (violation_of(path, repository.context.write_set, repository.policy) for path in found)
    return tuple(
        str(violation) if violation else f"`{path}` exists, but was not shown, so it cannot be edited."
        for path, violation in zip(found, violations, strict=True)
    )


def change_set_of(applied: AppliedAnswer, context: Context) -> ChangeSet:
    """The changes with their modes: a file keeps its own, a moved file its old one, a new file is regular."""
    modes: Mapping[RepoPath, str] = {source.path: source.mode for source in context.sources}
    absent = {source.path for source in context.sources if source.text is None}
    changes = []
    for change in applied.changes:
        path = RepoPath.parse(change.path)
        origin = RepoPath.parse(change.moved_from) if change.moved_from else path
        before = None if path in absent else change.before
        if before != change.after:
            changes.append(FileChange(path, before, change.after, modes.get(origin, REGULAR)))
    return ChangeSet.of(context.commit, changes)


def _reasons(applied: AppliedAnswer) -> tuple[str, ...]:
    return tuple(
        f"`{refusal.path}`: {refusal.message}" if refusal.path else refusal.message for refusal in applied.refusals
    )


def _violation_feedback(reasons: Iterable[str]) -> str:
    rows = "\n".join(f"- {reason.partition(' Comment ')[0]}" for reason in reasons)
    return (
        f"Nothing was written. These changes are not allowed:\n{rows}\n"
        "Answer again with all edits, within what is allowed. Where that is impossible, answer `CANNOT: ...`."
    )
