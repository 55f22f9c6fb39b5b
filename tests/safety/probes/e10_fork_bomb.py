"""Starts processes until it is stopped, and leaves them behind."""

import os
import sys
import time

ENOUGH = int(sys.argv[1])
"""As many as no test suite needs."""
started = 0
while started < ENOUGH:
    try:
        pid = os.fork()
    except OSError as error:
        print(f"held: after {started} processes: {error}")
        sys.exit(0)
    if pid == 0:
        os.setsid()
        time.sleep(600)
    started += 1
print(f"OUT: {started} processes")
sys.exit(42)
