"""The one place that runs `git` on a person's repository: no shell, and nothing the repository configures is started.

A repository's own configuration may name programs (hooks, filters, monitors, transports). Options on the command line
win over it, the protocols are closed by the environment, and no command here reads the index or the checked-out files.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, cast

from ai_coder.errors import ConfigurationError, ForgeError

_TIMEOUT_S = 300
_SAID_NO = 1
"""Exit status with which git answers a question with no."""
_GUARDS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.sshCommand": "false",
    "credential.helper": "",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "i18n.commitEncoding": "UTF-8",
    "protocol.allow": "never",
    "safe.directory": "*",
}
"""What git must not take from the repository's configuration. `safe.directory` guards against just what these guard."""
_HINT = "Look at the repository with git itself; `git fsck` names what is broken."
PARTIAL_CLONE_HINT = "A partial clone lacks files, and nothing is fetched here: get all with `git fetch --refetch`."
_PERSONS_VARIABLES = ("HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who makes a commit."""

    name: str
    email: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which git knows author and committer."""
        roles = {"NAME": self.name, "EMAIL": self.email}
        return {f"GIT_{who}_{what}": text for who in ("AUTHOR", "COMMITTER") for what, text in roles.items()}


class GitProgram:
    """`git` on the repository that `folder` is in: its top, a folder below, a linked worktree, or a bare repository."""

    def __init__(self, folder: Path, search_path: str | None = None) -> None:
        self.folder = folder
        self._search_path = search_path
        self._found: tuple[str, str] | None = None

    def run(self, *arguments: str, given: bytes = b"", identity: Identity | None = None) -> bytes:
        """Standard output of `git`. Raises: ForgeError with git's last line, ConfigurationError."""
        return self._checked(self._start(arguments, given, identity.environment if identity else {}))

    @contextmanager
    def reading(self, *arguments: str, given: bytes) -> Iterator[IO[bytes]]:
        """Standard output of `git` while it goes on working. Inside, an EOFError says that it ended early.

        Raises: ForgeError with git's last line, ConfigurationError.
        """
        command, environ = [*self._command(), *arguments], self._environment()
        is_whole = False
        with ExitStack() as opened:
            try:
                asked, said = opened.enter_context(TemporaryFile()), opened.enter_context(TemporaryFile())
                asked.write(given)
                asked.seek(0)
                process = subprocess.Popen(command, stdin=asked, stdout=subprocess.PIPE, stderr=said, env=environ)
            except (OSError, ValueError) as error:
                raise self._not_run(error) from error
            with process, _ending_after(_TIMEOUT_S, process), suppress(EOFError):
                yield cast(IO[bytes], process.stdout)
                is_whole = True
            said.seek(0)
            self._checked(subprocess.CompletedProcess(command, process.returncode, b"", said.read()))
        if not is_whole:
            msg = f"git broke off in {str(self.folder)!r}"
            raise ForgeError(msg, hint=_HINT)

    def ask(self, *arguments: str) -> str | None:
        """One line of output; None when git says no by exit status 1. Raises: ForgeError, ConfigurationError."""
        done = self._start(arguments, b"", {})
        return None if done.returncode == _SAID_NO else _line(self._checked(done))

    def identity(self, environ: Mapping[str, str]) -> Identity | None:
        """`user.name` and `user.email` as the person's git has them; None unless both are set. Raises: ForgeError."""
        variables = {name: environ[name] for name in _PERSONS_VARIABLES if name in environ}
        base = {name: value for name, value in self._environment().items() if name not in _PERSONS_VARIABLES}
        arguments = ["config", "-z", "--get-regexp", r"^user\.(name|email)$"]
        done = self._execute([*self._command(), *arguments], b"", {"HOME": os.devnull} | base | variables)
        if done.returncode == _SAID_NO:
            return None
        pairs = (item.partition("\n") for item in self._checked(done).decode("utf-8", "replace").split("\0"))
        found = {key: value.strip() for key, _, value in pairs}
        name, email = found.get("user.name"), found.get("user.email")
        return Identity(name, email) if name and email else None

    def _start(
        self, arguments: tuple[str, ...], given: bytes, variables: Mapping[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        return self._execute([*self._command(), *arguments], given, {**self._environment(), **variables})

    def _command(self) -> list[str]:
        program, git_dir = self._find()
        return [program, *_guards(), "--no-pager", f"--git-dir={git_dir}"]

    def _find(self) -> tuple[str, str]:
        """The program and the repository's git folder, looked for once."""
        if self._found is None:
            program = shutil.which("git", path=self._search_path)
            if program is None or not Path(program).is_absolute():
                msg = "the program `git` was not found"
                raise ConfigurationError(msg, hint="Install git, and see that it is in PATH.")
            self._found = program, self._git_dir(program)
        return self._found

    def _git_dir(self, program: str) -> str:
        folder = self.folder.absolute()
        hint = "Name a folder of a git repository with `--root`; `git init` and a first commit make one."
        if not folder.is_dir():
            msg = f"there is no folder {str(self.folder)!r}"
            raise ConfigurationError(msg, hint=hint)
        command = [program, *_guards(), "-C", str(folder), "rev-parse", "--absolute-git-dir"]
        done = self._execute(command, b"", _environment(program))
        if done.returncode:
            msg = f"{str(self.folder)!r} is in no git repository that can be read: {_last_line(done.stderr)}"
            raise ConfigurationError(msg, hint=hint)
        return _line(done.stdout)

    def _environment(self) -> dict[str, str]:
        return _environment(self._find()[0])

    def _execute(
        self, command: list[str], given: bytes, environ: Mapping[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                command, input=given, capture_output=True, env=environ, timeout=_TIMEOUT_S, check=False
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise self._not_run(error) from error

    def _not_run(self, error: Exception) -> ForgeError:
        msg = f"git could not be run on {str(self.folder)!r}: {error}"
        return ForgeError(msg, hint="See that `git` works in that folder.")

    def _checked(self, done: subprocess.CompletedProcess[bytes]) -> bytes:
        if done.returncode:
            said = _last_line(done.stderr) or f"exit status {done.returncode}"
            msg = f"git refused in {str(self.folder)!r}: {said}"
            raise ForgeError(msg, hint=PARTIAL_CLONE_HINT if "promisor remote" in said else _HINT)
        return done.stdout


@contextmanager
def _ending_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Ends the process when the time is over, and when what is inside ends by any exception."""
    late = Timer(seconds, process.kill)
    late.daemon = True
    late.start()
    try:
        yield
    except BaseException:
        process.kill()
        raise
    finally:
        late.cancel()


def _guards() -> list[str]:
    return [word for name, value in _GUARDS.items() for word in ("-c", f"{name}={value}")]


def _environment(program: str) -> dict[str, str]:
    """All that a child sees. A HOME that holds nothing lets git expand a `~` in the repository's configuration.

    Source: https://git-scm.com/docs/git#_environment_variables
    """
    return {
        "PATH": os.pathsep.join([str(Path(program).parent), os.defpath]),
        "HOME": os.devnull,
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _line(output: bytes) -> str:
    """The output without its line end."""
    return os.fsdecode(output.removesuffix(b"\n").removesuffix(b"\r"))


def _last_line(stderr: bytes) -> str:
    """Git's last word: the last line that says what is wrong, else the last line; advice may stand below it."""
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    wrong = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    return (wrong or lines or [""])[-1].removeprefix("fatal: ").removeprefix("error: ").strip()
