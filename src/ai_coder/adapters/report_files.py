"""The report's files in their folder."""

from collections.abc import Mapping
from pathlib import Path


def write_report(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write each file under its name; the folder is made where there is none. Raises: OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
