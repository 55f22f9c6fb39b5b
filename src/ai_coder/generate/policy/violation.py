"""`Violation`: a change that is refused before anything is published."""

from dataclasses import dataclass

from ai_coder.domain.source import RepoPath


@dataclass(frozen=True, slots=True)
class Violation:
    """A change that is refused before anything is published."""

    path: RepoPath
    reason: str
    command: str = ""
    """The comment that would allow it; empty when nothing does."""
    setting: str = ""
    """The input that forbids it; empty where it is no input's doing."""

    def __str__(self) -> str:
        allow = f" Comment `{self.command}` to allow it." if self.command else ""
        return f"`{self.path}` {self.reason}.{allow}"
