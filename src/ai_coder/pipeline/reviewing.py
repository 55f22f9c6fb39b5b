"""`/ai_coder review`: the diff and the files it changes -> one review with comments on lines."""

from dataclasses import replace

from ai_coder.domain.outcome import Reviewed
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Cannot, Proposal, Report
from ai_coder.domain.review import PullSide, ReviewDraft
from ai_coder.domain.source import Context, Source, decode
from ai_coder.domain.status_mark import WORKING
from ai_coder.domain.task import Task
from ai_coder.errors import ToolsRefused
from ai_coder.generate.agent import Watch, propose_by_steps
from ai_coder.generate.findings import check_findings, prints_in
from ai_coder.generate.overlay import Overlay
from ai_coder.generate.reviewing import review_in_one_reply
from ai_coder.generate.talk import Proposed
from ai_coder.generate.toolbox import REVIEW_SPECS, Toolbox
from ai_coder.pipeline.asking import asked_of
from ai_coder.pipeline.configured import configured, instructions_of
from ai_coder.pipeline.desk import Desk
from ai_coder.pipeline.limiting import limited
from ai_coder.pipeline.proposing import Matter, counted, open_talk
from ai_coder.pipeline.run import Run
from ai_coder.ports import SourceTree
from ai_coder.prompt import review_manner
from ai_coder.report.review import render_review, review_lead
from ai_coder.resolve.clean import clean
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.threads import is_ours

_MAX_SOURCE_CHARS = 60_000
"""Text of changed files that a review begins with, beside the diff."""


def review(task: Task, conversation: Conversation, run: Run, desk: Desk) -> Report:
    """Look at the pull request and post what is new. Raises: AiCoderError."""
    side = conversation.side
    pull_request = side.pull_request
    if pull_request is None:
        return Report(Cannot("there is no open pull request to review", "Comment on the pull request itself."), task)
    if not any(file.lines for file in side.diff):
        return Report(Cannot("the diff of the pull request shows no lines to review"), task)
    if standing := _standing(task, conversation, pull_request):
        return Report(standing, task)
    base = run.ports.forge.tree(pull_request.base_commit)
    run = replace(run, settings=configured(base, run))
    tree = run.ports.forge.tree(pull_request.head)
    context = replace(_context(side, tree), instructions=instructions_of(base, run))
    desk.room_done(f"{len(side.diff)} changed file(s)")
    asked = replace(
        asked_of(task, conversation),
        comments=((task.requester.login, clean(task.command.argument).text or "Review this.", True),),
        said_before=_said_before(conversation),
    )
    proposed = _propose(limited(Matter(asked, context, tree), task, conversation, run), run, desk)
    outcome = proposed.outcome
    if isinstance(outcome, Reviewed):
        return Report(_post(outcome, pull_request, conversation, run), task, proposed.spent)
    if isinstance(outcome, Proposal):
        outcome = Cannot("the model changed files instead of reviewing them")
    return Report(outcome, task, proposed.spent)


def _standing(task: Task, conversation: Conversation, pull_request: PullRequest) -> Reviewed | None:
    """The review that a run posted which did not live to tell; None where there is none."""
    if conversation.mark.status != WORKING:
        return None
    asked = task.comment if task.comment.id else next(iter(conversation.requests[-1:]), task.comment)
    begin = review_lead(pull_request.head)
    for text in conversation.side.reviews:
        if is_ours(text, conversation.own) and text.body.startswith(begin) and text.created_at >= asked.created_at:
            count = sum(thread.comments[0].review == text.id for thread in conversation.side.threads if thread.comments)
            words = "\n".join(line.removeprefix(">").strip() for line in text.body.removeprefix(begin).splitlines())
            return Reviewed(words.strip(), pull_request.head, text.url, count)
    return None


def _context(side: PullSide, tree: SourceTree) -> Context:
    """The changed files as they are now, as far as they fit."""
    entries = tree.entries()
    by_text = {path.text: path for path in entries}
    paths = [by_text[file.path] for file in side.diff if file.path in by_text]
    contents = tree.read(path for path in paths if entries[path].size_bytes <= _MAX_SOURCE_CHARS)
    sources, left = [], _MAX_SOURCE_CHARS
    for path in paths:
        text = decode(contents.get(path, b"\0"))
        if text is not None and len(text) <= left:
            sources.append(Source(path, text, entries[path].mode))
            left -= len(text)
    return Context(tree.commit, tuple(sources))


def _propose(matter: Matter, run: Run, desk: Desk) -> Proposed:
    """The model's remarks: with tools, or in one reply where there are none. Raises: ModelError, ForgeError."""
    if run.settings.mode == "single":
        return _in_one_reply(matter, run, desk)
    clock = run.ports.clock
    talk = open_talk(matter, run, review_manner(REVIEW_SPECS), desk)
    toolbox = Toolbox(
        Overlay(matter.tree), matter.context.write_set, run.settings.write, is_read_only=True, is_review=True
    )
    watch = Watch(desk.step, lambda: matter.deadline_s - clock.monotonic_s(), matter.stopped)
    try:
        return counted(talk, lambda: propose_by_steps(talk, toolbox, watch))
    except ToolsRefused as error:
        if run.settings.mode == "agent":
            raise
        desk.step(f"no tools: {error}")
        return _in_one_reply(matter, run, desk)


def _in_one_reply(matter: Matter, run: Run, desk: Desk) -> Proposed:
    talk = open_talk(matter, run, review_manner(()), desk)
    return counted(talk, lambda: review_in_one_reply(talk))


def _said_before(conversation: Conversation) -> str:
    """Our earlier remarks, so that they are not made again."""
    said = []
    for thread in conversation.side.threads:
        if is_ours(thread.comments[0], conversation.own):
            state = "resolved" if thread.is_resolved else "open"
            said.append(f"{thread.place} ({state}):\n{clean(thread.comments[0].body).text.strip()}")
    return "\n\n".join(said)


def _post(reviewed: Reviewed, pull_request: PullRequest, conversation: Conversation, run: Run) -> Reviewed:
    """The review, posted where it has something to say. The first one always has. Raises: ForgeError."""
    side, own = conversation.side, conversation.own
    ours = [thread.comments[0].body for thread in side.threads if is_ours(thread.comments[0], own)]
    is_first = not any(is_ours(text, own) and text.body.startswith("<!-- ai_coder:review -->") for text in side.reviews)
    checked = check_findings(reviewed.findings, side.diff, prints_in(ours))
    done = replace(
        reviewed,
        commit=pull_request.head,
        comments=len(checked.findings),
        dropped=checked.dropped,
        known=checked.known,
        findings=checked.findings,
    )
    if not checked.findings and not is_first:
        return done
    draft = render_review(
        reviewed.summary, pull_request.head, zip(checked.findings, checked.prints, strict=True), run.egress
    )
    return replace(done, url=_posted(draft, pull_request, run))


def _posted(draft: ReviewDraft, pull_request: PullRequest, run: Run) -> str:
    return run.ports.reviews.post(pull_request.number, draft) if run.ports.reviews else ""
