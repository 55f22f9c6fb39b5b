"""The `git` program, with nothing of the machine's configuration."""

import os
import shutil
import subprocess
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path


class GitFailed(Exception):
    """The `git` program refused."""


def run_git(*arguments: str, given: bytes = b"") -> bytes:
    """Standard output of `git`. Raises: GitFailed."""
    if any("\0" in argument for argument in arguments):
        raise GitFailed("a name holds a null byte")
    program = _program()
    done = subprocess.run(
        [program, *arguments], input=given, capture_output=True, env=_environment(program), check=False
    )
    if done.returncode:
        raise GitFailed(done.stderr.decode("utf-8", "replace").strip() or "git said no")
    return done.stdout


@lru_cache(maxsize=1024)
def is_ref_name(name: str) -> bool:
    """Whether git accepts the full name of a ref."""
    with suppress(GitFailed):
        run_git("check-ref-format", name)
        return True
    return False


@cache
def _program() -> str:
    found = shutil.which("git")
    if found is None:
        raise GitFailed("the `git` program is needed for the embedded forge")
    return found


def _environment(program: str) -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([str(Path(program).parent), os.defpath]),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
