"""A stage for whole runs: the embedded GitHub, the embedded model, and a runner that calls the real entry point."""

from __future__ import annotations

import io
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from ai_coder.adapters.sandbox.taped import TapedSandbox
from ai_coder.entry import main
from ai_coder.loopback import GithubServer
from ai_coder.loopback.model import ModelServer
from ai_coder.loopback.runner import Ran, Runner, collect
from ai_coder.wiring import Opened, Place, wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ai_coder.adapters.line import Line
    from ai_coder.loopback.branches import Content
    from ai_coder.loopback.hosted import HostedRepository
    from ai_coder.loopback.model_script import Say, Speaker
    from ai_coder.ports import Clock, Host, Sandbox
    from ai_coder.settings import Settings

HELLO = {"hello.py": "print('hello')\n"}
REPOSITORY = "octo-org/hello"
LINK = "[hello.py](../blob/main/hello.py)"


class Stage:
    """One repository with the maintainer mona, the reader reed and the outsider stan; events there are runs."""

    def __init__(
        self,
        folder: Path,
        replies: Sequence[Say | str] | Speaker = (),
        files: Mapping[str, Content] | None = None,
        *,
        sandbox: Sandbox | None = None,
        **inputs: str,
    ) -> None:
        """`sandbox` takes the place of the one that the runner would have."""
        self.folder = folder
        self.sandbox = sandbox
        self.clock: Clock | None = None
        """What the runs take for the time; None is the machine's clock."""
        self._stack = ExitStack()
        self.github = self._stack.enter_context(GithubServer(folder / "github"))
        self.model = self._stack.enter_context(ModelServer(replies))
        self.repo: HostedRepository = self.github.create_repository(REPOSITORY, HELLO if files is None else files)
        self.repo.add_person("mona", "write")
        self.repo.add_person("reed", "read")
        self.github.add_user("stan")
        given = {"openai_base_url": self.model.url, "openai_api_key": "sk-stage-0123456789", "model": "scripted"}
        self.runner = Runner(
            folder / "runner",
            self.github.url,
            REPOSITORY,
            self.github.token,
            inputs=given | {"api": "chat", "mode": "single"} | inputs,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, event: str, payload: dict[str, Any], **inputs: str) -> Ran:
        """Let the runner hand over the payload, in this process."""
        return act(self.runner.environ(event, payload, inputs), sandbox=self.sandbox, clock=self.clock)

    def open(
        self, body: str | None = f"Say it in French, in {LINK}.", title: str = "Greet in French", by: str = "mona"
    ) -> int:
        """Open an issue; its number. Nothing runs."""
        return self.repo.open_issue(author=by, title=title, body=body).number

    def label(self, number: int, by: str = "mona", **inputs: str) -> Ran:
        """Put the trigger label on the issue, and run."""
        self.repo.add_label(number, "ai_coder", actor=by)
        payload = self.repo.payload("issues", "labeled", sender=by, issue=number, label="ai_coder")
        return self.run("issues", payload, **inputs)

    def comment(self, number: int, body: str, by: str = "mona", **inputs: str) -> Ran:
        """Comment on the issue, and run."""
        comment = self.repo.comment(number, author=by, body=body)
        payload = self.repo.payload("issue_comment", "created", sender=by, issue=number, comment=comment.id)
        return self.run("issue_comment", payload, **inputs)

    @property
    def prompts(self) -> list[str]:
        """What the model was asked, request by request: the texts of the whole conversation."""
        asked = (body.get("messages") or body.get("input") or [] for body in self.model.asked)
        return ["\n".join(str(message.get("content") or "") for message in messages) for messages in asked]

    def status_comment(self, number: int) -> str:
        """The text of the one comment that the workflow's bot wrote. Raises: ValueError when it is not one."""
        [text] = [one.body for one in self.repo.comments(number) if one.author.login == "github-actions[bot]"]
        return text

    def text(self, branch: str, path: str) -> str:
        """The file at the head of the branch."""
        return self.repo.files(branch)[path].decode()


def act(environ: Mapping[str, str], *argv: str, sandbox: Sandbox | None = None, clock: Clock | None = None) -> Ran:
    """The entry point with that environment: exit status, log, and what stands in the runner's files."""
    out = io.StringIO()

    def wire_with_sandbox(
        place: Place, settings: Settings, environ: Mapping[str, str], host: Host, line: Line | None
    ) -> Opened:
        opened = wire(place, settings, environ, host, line, clock=clock)
        if sandbox is None:
            return opened
        chosen = TapedSandbox(lambda: sandbox, line) if line else sandbox
        return replace(opened, ports=replace(opened.ports, open_sandbox=lambda _: chosen))

    with redirect_stdout(out), redirect_stderr(out):
        status = main(argv, environ, wire=wire_with_sandbox)
    return collect(environ, status, out.getvalue())
