"""What a model says it did about each review thread: `T1 | fixed | ...` in the call `finish`, or lines of a reply."""

import re
from collections.abc import Iterable, Iterator

from ai_coder.domain.review import ThreadWord, Verdict

_MAX_CHARS = 2_000
_WORD = re.compile(
    r"\W{0,6}(?:thread\W{1,3})?(T[0-9]{1,4})\W{1,6}(fixed|changed|done|not[ _-]?changed|question)\b\W{0,6}(.*)",
    re.IGNORECASE | re.DOTALL,
)
LINE = re.compile(r"^\W{0,6}thread\W{1,3}T[0-9]{1,4}\b.*$", re.IGNORECASE | re.MULTILINE)
"""A line of a reply that speaks of a thread."""
_VERDICTS = {"not": Verdict.NOT_CHANGED, "que": Verdict.QUESTION}


def parse_thread_words(texts: Iterable[str]) -> tuple[ThreadWord, ...]:
    """One word a thread: the last, where several speak of one. What cannot be read says nothing."""
    return tuple({word.name: word for word in _words(texts)}.values())


def _words(texts: Iterable[str]) -> Iterator[ThreadWord]:
    for text in texts:
        if found := _WORD.fullmatch(text.strip()):
            verdict = _VERDICTS.get(found[2][:3].lower(), Verdict.FIXED)
            yield ThreadWord(found[1].upper(), verdict, found[3].strip()[:_MAX_CHARS])
