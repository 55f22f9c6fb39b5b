"""Takes ten times as much memory as it should, and then uses it."""

import mmap
import sys

GIGABYTE, PART = 1 << 30, bytes(1 << 24)
try:
    taken = [mmap.mmap(-1, GIGABYTE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) for _ in range(40)]
except OSError as error:
    print("held:", error)
    sys.exit(0)
for block in taken:
    for _ in range(GIGABYTE // len(PART)):
        block.write(PART)
print("OUT: 40 gigabytes")
sys.exit(42)
