"""Takes ten times as much memory as it should, and then uses it."""

import mmap
import sys

GIGABYTE, PAGE = 1 << 30, 4_096
try:
    taken = [mmap.mmap(-1, GIGABYTE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) for _ in range(40)]
except OSError as error:
    print("held:", error)
    sys.exit(0)
for block in taken:
    for at in range(0, GIGABYTE, PAGE):
        block[at] = 1
print("OUT: 40 gigabytes")
sys.exit(42)
