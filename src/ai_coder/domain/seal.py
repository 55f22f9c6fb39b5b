"""`Seal`: shows that a status comment says what ai_coder wrote, whoever else writes as the same bot. Pure.

The workflow's token is one account for all workflows of a repository: another one may repeat a stranger's text, which
may look like ours. The seal is an HMAC over repository, issue and text under the model's key; a tick leaves it whole.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field

_BOX = re.compile(r"^([ \t]*- )\[[xX]\]", re.MULTILINE)
_LINE = re.compile(r"\n?<!-- ai_coder:seal ([0-9a-f]{32}) -->\s*\Z")


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals texts of one repository."""

    key: bytes = field(default=b"", repr=False)
    """Empty, as with a model server that needs no key: then there is no seal, and every text holds."""
    repository: str = ""

    def sealed(self, text: str, issue: int) -> str:
        """The text with its seal as the last line."""
        if not self.key:
            return text
        return f"{text.rstrip()}\n<!-- ai_coder:seal {self._mark(text, issue)} -->"

    def holds(self, text: str, issue: int) -> bool:
        """Whether the text, apart from ticks, is one that was sealed for this issue."""
        if not self.key:
            return True
        found = _LINE.search(text)
        return found is not None and hmac.compare_digest(found[1], self._mark(text[: found.start()], issue))

    def _mark(self, text: str, issue: int) -> str:
        plain = _BOX.sub(r"\1[ ]", text.replace("\r\n", "\n")).strip()
        said = f"{self.repository}#{issue}\n{plain}".encode("utf-8", "replace")
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()[:32]
