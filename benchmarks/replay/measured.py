"""Runs a command and writes what it took: `measured.py FILE COMMAND...`, in a small process of its own.

Peak memory is only told right by a small parent: a child's begins with that of the process which started it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

_BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024
"""Of `ru_maxrss`. Source: getrusage(2) of Linux and of macOS."""


def main(out: Path, *command: str) -> int:
    """The command's own exit status."""
    process = subprocess.Popen([*command])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    figures = {"cpu_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss * _BYTES_PER_UNIT / 1e6}
    out.write_text(json.dumps(figures), "utf-8")
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
