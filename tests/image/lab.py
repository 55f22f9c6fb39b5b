"""What every check is given: the engine, the image, what it holds, a folder, and a GitHub of one's own."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from ai_coder.loopback import GithubServer
from ai_coder.loopback.runner import Runner
from image.step import Step, default_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from ai_coder.loopback import HostedRepository
    from image.base import Built
    from image.content import Content
    from image.engine import Engine

REPOSITORY = "octo-org/hello"
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
    def github(self) -> Iterator[tuple[GithubServer, HostedRepository]]:
        """A GitHub with one repository, in which mona, who may write, has opened and labelled issue 1."""
        with GithubServer(self.folder / f"github-{next(self._numbers)}") as github:
            repo = github.create_repository(REPOSITORY, HELLO)
            repo.add_person("mona")
            repo.open_issue(author="mona", title="Bonjour", body=BODY)
            repo.add_label(1, "ai_coder", actor="mona")
            yield github, repo

    @contextmanager
    def step(self, github: GithubServer, payload: Mapping[str, Any], **inputs: str) -> Iterator[Step]:
        """A step that answers an event of kind `issues`, not started yet."""
        folder = self.folder / f"job-{next(self._numbers)}"
        runner = Runner(folder, github.url, REPOSITORY, github.token, inputs=default_inputs(github.token))
        step = Step(self.engine, self.image.name, runner.environ("issues", dict(payload), inputs))
        try:
            yield step
        finally:
            step.close()

    def inside(self, program: str, *args: str) -> str:
        """What a program of the image prints, instead of its entry point."""
        return self.engine.run("run", "--rm", "--network", "none", "--entrypoint", program, self.image.name, *args)
