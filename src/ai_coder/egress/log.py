"""Text -> lines of a runner's log in which the runner finds no command. Pure.

The runner takes a line for a command when `::` stands first after white space, or when `##[` stands anywhere in it.
Only inside such a command is `%` an escape, so it stays as it is.
Source: https://github.com/actions/runner, src/Runner.Common/ActionCommand.cs
"""

import re
import unicodedata

_LEGACY = re.compile(r"#(?=#\[)")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs", "Cs"})


def log_line(text: str) -> str:
    """One line: breaks become blanks, control characters go, commands are broken up by a blank."""
    if text.isascii() and text.isprintable() and "##[" not in text and not text.lstrip().startswith("::"):
        return text
    line = " ".join(text.splitlines()).replace("\t", "    ")
    line = "".join(char if unicodedata.category(char) not in {"Cc", "Cs"} else "" for char in line)
    line = _LEGACY.sub("# ", line)
    begin = next((at for at, char in enumerate(line) if unicodedata.category(char) not in _UNSEEN), len(line))
    return f"{line[:begin]}: {line[begin + 1 :]}" if line.startswith("::", begin) else line


def log_text(text: str) -> str:
    """Every line of `text` as `log_line` makes it, whatever Unicode takes for a line break."""
    return "\n".join(log_line(line) for line in text.splitlines())
