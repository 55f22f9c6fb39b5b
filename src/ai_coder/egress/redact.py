"""Secrets out of a text: first by value, in every form in which a value gets about, then by pattern. Pure."""

import base64
import html
import json
import re
from functools import lru_cache
from urllib.parse import quote, quote_plus

from ai_coder.egress.windows import pieces

REDACTED = "***"
_MIN_SECRET_CHARS = 6
"""A shorter text is a word that stands everywhere; the runner masks none either."""

# Each begins with its first letter and asks afterwards what stood before it: `re` looks at such places alone.
_PATTERNS = re.compile(
    r"""
    gh[pousr]_[A-Za-z0-9._-]{20,}                  # GitHub: 40 characters, and ghs_<app id>_<JWT>
  | github_pat_[A-Za-z0-9_]{20,}
  | s(?<![A-Za-z0-9]s)k-(?=[A-Za-z_-]{0,50}[0-9])[A-Za-z0-9_-]{16,}  # OpenAI's kind; no word with hyphens holds a digit
  | A(?<![A-Za-z0-9]A)(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9])  # AWS
  | A(?<![A-Za-z0-9]A)Iza[A-Za-z0-9_-]{35}        # Google
  | x(?<![A-Za-z0-9]x)ox[abeoprs]-[A-Za-z0-9-]{10,}  # Slack
  | g(?<![A-Za-z0-9]g)lpat-[A-Za-z0-9_.-]{20,}    # GitLab
  | n(?<![A-Za-z0-9]n)pm_[A-Za-z0-9]{36}
  | h(?<![A-Za-z0-9]h)f_[A-Za-z0-9]{30,}          # Hugging Face
  | e(?<![A-Za-z0-9]e)yJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*  # JSON Web Token
  | -----BEGIN[ ][A-Z0-9 ]{0,40}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----  # also cut off, also with its breaks escaped
    (?:(?!-----)[A-Za-z0-9+/=\s\\:,.-])*
    (?:-----END[ ][A-Z0-9 ]{0,40}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----)?
    """,
    re.VERBOSE,
)


def redact(text: str, secrets: tuple[str, ...]) -> str:
    """`text` with every form of every secret, and all that looks like a key, replaced by `***`."""
    exact, folded = _by_value(secrets)
    for pattern in (exact, folded):
        text = pattern.sub(REDACTED, text) if pattern else text
    return _PATTERNS.sub(REDACTED, _without_pieces(text, secrets))


def _without_pieces(text: str, secrets: tuple[str, ...]) -> str:
    """The text without pieces of secrets that are long enough to be some."""
    kept, at = [], 0
    for begin, end in pieces(text, secrets):
        kept += [text[at:begin], REDACTED]
        at = end
    return "".join([*kept, text[at:]])


@lru_cache(maxsize=8)
def _by_value(secrets: tuple[str, ...]) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """The forms to find as they are, and those in which upper and lower case are the same."""
    exact, folded = set[str](), set[str]()
    for secret in secrets:
        for value in {secret, secret.strip(), *(line.strip() for line in secret.splitlines())}:
            if len(value) >= _MIN_SECRET_CHARS:
                exact |= _exact_forms(value)
                folded |= _folded_forms(value)
    return _any_of(exact), _any_of(folded, re.IGNORECASE)


def _any_of(forms: set[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str] | None:
    """Any of the texts, the longest first; None for none."""
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(map(re.escape, ordered)), flags) if ordered else None


def _exact_forms(value: str) -> set[str]:
    """Raw, reversed, JSON, Python, HTML, base64 in both alphabets."""
    forms = {value, value[::-1], html.escape(value), repr(value)[1:-1]}
    forms |= {json.dumps(value, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False)}
    forms |= {form.replace("/", "\\/") for form in set(forms)}
    for shift in range(3):
        core = _base64_core(value.encode("utf-8", "surrogatepass"), shift)
        forms |= {core, core.translate(str.maketrans("+/", "-_"))}
    return forms


def _folded_forms(value: str) -> set[str]:
    """Hexadecimal, and the ways of an URL."""
    content = value.encode("utf-8", "surrogatepass")
    every = "".join(f"%{byte:02x}" for byte in content)
    return {content.hex(), content.hex(" "), content.hex(":"), quote(content, safe=""), quote_plus(content), every}


def _base64_core(content: bytes, shift: int) -> str:
    """The part of the base64 text that is the same whatever stands around `content`, `shift` bytes into a group."""
    encoded = base64.b64encode(b"\0" * shift + content).decode()
    begin = (0, 2, 3)[shift]
    padding = (len(content) + shift) % 3
    return encoded[begin : len(encoded) - (0, 3, 2)[padding]]
