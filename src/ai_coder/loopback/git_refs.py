"""The refs of a bare repository, in git's own files: loose ones, over packed ones. No process is started for them.

Source: https://git-scm.com/docs/gitrepository-layout; writers lock a ref as git does, so that git may write beside us.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ABSENT = "0" * 40
"""The object name that stands for `no such ref` in a compare-and-swap."""
SHA = re.compile(r"[0-9a-f]{40}")
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
_LOCK = ".lock"


def create(folder: Path, default_branch: str) -> None:
    """Make an empty bare repository."""
    for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_text(f"ref: refs/heads/{default_branch}\n", encoding="utf-8")
    (folder / "config").write_text(_CONFIG, encoding="utf-8")


def read_all(folder: Path) -> dict[str, str]:
    """Full names of all refs with what they point to, in order of name. Symbolic ones, as HEAD, are none of them."""
    loose = {name: sha for name in _loose_names(folder) if (sha := _loose(folder, name))}
    return dict(sorted({**_packed(folder), **loose}.items()))


def read(folder: Path, name: str) -> str | None:
    """What the ref of that full name points to."""
    if not name.startswith("refs/") or ".." in name:
        return None
    return _loose(folder, name) or _packed(folder).get(name)


def swap(folder: Path, name: str, new: str, old: str) -> bool:
    """Point `name`, a valid name, from `old` to an object; False when somebody was faster or stands in the way.

    `old` ABSENT makes it. A ref is not removed here.
    """
    lock = folder / (name + _LOCK)
    with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
        if _is_in_the_way(folder, name):
            return False
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("x", encoding="ascii") as file:
            file.write(new + "\n")
        try:
            if (read(folder, name) or ABSENT) == old:
                with suppress(OSError):
                    (folder / name).rmdir()  # what a removed ref below this name has left
                lock.replace(folder / name)
                return True
        finally:
            lock.unlink(missing_ok=True)
    return False


def _is_in_the_way(folder: Path, name: str) -> bool:
    """Whether there is a ref that is a folder of this one, or whose folder this one would be."""
    return any(known.startswith(name + "/") or name.startswith(known + "/") for known in read_all(folder))


def _loose_names(folder: Path) -> Iterator[str]:
    for place, _, names in os.walk(folder / "refs"):
        above = Path(place).relative_to(folder).as_posix()
        yield from (f"{above}/{name}" for name in names if not name.endswith(_LOCK))


def _loose(folder: Path, name: str) -> str | None:
    with suppress(OSError, ValueError):
        text = (folder / name).read_text(encoding="ascii").strip()
        return text if SHA.fullmatch(text) else None
    return None


def _packed(folder: Path) -> dict[str, str]:
    with suppress(OSError):
        lines = (folder / "packed-refs").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        pairs = (line.split(" ", 1) for line in lines if not line.startswith(("#", "^")))
        return {name: sha for sha, name in pairs}
    return {}
