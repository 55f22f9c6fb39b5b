"""Fills the disk: one file of ten gigabytes, half of it a hole."""

import os
import signal
import sys

GIGABYTE = 1 << 30
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with open("big", "wb") as file:
        os.pwrite(file.fileno(), b"x", 10 * GIGABYTE)
except OSError as error:
    print("hole:", error)
else:
    print("OUT: a file of ten gigabytes")
    sys.exit(42)
try:
    with open("big", "wb") as file:
        for _ in range(1_100):
            file.write(b"x" * (1 << 20))
except OSError as error:
    size = os.path.getsize("big")
    os.unlink("big")
    print(f"held: after {size} bytes: {error}")
    sys.exit(0)
print("OUT: more than a gigabyte")
sys.exit(42)
