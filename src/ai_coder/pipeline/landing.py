"""What an earlier run kept: a commit that was paid for is published, and no model is asked for it again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.kept import Kept
from ai_coder.domain.plan import CommitPlan, Place
from ai_coder.domain.report import Cannot, Proposal, Published
from ai_coder.domain.review import ThreadAnswer
from ai_coder.domain.source import EXECUTABLE, REGULAR, TreeEntry, WriteSet, decode
from ai_coder.domain.status_mark import request_id, request_ids, text_id
from ai_coder.domain.task import Task, Verb
from ai_coder.errors import NotFound
from ai_coder.generate.policy import check
from ai_coder.pipeline.configured import configured
from ai_coder.pipeline.place import find_place
from ai_coder.pipeline.run import Run
from ai_coder.ports import SourceTree
from ai_coder.resolve.commands import parse_command
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.threads import is_ours

_FILES = frozenset({REGULAR, EXECUTABLE})


@dataclass(frozen=True, slots=True)
class Landed:
    """What was published, and whether all that is asked now was asked for then."""

    published: Published
    is_all: bool
    asked: tuple[str, ...] = ()
    """The requests that it answers."""
    answers: tuple[ThreadAnswer, ...] = ()
    """What was decided about review threads, given already or not."""
    notes: tuple[str, ...] = ()
    """What there is to say beside it."""


def land(task: Task, conversation: Conversation, run: Run) -> Landed | None:
    """Publish what an earlier run kept; None where it kept nothing that fits the branch as it stands now.

    Raises: ForgeError.
    """
    kept = Kept.parse(conversation.status_text)
    if kept is None or task.command.verb is Verb.PLAN or task.issue.is_pull_request:
        return None
    forge = run.ports.forge
    place = find_place(task.issue, (kept.base_branch,), run.settings.commit, forge, run.slug)
    if isinstance(place, Cannot) or not _fits(kept, place):
        return None
    run = replace(run, settings=configured(forge.tree(place.base_commit), run))
    parent = forge.tree(kept.parent)
    change_set = _difference(parent, forge.tree(kept.commit), kept)
    if change_set is None or not (change_set or kept.merged):
        return None
    if not kept.merged and check(change_set, WriteSet(), run.settings.write, parent.entries()):
        return None
    proposal = Proposal(change_set, "", "", kept.parked, kept.remaining, kept.verification)
    published = forge.publish(_plan(kept, change_set, place, run))
    return Landed(
        replace(published, proposal=proposal),
        _is_all(task, conversation, kept, run),
        kept.asked,
        tuple(_answers(kept, conversation)),
        kept.notes,
    )


def is_only_kept(task: Task, conversation: Conversation) -> bool:
    """Whether a schedule looks at an issue that is answered, and for nothing but what was kept."""
    waits = conversation.requests or conversation.threads or conversation.mark.goes_on or task.command.argument
    is_answered = conversation.mark.is_answer and not waits
    return task.is_sweep and is_answered and Kept.parse(conversation.status_text) is not None


def _fits(kept: Kept, place: Place) -> bool:
    """Whether the branch is where the commit was made for, or holds it already; a new one may begin anywhere.

    A merge is made anew until the branch holds it: what it brings of the base branch is not looked through here.
    """
    if kept.base_branch != place.base_branch or (kept.merged and place.parent != kept.commit):
        return False
    return place.is_new_branch or place.parent in {kept.parent, kept.commit}


def _plan(kept: Kept, change_set: ChangeSet, place: Place, run: Run) -> CommitPlan:
    policy = run.settings.commit
    return CommitPlan(
        branch=place.branch,
        base_branch=kept.base_branch,
        parent=kept.parent,
        is_new_branch=place.is_new_branch,
        message="",
        change_set=change_set,
        title=kept.title,
        body=run.egress.finish(kept.body),
        commit=kept.commit,
        is_draft=kept.is_draft,
        second_parent=kept.merged,
        labels=policy.labels,
        reviewers=policy.reviewers,
        assignees=policy.assignees,
    )


def _is_all(task: Task, conversation: Conversation, kept: Kept, run: Run) -> bool:
    """Whether nothing is asked that the kept change does not answer; to try again asks for nothing new."""
    if any(request_id(thread.comments[-1]) not in kept.asked for thread in conversation.threads):
        return False
    if kept.text_id != text_id(task.issue) and not task.comment.id:
        return False
    phrase = run.settings.trigger.phrase
    orders = {str(comment.id): parse_command(comment.body, phrase) for comment in conversation.requests}
    again = {name for name, order in orders.items() if order and order.verb is Verb.RETRY and not order.argument}
    return set(request_ids(task, conversation.requests)) <= {*kept.asked, *again}


def _answers(kept: Kept, conversation: Conversation) -> Iterator[ThreadAnswer]:
    """The answers that were decided, to threads that wait for them or whose last word they are already."""
    answers = {answer.thread: answer for answer in kept.answers}
    waiting = {thread.id: thread for thread in conversation.threads}
    for thread in conversation.side.threads:
        answer, asked = answers.get(thread.id), waiting.get(thread.id)
        if answer is None:
            continue
        if asked is not None:
            if request_id(asked.comments[-1]) == answer.asked:
                yield answer.on(asked)
        elif is_ours(thread.comments[-1], conversation.own):
            yield answer.on(thread)


def _difference(before: SourceTree, after: SourceTree, kept: Kept) -> ChangeSet | None:
    """What the second tree changes in the first; None where that is no change of text files.

    Of a merge it is what differs from both parents. A commit that no branch shows may be thrown away meanwhile.
    """
    try:
        old, new = before.entries(), after.entries()
    except NotFound:
        return None
    paths = [path for path in {**old, **new} if _name(old.get(path)) != _name(new.get(path))]
    paths = [path for path in paths if not kept.merged or path.text in kept.own]
    old_texts, new_texts = before.read(paths), after.read(paths)
    changes = []
    for path in paths:
        texts = [
            None if entry is None else decode(contents[path]) if path in contents and entry.mode in _FILES else ""
            for entry, contents in ((old.get(path), old_texts), (new.get(path), new_texts))
        ]
        is_file = all(entry is None or entry.mode in _FILES for entry in (old.get(path), new.get(path)))
        if not is_file or texts[0] == texts[1]:
            return None
        mode = new[path].mode if path in new else REGULAR
        changes.append(FileChange(path, texts[0], texts[1], mode))
    return ChangeSet.of(before.commit, changes)


def _name(entry: TreeEntry | None) -> tuple[str, str] | None:
    return (entry.mode, entry.blob) if entry else None
