"""What every check is given: the engine, the image, a folder, and a GitHub of one's own."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from ai_coder.loopback import GithubServer
from image.runner import REPOSITORY, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ai_coder.loopback import HostedRepository
    from image.base import Built
    from image.content import Content
    from image.engine import Engine

HELLO = {"hello.py": "print('hello')\n", "README.md": "Says hello.\n"}
BODY = "Greet in French in [hello.py](../blob/main/hello.py)."


@dataclass(frozen=True, slots=True)
class Lab:
    """Where checks are made."""

    engine: Engine
    image: Built
    content: Content
    folder: Path
    _numbers: count[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def step(self) -> Iterator[Step]:
        """A step of a job, not started yet."""
        step = Step(self.engine, self.image.name, self.folder / str(next(self._numbers)))
        try:
            yield step
        finally:
            step.close()

    @contextmanager
    def github(self) -> Iterator[tuple[GithubServer, HostedRepository]]:
        """A GitHub with one repository, in which mona, who may write, has opened and labelled issue 1."""
        with GithubServer(self.folder / str(next(self._numbers))) as github:
            repo = github.create_repository(REPOSITORY, HELLO)
            repo.add_person("mona")
            repo.open_issue(author="mona", title="Bonjour", body=BODY)
            repo.add_label(1, "ai_coder", actor="mona")
            yield github, repo

    def inside(self, program: str, *args: str) -> str:
        """What a program of the image prints, instead of its entry point."""
        return self.engine.run("run", "--rm", "--network", "none", "--entrypoint", program, self.image.name, *args)
