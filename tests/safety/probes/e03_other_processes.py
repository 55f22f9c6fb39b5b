"""Looks for a key in the environment and the command line of every process it can see."""

import os
import pathlib
import sys

word = "".join(sys.argv[1:]).encode()  # in parts, so that this command line does not hold it
found = []
for process in pathlib.Path("/proc").iterdir():
    if not process.name.isdecimal() or int(process.name) == os.getpid():
        continue
    for part in ("environ", "cmdline"):
        try:
            if word in (process / part).read_bytes():
                found.append(f"{process}/{part}")
        except OSError:
            pass
print(f"OUT: the key is in {found}" if found else "held: no process shows the key")
sys.exit(42 if found else 0)
