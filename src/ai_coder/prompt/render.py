"""`Context` and request -> `Prompt`. Text from outside stands between delimiters that it cannot forge."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources

from ai_coder.domain.chat import Message, Prompt, ToolSpec
from ai_coder.domain.source import Context, LineRange, Source

_THREAD_LINES = (
    "Each review thread waits for an answer. Before the edits, write one line for each: `Thread T1: fixed: ...` and "
    "what you changed, `Thread T1: not changed: ...` and why, or `Thread T1: question: ...` and what you have to know."
)
_THREAD_ARGUMENT = (
    "Each review thread waits for an answer: say in the argument `threads` of `finish` what you did about each of them."
)
_REVIEW_LINES = (
    "Answer with the summary in two or three sentences, then the remarks. Each remark begins with a line of its own, "
    "`FINDING path:line` or `FINDING path:first-last`, and its text stands below it."
)


@dataclass(frozen=True, slots=True)
class AskedThread:
    """A thread on lines of the pull request."""

    name: str
    """T1, T2, ...: by this the model speaks of it."""
    place: str
    """Path and lines, as they are now."""
    hunk: str
    """The diff above and at the lines, as the commenter saw it."""
    comments: tuple[tuple[str, str], ...]
    """(who, text), oldest first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, in the cleaned words of people who may ask."""

    title: str
    body: str
    author: str
    comments: tuple[tuple[str, str, bool], ...] = ()
    """(login, text, whether it waits for an answer), oldest first."""
    asked_before: str = ""
    """The questions that we asked last, which a comment may answer."""
    plan: str = ""
    """The plan that a person approved."""
    checks: tuple[str, ...] = ()
    """The checks that failed on the branch, which is what is to be mended."""
    diff: str = ""
    """What the pull request changes so far."""
    threads: tuple[AskedThread, ...] = ()
    """Review threads that wait for an answer."""
    said_before: str = ""
    """Remarks of our own earlier reviews."""


_CONFLICTS = (
    "The base branch was merged in, and both sides had changed the same lines. These files hold conflict markers "
    "(`<<<<<<<` the branch, `=======`, `>>>>>>>` the base branch): {}. To resolve them is part of the work: keep what "
    "both sides meant, and leave no marker. Write such a file as a whole where edits are written as text."
)


@dataclass(frozen=True, slots=True)
class Manner:
    """How the model is to work."""

    template: str
    """Name of the stable instructions."""
    last_words: str
    """What the prompt ends with."""
    format_text: str = ""
    """How edits are written, where they are written as text."""
    tools: tuple[ToolSpec, ...] = ()
    thread_words: str = ""
    """How to say what was done about a review thread."""


def single_manner(format_text: str) -> Manner:
    """All edits in one reply."""
    last = "Answer now: the `Title:` line, the summary, and the edits in the format described above."
    return Manner("single.md", last, format_text, thread_words=_THREAD_LINES)


def agent_manner(tools: tuple[ToolSpec, ...]) -> Manner:
    """Step by step, with tools."""
    last = "Begin now. End with the tool `finish`."
    return Manner("agent.md", last, tools=tools, thread_words=_THREAD_ARGUMENT)


def plan_manner(tools: tuple[ToolSpec, ...]) -> Manner:
    """Look around and write a plan; without tools the reply is the plan."""
    last = "Begin now. End with the tool `finish`." if tools else "Answer with the plan, and nothing else."
    return Manner("plan.md", last, tools=tools)


def review_manner(tools: tuple[ToolSpec, ...]) -> Manner:
    """Look at a pull request and write remarks; without tools the reply is the review."""
    last = "Begin now. End with the tool `finish`." if tools else _REVIEW_LINES
    return Manner("review.md", last, tools=tools)


def render_prompt(asked: Asked, context: Context, manner: Manner, nonce: str) -> Prompt:
    """Stable instructions first, then the repository, the issue and the requests last.

    Raises: ValueError when a text holds `nonce`, which must be fresh and random.
    """
    stable = resources.files("ai_coder.prompt").joinpath("templates", manner.template).read_text(encoding="utf-8")
    system = f"{stable.rstrip()}\n\n{manner.format_text.strip()}".rstrip() + "\n"
    if context.instructions:
        system += f"\nThe repository's own instructions:\n\n{context.instructions.strip()}\n"
    words = [manner.thread_words] if asked.threads and manner.thread_words else []
    user = "\n\n".join([*_parts(asked, context, nonce), *words, manner.last_words])
    return Prompt((Message("system", system), Message("user", user)), manner.tools)


def _parts(asked: Asked, context: Context, nonce: str) -> Iterator[str]:
    yield from _repository(context, nonce)
    yield _data(f"issue, written by {asked.author}", f"# {asked.title}\n\n{asked.body}".strip(), nonce)
    yield from (_data(what, text, nonce) for what, text in _said(asked) if text)
    if context.write_set.linked is not None:
        names = ", ".join(sorted(path.text for path in context.write_set.linked))
        yield f"Only these files may be changed, and tests that belong to them by their names: {names}"
    if context.write_set.conflicts:
        yield _CONFLICTS.format(", ".join(conflict.path.text for conflict in context.write_set.conflicts))


def _repository(context: Context, nonce: str) -> Iterator[str]:
    if context.listing:
        names = "\n".join(path.text for path in context.listing)
        more = f"\n... and {context.unlisted} more" if context.unlisted else ""
        yield _data("other files of the repository, names only", names + more, nonce)
    for source in context.sources:
        yield _file(source, nonce)


def _said(asked: Asked) -> Iterator[tuple[str, str]]:
    """What each part is, and its text; empty where there is none."""
    yield "diff of the pull request so far, against its base", asked.diff
    for login, text, is_request in asked.comments:
        yield f"{'request' if is_request else 'earlier comment, answered already'}, written by {login}", text
    yield "what you said in earlier reviews: do not repeat it", asked.said_before
    for thread in asked.threads:
        yield f"review thread {thread.name} on {thread.place}", _thread(thread)
    yield "what you asked before, and what the requests may answer", asked.asked_before
    yield "plan that you made and that a person approved: carry it out", asked.plan
    for check in asked.checks:
        yield "check that failed on this branch: mend what it complains of", check


def _thread(thread: AskedThread) -> str:
    said = "\n\n".join(f"{who} wrote:\n{text}" for who, text in thread.comments)
    return f"The diff that it stands on:\n{thread.hunk}\n\n{said}" if thread.hunk else said


def _file(source: Source, nonce: str) -> str:
    if source.text is None:
        return f"The file `{source.path}` does not exist yet."
    if not source.text.strip("\ufeff"):
        return f"The file `{source.path}` is empty."
    attention = f", attention on {_ranges(source.lines)}" if source.lines else ""
    lines = source.text.removeprefix("\ufeff").replace("\r\n", "\n")
    return _data(f"file {source.path}{attention}", lines, nonce)


def _ranges(lines: Iterable[LineRange]) -> str:
    return "lines " + ", ".join(f"{r.first}-{r.last}" if r.first != r.last else str(r.first) for r in lines)


def _data(what: str, text: str, nonce: str) -> str:
    if nonce in text or nonce in what:
        msg = "the delimiter stands in the text"
        raise ValueError(msg)
    name = " ".join(what.split())
    return f"<data-{nonce} {name}>\n{text}\n</data-{nonce}>"
