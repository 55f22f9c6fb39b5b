"""Fills the disk: one file of ten gigabytes, then one that grows, both mostly a hole."""

import os
import pathlib
import signal
import sys

GIGABYTE, BIG = 1 << 30, pathlib.Path("big")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with BIG.open("wb") as file:
        os.pwrite(file.fileno(), b"x", 10 * GIGABYTE)
except OSError as error:
    print("hole:", error)
else:
    print("OUT: a file of ten gigabytes")
    sys.exit(42)
try:
    with BIG.open("wb") as file:
        at = GIGABYTE - (1 << 20)
        while at <= GIGABYTE:
            at += os.pwrite(file.fileno(), b"x" * (1 << 18), at)
except OSError as error:
    print(f"held: at {BIG.stat().st_size} bytes: {error}")
    sys.exit(0)
print("OUT: more than a gigabyte")
sys.exit(42)
