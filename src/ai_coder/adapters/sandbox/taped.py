"""A sandbox on the line: what commands came to is recorded with the rest of a run, and had again when it is played."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

from ai_coder.adapters.line import Line
from ai_coder.domain.cassette import Asked, Given
from ai_coder.domain.source import RepoPath
from ai_coder.domain.verification import Ran
from ai_coder.errors import SandboxError
from ai_coder.ports import Box, BoxFile, Sandbox


class TapedSandbox:
    """Port `Sandbox` over another one, which is opened when the line lets somebody through."""

    def __init__(self, open_sandbox: Callable[[], Sandbox], line: Line) -> None:
        self._open_sandbox = open_sandbox
        self._line = line
        self._opened: Sandbox | None = None

    @property
    def _inner(self) -> Sandbox:
        if self._opened is None:
            self._opened = self._open_sandbox()
        return self._opened

    @property
    def name(self) -> str:
        """What holds."""
        return self._line.exchange(Asked("sandbox", "ASK", "name"), lambda: Given(200, text=self._inner.name)).text

    def objection(self) -> str:
        """Why nothing may be run here."""
        asked = Asked("sandbox", "ASK", "objection")
        return self._line.exchange(asked, lambda: Given(200, text=self._inner.objection())).text

    def open(self, files: Mapping[RepoPath, BoxFile]) -> Box:
        """A new box, made when its first command is run."""
        box = _TapedBox(lambda: self._inner.open(files), self._line)
        box.note(files)
        return box


@dataclass(slots=True)
class _TapedBox:
    """Port `Box` over another one."""

    make: Callable[[], Box]
    line: Line
    box: Box | None = None
    laid: list[Mapping[RepoPath, BoxFile | None]] = field(default_factory=list)
    """What was put before the box was made."""
    digests: dict[str, str] = field(default_factory=dict)

    def note(self, files: Mapping[RepoPath, BoxFile | None]) -> None:
        """Remember what the box holds, by its digest."""
        for path, file in files.items():
            self.digests.pop(path.text, None)
            if file is not None:
                self.digests[path.text] = hashlib.sha256(file.content).hexdigest()

    def put(self, files: Mapping[RepoPath, BoxFile | None]) -> None:
        """Lay these files over the tree. Raises: SandboxError."""
        self.note(files)
        if self.box is not None:
            self.box.put(files)
        else:
            self.laid.append(files)

    def run(self, command: str, *, network: bool, timeout_s: float) -> Ran:
        """What the command came to, now or when it was recorded. Raises: SandboxError."""
        held = hashlib.sha256(json.dumps(sorted(self.digests.items())).encode()).hexdigest()
        body = json.dumps({"command": command, "network": network, "files": held})

        def send() -> Given:
            try:
                ran = self._inner().run(command, network=network, timeout_s=timeout_s)
            except SandboxError as error:
                return Given(0, fault=str(error))
            return Given(200, text=json.dumps(asdict(ran)))

        given = self.line.exchange(Asked("sandbox", "RUN", "command", body), send)
        if given.fault:
            raise SandboxError(given.fault)
        values = json.loads(given.text)
        return Ran(**values | {"reports": tuple(values["reports"])})

    def close(self) -> None:
        """Remove the box, where there is one."""
        if self.box is not None:
            self.box.close()

    def _inner(self) -> Box:
        if self.box is None:
            self.box = self.make()
            for files in self.laid:
                self.box.put(files)
        return self.box
