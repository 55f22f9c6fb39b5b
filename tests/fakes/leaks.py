"""Where a secret got to: windows of it in whatever a run wrote, in any encoding that is taken apart easily."""

import base64
import re
from collections.abc import Iterator

WINDOW = 12
"""So many characters of a secret in a row are a leak."""
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\"'`+*_|>-]+")


def leaks(text: str, secrets: tuple[str, ...]) -> list[str]:
    """Every piece of a secret that stands in the text as it is, backwards, in hexadecimal or in base64."""
    squeezed = "".join(text.split())
    plain = text + "\n" + squeezed + "\n" + _BLANKS.sub("", text)
    return sorted({window for secret in secrets for window in _windows(secret) if window in plain})


def _windows(secret: str) -> Iterator[str]:
    encoded = [base64.b64encode(secret.encode()[shift:]).decode().rstrip("=")[:-2] for shift in range(3)]
    forms = [secret, secret[::-1], secret.encode().hex(), *encoded]
    for form in forms:
        yield from (form[at : at + WINDOW] for at in range(len(form) - WINDOW + 1))
