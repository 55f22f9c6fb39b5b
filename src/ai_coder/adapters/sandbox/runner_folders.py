"""The folders a runner of GitHub Actions mounts into the container of a step, closed to every other user meanwhile.

They are the host's: what is closed is opened again as it was. Where all of them are below `/github`, which the
container owns, closing that one folder closes them all and changes nothing of the host.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

CONTAINER_FOLDER = Path("/github")
_FOLDERS = ("RUNNER_TEMP", "GITHUB_WORKSPACE", "HOME")
_FILES = (
    *("GITHUB_EVENT_PATH", "GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"),
    "ACTIONS_ID_TOKEN_REQUEST_FILE",
)
"""Variables that name a folder, and a file in one.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/variables
"""


class RunnerFolders:
    """What the environment names of them; only what exists."""

    def __init__(self, environ: Mapping[str, str], container_folder: Path = CONTAINER_FOLDER) -> None:
        self._container_folder = container_folder
        named = [Path(environ[name]) for name in _FOLDERS if environ.get(name)]
        named += [Path(environ[name]).parent for name in _FILES if environ.get(name)]
        mounted = container_folder.iterdir() if container_folder.is_dir() else []
        self.paths = tuple(sorted({path.resolve() for path in (*named, *mounted) if path.is_dir()} - {Path("/")}))
        self._modes: dict[Path, int] = {}
        self._holders = 0

    def close(self) -> None:
        """Close them, until `open` is called as often; `/tmp` and the like stay. Raises: OSError."""
        self._holders += 1
        for path in sorted({self._door(path) for path in self.paths} - self._modes.keys()):
            mode = stat.S_IMODE(path.stat().st_mode)
            if not mode & stat.S_ISVTX:
                self._modes[path] = mode
                path.chmod(mode & stat.S_IRWXU)

    def open(self) -> None:
        """Give them back as they were. Raises: OSError."""
        self._holders -= 1
        if self._holders == 0:
            for path, mode in self._modes.items():
                path.chmod(mode)
            self._modes.clear()

    def _door(self, path: Path) -> Path:
        """What has to be closed for `path` to be out of reach."""
        outer = self._container_folder
        is_ours = path.is_relative_to(outer) and not os.path.ismount(outer)
        return outer if is_ours else path
