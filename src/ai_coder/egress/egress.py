"""`Egress`: every text that leaves ai_coder passes one of its methods."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ai_coder.egress.log import log_text
from ai_coder.egress.prose import Prose
from ai_coder.egress.redact import redact
from ai_coder.egress.spans import code_span, fenced, plain, without_skips
from ai_coder.egress.truncate import truncate, truncate_bytes

MAX_COMMENT_CHARS = 65_000
"""Bodies of issues, comments and pull requests hold 65,536; the rest is a margin. Source: the API's own error."""
MAX_TITLE_CHARS = 250
"""GitHub's limit is 256."""
MAX_SUMMARY_BYTES = 1_000_000
"""A step's summary above 1 MiB is dropped whole.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
"""
_MAX_MESSAGE_CHARS, _MAX_READ_CHARS, _MAX_PROSE_CHARS = 8_000, 10_000, 15_000
_ACTIVE = re.compile(
    r"(@)(?=[A-Za-z0-9])|(#)(?=[0-9])|\b(GH)-(?=[0-9])|((?:issues|pull|discussions)/)(?=[0-9])", re.IGNORECASE
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What a browser does not show, or obeys."""
_TRAILER = re.compile(r"^[A-Za-z0-9-]+\s*:")
_SIGNED = re.compile(r"[A-Za-z0-9-]+-by\s*:", re.IGNORECASE)
"""A trailer even where it is all there is; `fix:` at the beginning of a subject is none."""


@dataclass(frozen=True, slots=True)
class Egress:
    """The only way out for text: redact -> neutralise -> truncate.

    Foreign words pass `prose`, `line`, `quote` or `code` on their way into Markdown of ours; the whole Markdown passes
    `finish` or `summary`, which leave our own tables and links as they are.
    """

    secrets: tuple[str, ...] = field(default=(), repr=False)
    keep_mention: str = ""
    """The login that foreign words may mention, once."""
    link_prefix: str = ""
    """`https://host/owner/name`: links to files below it stay links in foreign words."""

    def redact(self, text: str) -> str:
        """`text` without secrets; nothing else is done to it."""
        return redact(text, self.secrets)

    def holds_secret(self, text: str) -> bool:
        """Whether one of the secrets stands in the text, in any form; keys of others do not count."""
        return redact(text, self.secrets) != redact(text, ())

    def prose(self, text: str) -> str:
        """Foreign words as Markdown of several lines that mentions, links, closes, shows and orders nothing."""
        return self.redact(self._prose.render(self.redact(_beginning(text)))).rstrip()

    def line(self, text: str) -> str:
        """Foreign words on one line, fit for a list item or the cell of a table."""
        return self.redact(self._prose.line(self.redact(_beginning(text))))

    def quote(self, text: str) -> str:
        """Foreign words as a Markdown quote."""
        return "\n".join(f"> {line}".rstrip() for line in self.prose(text).strip("\n").split("\n"))

    def code(self, text: str) -> str:
        """A name or a value as inline code, in the cell of a table too."""
        return code_span(" ".join(plain(self.redact(text)).split("\n")))

    def block(self, text: str, language: str = "") -> str:
        """A text as a block of code."""
        return "\n".join(fenced(plain(self.redact(text)).split("\n"), language=language))

    def suggestion(self, lines: Sequence[str]) -> str:
        """Foreign lines as a suggestion that a reader may apply; as mere code where they must not leave as they are."""
        given = [line if line.strip() else "" for line in lines]
        safe = map(plain, self.redact("\n".join(given)).split("\n")) if given else ()
        fence, *shown, end = fenced(list(safe))
        return "\n".join([f"{fence}suggestion", *given, end] if shown == given else [fence, *shown, end])

    def finish(self, markdown: str, max_chars: int = MAX_COMMENT_CHARS) -> str:
        """The last step for the body of a comment or a pull request."""
        return truncate(_sound(self.redact(markdown)), max_chars)

    def summary(self, markdown: str) -> str:
        """The last step for a job summary."""
        return truncate_bytes(_sound(self.redact(markdown)), MAX_SUMMARY_BYTES)

    def title(self, text: str) -> str:
        """Foreign words as a title: one line that mentions, closes and skips nothing."""
        words = self._inert(" ".join(plain(text[:_MAX_READ_CHARS]).split()))
        return words if len(words) <= MAX_TITLE_CHARS else words[: MAX_TITLE_CHARS - 1].rstrip() + "…"

    def commit_message(self, text: str) -> str:
        """Foreign words as a commit message: a subject of one line, then the rest; no line of it is a trailer."""
        subject, *body = self._inert(plain(text[:_MAX_READ_CHARS]).strip()).split("\n")
        subject = f"> {subject.strip()}" if _SIGNED.match(subject.strip()) else subject.strip()
        said = [_TRAILER.sub(lambda found: f"> {found.group()}", line) for line in body]
        lines = [subject, "", *said] if body and body[0].strip() else [subject, *said]
        return "\n".join(lines)[:_MAX_MESSAGE_CHARS].rstrip()

    def log(self, text: str) -> str:
        """Lines of a log, in which the runner finds no command."""
        return log_text(self.redact(text))

    def page(self, text: str) -> str:
        """Foreign words for a page that escapes them itself: no secret, and a sign for what nobody could see."""
        return _UNSEEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", self.redact(text.replace("\r\n", "\n")))

    def _inert(self, text: str) -> str:
        """Plain text in which GitHub finds no mention and no reference, and CI no order to skip."""
        words = _ACTIVE.sub(lambda found: f"{found.group().rstrip('-')} ", without_skips(self.redact(text)))
        return self.redact(without_skips(words)).strip()

    @property
    def _prose(self) -> Prose:
        return Prose(self.keep_mention, self.link_prefix)


def _beginning(text: str) -> str:
    """As much of foreign words as anybody reads, up to a line's end."""
    if len(text) <= _MAX_PROSE_CHARS:
        return text
    return f"{text[:_MAX_PROSE_CHARS].rpartition(chr(10))[0] or text[:_MAX_PROSE_CHARS]}\n…"


def _sound(text: str) -> str:
    """The text without halves of characters, which no file and no request can hold."""
    return text.encode("utf-8", "replace").decode()
