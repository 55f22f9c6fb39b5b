"""An issue that is a Markdown file on this machine. Whoever runs the command may do everything: it is their machine."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ai_coder.domain.task import Comment, Issue, Labelled, Person, Role
from ai_coder.errors import ConfigurationError, NotFound
from ai_coder.ports import Reaction, ReactionName

_ONLY = 1
"""The number of the one issue, and the id of the one status comment."""
_YOU = Person("you", 1)
_OURSELVES = Person("ai_coder", 2, is_bot=True)
_MAX_SLUG_CHARS = 40
_HEADING = re.compile(r" {0,3}#(?!#)[ \t]+(?P<text>[^ \t#].*)")
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})")
_MARKS = re.compile(r"^#+[ \t]+|[ \t]+#+[ \t]*$")
"""The signs around the text of a heading."""


class LocalTracker:
    """Port `Tracker` over one Markdown file; reactions are kept in memory, the status is handed to `write`."""

    def __init__(self, file: Path, write: Callable[[str], None]) -> None:
        self._file = file
        self._write = write
        self._issue: Issue | None = None
        self._reactions: dict[tuple[int, str], Person] = {}

    @property
    def slug(self) -> str:
        """Names the branch. Raises: ConfigurationError, as does `issue`."""
        return slug(self.issue(_ONLY).title)

    def role(self, person: Person) -> Role:  # noqa: ARG002  whoever it is
        """ADMIN."""
        return Role.ADMIN

    def issue(self, number: int) -> Issue:
        """The file as it was when it was first read. Raises: NotFound, ConfigurationError."""
        if number != _ONLY:
            msg = f"there is no issue {number} here: the file {str(self._file)!r} is issue {_ONLY}"
            raise NotFound(msg)
        if self._issue is None:
            title, body = parse_issue_text(_read(self._file), str(self._file))
            self._issue = Issue(number=_ONLY, title=title, body=body, author=_YOU)
        return self._issue

    def comments(self, number: int) -> tuple[Comment, ...]:  # noqa: ARG002  the port's question, one answer
        """None."""
        return ()

    def labelled_by(self, number: int, label: str) -> Labelled:  # noqa: ARG002  same
        """Nobody: a file has no labels."""
        return Labelled()

    def asked_lately(self, person: Person, label: str, since: datetime) -> int:  # noqa: ARG002  same
        """Never: it is their machine and their money."""
        return 0

    def react(self, number: int, comment_id: int, reaction: ReactionName) -> Reaction:  # noqa: ARG002  one issue
        """Remember our reaction."""
        is_new = (comment_id, reaction) not in self._reactions
        self._reactions[comment_id, reaction] = _OURSELVES
        return Reaction(_OURSELVES, is_new=is_new)

    def reacted_by(self, number: int, comment_id: int, reaction: ReactionName) -> tuple[Person, ...]:  # noqa: ARG002
        """Ourselves, or nobody."""
        found = self._reactions.get((comment_id, reaction))
        return (found,) if found else ()

    def write_status(self, number: int, comment_id: int, text: str) -> int:  # noqa: ARG002  one issue, one comment
        """Hand the text on."""
        self._write(text)
        return _ONLY

    def open_issues(self) -> tuple[Issue, ...]:
        """The one issue."""
        return (self.issue(_ONLY),)


def slug(title: str) -> str:
    """The title as a part of a branch's name: ASCII letters, digits and hyphens, at most 40, never empty.

    A title without a Latin letter or digit is named by its hash, so that it keeps its branch.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(words) > _MAX_SLUG_CHARS:
        whole = words[: _MAX_SLUG_CHARS + 1].rpartition("-")[0]
        words = whole or words[:_MAX_SLUG_CHARS]
    return words or f"issue-{hashlib.sha256(title.encode('utf-8', 'replace')).hexdigest()[:8]}"


def parse_issue_text(text: str, name: str) -> tuple[str, str]:
    """Title and body of the file called `name`: the first `# heading` outside code, else the first line with a text.

    Raises: ConfigurationError when there is no text at all.
    """
    lines = text.split("\n")
    place = _heading(lines)
    if place is None:
        place = next((number for number, line in enumerate(lines) if line.strip(" \t#")), None)
    if place is None:
        msg = f"the issue file {name!r} is empty"
        raise ConfigurationError(msg, hint=_HINT)
    title = _MARKS.sub("", lines[place].strip()).strip()
    return title, "\n".join([*lines[:place], *lines[place + 1 :]]).strip("\n")


_HINT = "Write the issue as Markdown: `# ` and the title on the first line, then what is wanted."


def _heading(lines: list[str]) -> int | None:
    """The number of the first line that is a heading of level one; a line inside a fence is code."""
    fence = ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            is_end = mark is not None and mark["mark"].startswith(fence) and not line.strip().strip(fence[0])
            fence = "" if is_end else fence
        elif mark:
            fence = mark["mark"]
        elif _HEADING.fullmatch(line):
            return number
    return None


def _read(file: Path) -> str:
    """The text, its line ends as line feeds. Raises: ConfigurationError."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"the issue file {str(file)!r} is not UTF-8 text"
        raise ConfigurationError(msg, hint="Save it as UTF-8.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"the issue file {str(file)!r} cannot be read: {reason}"
        raise ConfigurationError(msg, hint="Name the issue's Markdown file: `--issue FILE.md`.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
