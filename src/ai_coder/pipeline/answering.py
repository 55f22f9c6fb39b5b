"""Every review thread that waited gets its one reply; those whose lines were changed are resolved."""

from collections.abc import Iterator
from dataclasses import replace

from ai_coder.domain.report import Published, Report
from ai_coder.domain.review import Thread, ThreadAnswer, Verdict
from ai_coder.errors import ForgeError
from ai_coder.pipeline.run import Run
from ai_coder.ports import Reviews
from ai_coder.report.threads import decide_answer, may_resolve, render_reply
from ai_coder.resolve.conversation import Conversation
from ai_coder.resolve.threads import is_ours


def named(threads: tuple[Thread, ...]) -> Iterator[tuple[str, Thread]]:
    """The threads with the names by which the model speaks of them."""
    return ((f"T{number}", thread) for number, thread in enumerate(threads, 1))


def answer_threads(report: Report, conversation: Conversation, run: Run) -> Report:
    """The report with an answer for each thread, all of them given; what could not be given is a note.

    An answer to a thread that does not wait stands there already: the run that gave it did not live to tell.
    """
    pull_request, reviews = conversation.side.pull_request, run.ports.reviews
    if pull_request is None or reviews is None or not (conversation.threads or report.threads):
        return report
    is_no_worse = report.outcome.is_no_worse if isinstance(report.outcome, Published) else True
    waiting = {thread.id for thread in conversation.threads}
    notes, given = list(report.notes), [one for one in report.threads if one.thread.id not in waiting]
    answers = tuple(decided(report, conversation.threads))
    elsewhere = _answered_meanwhile(answers, conversation, reviews, pull_request.number)
    for answer in answers:
        if answer.thread.id in elsewhere:
            notes.append(f"The thread on {answer.thread.place} was answered by another run meanwhile.")
            continue
        try:
            reviews.reply(pull_request.number, answer.thread, render_reply(answer, run.egress))
            given.append(answer)
        except ForgeError as error:
            notes.append(f"The thread on {answer.thread.place} could not be answered: {error}")
    order = [thread.id for thread in conversation.side.threads]
    given.sort(key=lambda answer: order.index(answer.thread.id))
    for place, answer in enumerate(given):
        if may_resolve(answer, is_no_worse=is_no_worse) and not answer.is_resolved:
            given[place], problem = _resolved(answer, reviews)
            notes += [problem] if problem else []
    return replace(report, threads=tuple(given), notes=tuple(notes))


def _answered_meanwhile(
    answers: tuple[ThreadAnswer, ...], conversation: Conversation, reviews: Reviews, number: int
) -> frozenset[str]:
    """Ids of the threads in which a run beside ours has the last word now. Raises: ForgeError."""
    if not answers:
        return frozenset()
    known = {thread.id: thread.comments[-1].id for thread in conversation.threads}
    now = ((thread.id, thread.comments[-1]) for thread in reviews.threads(number) if thread.comments)
    return frozenset(id_ for id_, last in now if is_ours(last, conversation.own) and last.id != known.get(id_))


def decided(report: Report, threads: tuple[Thread, ...]) -> Iterator[ThreadAnswer]:
    """One answer a thread; a suggestion that was applied stays applied, whatever came after it."""
    words = {word.name: word for word in report.thread_words}
    applied = {answer.thread.id: answer for answer in report.threads}
    for name, thread in named(threads):
        before = applied.get(thread.id)
        if before and not (before.is_suggestion and name in words):
            yield before
            continue
        answer = decide_answer(thread, words.get(name), report.outcome)
        if before:
            said = answer or before
            yield replace(
                before,
                words=said.words,
                verdict=Verdict.QUESTION if said.verdict is Verdict.QUESTION else before.verdict,
            )
        elif answer:
            yield answer


def _resolved(answer: ThreadAnswer, reviews: Reviews) -> tuple[ThreadAnswer, str]:
    """The answer, resolved; or why it is not, as a sentence."""
    try:
        reviews.resolve(answer.thread)
    except ForgeError as error:
        return answer, f"The thread on {answer.thread.place} could not be resolved: {error.told}"
    return replace(answer, is_resolved=True), ""
