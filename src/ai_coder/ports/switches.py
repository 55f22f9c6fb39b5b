"""Door to the forge's own settings, as far as they decide whether our work can be published."""

from typing import Protocol

from ai_coder.domain.finding import Finding


class Switches(Protocol):
    """What the forge lets us do."""

    def require_commits(self) -> None:
        """Return where commits may be written, or it cannot be told; nothing is. Raises: ForgeError, ForgeLimited."""
        ...

    def against(self, branch: str) -> tuple[Finding, ...]:
        """Rules that keep us from making `branch`; nothing is written. Raises: ForgeError."""
        ...

    def all(self, branch: str) -> tuple[Finding, ...]:
        """Everything that can be known without a change: repository, permissions, switches, rules."""
        ...
