"""A sandbox whose commands are a Python function: files in, a run out. Boxes remember what was done to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ai_coder.domain.source import RepoPath
from ai_coder.domain.verification import Ran
from ai_coder.errors import SandboxError
from ai_coder.ports import BoxFile

Program = Callable[[dict[str, str], str], Ran]
"""Texts of the box by path, and the command -> its run. What it changes in the texts stays in the box."""


@dataclass
class ScriptedBox:
    """Port `Box`: a command that takes longer than it may is killed."""

    files: dict[str, str]
    program: Program
    on_run: Callable[[float], None]
    """Told how many seconds a run took."""
    runs: list[tuple[str, bool, float]] = field(default_factory=list)
    """Command, network, time limit."""
    puts: list[list[str]] = field(default_factory=list)
    is_closed: bool = False

    def put(self, files: Mapping[RepoPath, BoxFile | None]) -> None:
        """Lay files over the tree."""
        self._check()
        self.puts.append(sorted(path.text for path in files))
        for path, file in files.items():
            if file is None:
                del self.files[path.text]
            else:
                self.files[path.text] = file.content.decode()

    def run(self, command: str, *, network: bool, timeout_s: float) -> Ran:
        """What the program makes of the files."""
        self._check()
        self.runs.append((command, network, timeout_s))
        ran = self.program(self.files, command)
        if ran.seconds > timeout_s:
            ran = replace(ran, exit_status=None, seconds=timeout_s)
        self.on_run(ran.seconds)
        return ran

    def close(self) -> None:
        """Nothing can be done with it any more."""
        self.is_closed = True

    def _check(self) -> None:
        if self.is_closed:
            raise SandboxError("the box is closed")


@dataclass
class ScriptedSandbox:
    """Port `Sandbox` over a program; with a clock of its own that runs while commands do."""

    program: Program
    objection_text: str = ""
    boxes: list[ScriptedBox] = field(default_factory=list)
    passed_s: float = 0.0
    name: str = "a script"

    def objection(self) -> str:
        """Why nothing may be run."""
        return self.objection_text

    def open(self, files: Mapping[RepoPath, BoxFile]) -> ScriptedBox:
        """A new box."""
        box = ScriptedBox({path.text: file.content.decode() for path, file in files.items()}, self.program, self._pass)
        self.boxes.append(box)
        return box

    @property
    def open_boxes(self) -> int:
        """How many boxes nobody has closed."""
        return sum(1 for box in self.boxes if not box.is_closed)

    @property
    def commands(self) -> list[str]:
        """Every command of every box, box by box."""
        return [command for box in self.boxes for command, _, _ in box.runs]

    def _pass(self, seconds: float) -> None:
        self.passed_s += seconds
