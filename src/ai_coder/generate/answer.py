"""The words of a reply apart from its edits: title, summary, and the two ways to decline."""

import re
from dataclasses import dataclass

from ai_coder.domain.review import ThreadWord
from ai_coder.generate.thread_words import LINE, parse_thread_words

NO_CHANGE_LINE = "LLM does not want to perform any new change for now."
"""The project's oldest promise: stands in the log when the model wants no change."""
_TITLE = re.compile(r"^\W{0,4}title\W{0,4}:\**[ \t]*(.+)$", re.IGNORECASE | re.MULTILINE)
_DECLINE = re.compile(r"^\W{0,4}(NO[ _]CHANGE|CANNOT)\**:\**[ \t]*(.*)$", re.MULTILINE)
_EDIT_START = re.compile(r"^(```|~~~|<{5,9} |\*\*\* |diff --git |--- a/)", re.MULTILINE)
_PATH_LINE = re.compile(r"(\W{0,4}file\W{0,3})?\W{0,4}[^\s]*[\w/][./][^\s]*[\w*`:]", re.IGNORECASE)
_MAX_SUMMARY_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Words:
    """What the model says beside its edits."""

    title: str = ""
    summary: str = ""
    declines: str = ""
    """`no_change` or `cannot`; empty when edits are to be expected."""
    threads: tuple[ThreadWord, ...] = ()
    """What it says of review threads, each on a line of its own."""


def read_words(text: str) -> Words:
    """Title and prose before the first edit; a decline counts only where no edit stands."""
    edit = _EDIT_START.search(text)
    threads = parse_thread_words(LINE.findall(text[: edit.start()] if edit else text))
    text = LINE.sub("", text) if threads and not edit else text
    prose = LINE.sub("", text[: edit.start()]) if edit else text
    title = _TITLE.search(prose)
    decline = _DECLINE.search(text)
    if not edit and decline:
        reason = (decline[2] + text[decline.end() :]).strip()
        declines = "cannot" if decline[1] == "CANNOT" else "no_change"
        return Words(summary=reason[:_MAX_SUMMARY_CHARS], declines=declines, threads=threads)
    if not edit and NO_CHANGE_LINE in text:
        said = text.replace(NO_CHANGE_LINE, "").strip()[:_MAX_SUMMARY_CHARS]
        return Words(summary=said, declines="no_change", threads=threads)
    summary = _TITLE.sub("", prose, count=1)
    said = _without_path_line(summary)[:_MAX_SUMMARY_CHARS]
    return Words(_one_line(title[1]) if title else "", said, threads=threads)


def _one_line(text: str) -> str:
    return " ".join(text.split()).strip("*`# ").rstrip(".")


def _without_path_line(prose: str) -> str:
    """The prose without the last lines, where these name the file of the first edit and are no sentences."""
    lines = prose.rstrip().splitlines()
    while lines and (not lines[-1].strip() or _PATH_LINE.fullmatch(lines[-1].strip())):
        lines.pop()
    return "\n".join(lines).strip()
