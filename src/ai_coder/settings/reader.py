"""Typed values out of texts, with every objection gathered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ai_coder.errors import ConfigurationError
from ai_coder.settings.inputs import BY_NAME


@dataclass
class Reader:
    """The inputs as texts, and what is wrong with them so far."""

    values: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def object_to(self, name: str, why: str) -> None:
        """Remember what is wrong; the first objection to an input stands."""
        self.problems.setdefault(name, why)

    def text(self, name: str) -> str:
        """The value without blanks around it."""
        return self.values[name].strip()

    def word(self, name: str) -> str:
        """One word."""
        text = self.text(name)
        if not text or len(text.split()) != 1:
            self.object_to(name, f"{text!r} is not one word")
        return text

    def choice(self, name: str) -> str:
        """One of the allowed values, in lower case."""
        text, row = self.text(name).lower(), BY_NAME[name]
        if text not in row.choices:
            self.object_to(name, f"{text!r} is none of {', '.join(row.choices)}")
        return text

    def whole(self, name: str) -> int:
        """A whole number above 0."""
        text = self.text(name)
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
            self.object_to(name, f"{text!r} is not a whole number above 0")
            return 1
        return int(text)

    def number(self, name: str) -> float | None:
        """A number from 0; None for an empty value."""
        text = self.text(name)
        if text and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
            self.object_to(name, f"{text!r} is not a number such as 2 or 0.5")
            return None
        return float(text) if text else None

    def flag(self, name: str) -> bool:
        """True or false."""
        text = self.text(name).lower()
        if text not in {"true", "false"}:
            self.object_to(name, f"{text!r} is neither true nor false")
        return text == "true"

    def lines(self, name: str) -> tuple[str, ...]:
        """The lines that hold something."""
        return tuple(line.strip() for line in self.text(name).splitlines() if line.strip())

    def patterns(self, name: str) -> tuple[str, ...]:
        """The lines, each a pattern like those of .gitignore."""
        for line in self.lines(name):
            from pathspec import GitIgnoreSpec  # noqa: PLC0415  costs 50 ms, which a run without patterns need not pay

            try:
                GitIgnoreSpec.from_lines([line])
            except ValueError:
                self.object_to(name, f"{line!r} is no pattern like those of .gitignore")
        return self.lines(name)

    def items(self, name: str) -> tuple[str, ...]:
        """What stands between commas and line ends."""
        return tuple(item.strip() for item in re.split(r"[,\n]", self.text(name)) if item.strip())

    def ids(self, name: str) -> frozenset[int]:
        """Numeric account ids."""
        wrong = [item for item in self.items(name) if not re.fullmatch(r"[0-9]{1,18}", item)]
        if wrong:
            self.object_to(
                name, f"{wrong[0]!r} is not a numeric account id (names can be taken over, `*` is everybody)"
            )
            return frozenset()
        return frozenset(int(item) for item in self.items(name))

    def finish(self) -> None:
        """Raise everything that was found. Raises: ConfigurationError."""
        if self.problems:
            noun = "input" if len(self.problems) == 1 else "inputs"
            rows = "; ".join(f"`{name}`: {why}" for name, why in self.problems.items())
            msg = f"wrong {noun}: {rows}"
            raise ConfigurationError(msg)
