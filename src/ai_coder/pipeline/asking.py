"""Conversation -> `Asked`: the cleaned words of everybody who may ask, the diff, and the threads that wait."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from ai_coder.domain.diff import FileDiff
from ai_coder.domain.report import OWN_MARKER
from ai_coder.domain.review import Thread
from ai_coder.domain.source import LineRange, LinkedFile, RepoPath
from ai_coder.domain.task import Comment, Task
from ai_coder.pipeline.answering import named
from ai_coder.pipeline.asked import read_asked
from ai_coder.prompt import Asked, AskedThread
from ai_coder.resolve.clean import clean, shortened
from ai_coder.resolve.conversation import Conversation

_MAX_DIFF_CHARS = 60_000
_MAX_HUNK_LINES, _MAX_COMMENTS, _MAX_COMMENT_CHARS = 40, 20, 5_000


def asked_of(task: Task, conversation: Conversation) -> Asked:
    """What is asked, apart from threads."""
    return replace(read_asked(task, conversation), diff=render_diff(conversation.side.diff))


def asked_threads(conversation: Conversation, settled: Collection[str] = ()) -> tuple[AskedThread, ...]:
    """The threads that wait, without those whose ids are `settled`."""
    return tuple(
        AskedThread(name, _place(thread), _hunk(thread), tuple(map(_said, thread.comments[-_MAX_COMMENTS:])))
        for name, thread in named(conversation.threads)
        if thread.id not in settled
    )


def thread_files(threads: tuple[Thread, ...]) -> Iterator[LinkedFile]:
    """The files that threads stand on, with the lines they are about."""
    for thread in threads:
        try:
            path = RepoPath.parse(thread.path)
        except ValueError:
            continue
        is_placed = bool(thread.last_line) and thread.side == "RIGHT"
        yield LinkedFile(path, lines=(LineRange(thread.first_line, thread.last_line),) if is_placed else ())


def render_diff(files: tuple[FileDiff, ...], max_chars: int = _MAX_DIFF_CHARS) -> str:
    """The hunks of every file; what does not fit is named."""
    shown, left = [], max_chars
    for file in files:
        name = f"{file.previous} -> {file.path}" if file.previous else file.path
        text = f"{file.status}: {name}\n{file.patch or '(no lines are shown)'}"
        if len(text) > left:
            text = f"{file.status}: {name}\n(too long to be shown here)"
        shown.append(text)
        left -= len(text)
    return "\n\n".join(shown)


def _place(thread: Thread) -> str:
    if thread.is_outdated:
        return f"{thread.path}, lines that were changed since"
    return f"{thread.place}, before the change" if thread.side == "LEFT" else thread.place


def _hunk(thread: Thread) -> str:
    return "\n".join(thread.hunk.split("\n")[-_MAX_HUNK_LINES:])


def _said(comment: Comment) -> tuple[str, str]:
    who = "you" if comment.body.startswith(OWN_MARKER) else comment.author.login
    return who, shortened(clean(comment.body).text.strip(), _MAX_COMMENT_CHARS)
