"""The report's files in their folder."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path


def write_report(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write each file under its name; the folder is made where there is none. Raises: OSError.

    The workspace may hold a checkout of anybody's: neither the folder nor a file in it is followed when it is a link.
    """
    if folder.is_symlink():
        raise OSError(errno.ELOOP, f"{folder.name} is a link", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
