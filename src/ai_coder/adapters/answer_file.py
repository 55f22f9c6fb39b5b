"""A model's answer, from a file or from standard input."""

import sys
from pathlib import Path

from ai_coder.errors import ConfigurationError

_HINT = "`--answer` names a UTF-8 text file; `-` reads standard input."


def read_answer(name: str) -> str:
    """The exact text, without a byte order mark; `-` is standard input. Raises: ConfigurationError."""
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        msg = f"the answer {name!r} cannot be read: {error.strerror}"
        raise ConfigurationError(msg, hint=_HINT) from error
    except UnicodeDecodeError as error:
        msg = f"the answer {name!r} is not UTF-8 (byte {error.start})"
        raise ConfigurationError(msg, hint=_HINT) from error
